"""How a client's steps get done: over its own connections, or through what it was given to send through."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import anyio
import httpx

from itsme_facade.exchange import Exchange, receive, receive_async
from itsme_facade.pool import AsyncPool, Pool

if TYPE_CHECKING:
    from itsme_facade.steps import Step


class Wire:
    """Does steps by blocking.

    Arguments:
        base: the API's base URL.
        http_client: send through this client; it stays its owner's to close.
        transport: send through this transport; it stays its owner's to close.
    """

    def __init__(
        self, base: httpx.URL, http_client: httpx.Client | None = None, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._base = base
        self._owned: Pool | None = None
        if http_client is not None:
            self.transport: httpx.BaseTransport = _ThroughClient(http_client)
        elif transport is not None:
            self.transport = transport
        else:
            self.transport = self._owned = Pool(base)

    def do(self, step: Step) -> None:
        """Sends an exchange, or lets a pause pass."""
        if isinstance(step, Exchange):
            receive(step.request(self._base), self.transport, step.answer)
        else:
            time.sleep(step.seconds)

    def close(self) -> None:
        """Closes the connections, unless they are somebody else's."""
        if self._owned is not None:
            self._owned.close()


class AsyncWire:
    """Does steps by awaiting. Arguments as for `Wire`."""

    def __init__(
        self,
        base: httpx.URL,
        http_client: httpx.AsyncClient | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._base = base
        self._owned: AsyncPool | None = None
        if http_client is not None:
            self.transport: httpx.AsyncBaseTransport = _ThroughAsyncClient(http_client)
        elif transport is not None:
            self.transport = transport
        else:
            self.transport = self._owned = AsyncPool(base)

    async def do(self, step: Step) -> None:
        """Sends an exchange, or lets a pause pass."""
        if isinstance(step, Exchange):
            await receive_async(step.request(self._base), self.transport, step.answer)
        else:
            await anyio.sleep(step.seconds)

    async def aclose(self) -> None:
        """Closes the connections, unless they are somebody else's."""
        if self._owned is not None:
            await self._owned.aclose()


class _ThroughClient(httpx.BaseTransport):
    def __init__(self, http_client: httpx.Client) -> None:
        self._client = http_client

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        _add_defaults(request, self._client.headers)
        return self._client.send(request, stream=True, follow_redirects=False)


class _ThroughAsyncClient(httpx.AsyncBaseTransport):
    def __init__(self, http_client: httpx.AsyncClient) -> None:
        self._client = http_client

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        _add_defaults(request, self._client.headers)
        return await self._client.send(request, stream=True, follow_redirects=False)


def _add_defaults(request: httpx.Request, headers: httpx.Headers) -> None:
    for name, value in headers.items():
        request.headers.setdefault(name, value)
