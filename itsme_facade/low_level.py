"""The generated client, set up: over the facade's connections, with its limits and its silence in logs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import httpx
from cm_itsme_client import Client

from itsme_facade.wire.exchange import HEADERS, Arriving, limits_for, receive, receive_async, route_of
from itsme_facade.wire.quiet import quiet

if TYPE_CHECKING:
    from itsme_facade.settings import Settings, Timeouts
    from itsme_facade.wire.async_pool import AsyncPool
    from itsme_facade.wire.pool import Pool
    from itsme_facade.wire.through import AsyncThrough, Through


def low_level_client(
    settings: Settings,
    wire: Pool | Through | None = None,
    async_wire: AsyncPool | AsyncThrough | None = None,
) -> Client:
    """A `cm_itsme_client` client over one of the two; its functions of the other kind say so instead of working.

    Args:
        settings: the base URL, and the limits, in seconds.
        wire: for the functions that block.
        async_wire: for those to await.
    """
    limits = settings.timeouts
    client = Client(base_url=settings.base_url, timeout=httpx.Timeout(limits.total, connect=limits.connect))
    # Proxies, TLS and .netrc are the wire's business, so nothing else is taken from the environment.
    options: dict[str, Any] = {"base_url": settings.base_url, "headers": HEADERS, "trust_env": False}
    client.set_httpx_client(_QuietClient(transport=_Bounded(wire, limits), **options))
    client.set_async_httpx_client(_QuietAsyncClient(transport=_AsyncBounded(async_wire, limits), **options))
    return client


class _QuietClient(httpx.Client):
    def send(self, *args: Any, **kwargs: Any) -> httpx.Response:
        with quiet():
            return super().send(*args, **kwargs)


class _QuietAsyncClient(httpx.AsyncClient):
    async def send(self, *args: Any, **kwargs: Any) -> httpx.Response:
        with quiet():
            return await super().send(*args, **kwargs)


class _Bounded(httpx.BaseTransport):
    def __init__(self, wire: Pool | Through | None, limits: Timeouts) -> None:
        self._wire, self._limits = wire, limits

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        wire = self._wire
        if wire is None:
            raise TypeError("this is AsyncItsme's low_level: use the generated asyncio functions")
        answer = _within(request, self._limits)
        receive(lambda: wire.send_httpx(request, answer), answer, route_of(request.url.path))
        return _response(answer)


class _AsyncBounded(httpx.AsyncBaseTransport):
    def __init__(self, wire: AsyncPool | AsyncThrough | None, limits: Timeouts) -> None:
        self._wire, self._limits = wire, limits

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        wire = self._wire
        if wire is None:
            raise TypeError("this is Itsme's low_level: use the generated sync functions, or AsyncItsme")
        answer = _within(request, self._limits)
        await receive_async(lambda: wire.send_httpx(request, answer), answer, route_of(request.url.path))
        return _response(answer)


def _within(request: httpx.Request, limits: Timeouts) -> Arriving:
    deadline = time.monotonic() + limits.total
    request.extensions.update(limits_for(limits, deadline))
    return Arriving(deadline)


def _response(answer: Arriving) -> httpx.Response:
    raw = answer.raw()
    # The body is whole and decompressed by now, so what described its form on the wire would be wrong.
    headers = {
        name: value
        for name, value in raw.headers.items()
        if name not in {"content-encoding", "content-length", "transfer-encoding"}
    }
    return httpx.Response(raw.status_code, headers=headers, content=raw.body)
