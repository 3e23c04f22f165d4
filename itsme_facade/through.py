"""Sending through an httpx client or transport that the caller brought, which stays the caller's to close."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, cast

import httpx

from itsme_facade.exchange import HEADERS

if TYPE_CHECKING:
    from itsme_facade.exchange import Exchange


class Through:
    """Sends exchanges through an httpx.Client or a transport.

    Arguments:
        base: the API's base URL.
        bearer: what to send through.
    """

    def __init__(self, base: httpx.URL, bearer: httpx.Client | httpx.BaseTransport) -> None:
        self._base, self._bearer = base, bearer

    def send(self, exchange: Exchange) -> _Reply:
        """Sends an exchange's request once.

        Errors: httpx.HTTPError, and whatever else the bearer raises.
        """
        return self.send_request(_request(exchange, self._base))

    def send_request(self, request: httpx.Request) -> _Reply:
        """Sends a request once."""
        if isinstance(self._bearer, httpx.BaseTransport):
            return _Reply(self._bearer.handle_request(request))
        _add_defaults(request, self._bearer.headers)
        return _Reply(self._bearer.send(request, stream=True, follow_redirects=False))

    def close(self) -> None:
        """Closes nothing: the bearer is somebody else's."""


class AsyncThrough:
    """Sends exchanges through an httpx.AsyncClient or a transport. Arguments as for `Through`."""

    def __init__(self, base: httpx.URL, bearer: httpx.AsyncClient | httpx.AsyncBaseTransport) -> None:
        self._base, self._bearer = base, bearer

    async def send(self, exchange: Exchange) -> _AsyncReply:
        """Sends an exchange's request once.

        Errors: httpx.HTTPError, and whatever else the bearer raises.
        """
        return await self.send_request(_request(exchange, self._base))

    async def send_request(self, request: httpx.Request) -> _AsyncReply:
        """Sends a request once."""
        if isinstance(self._bearer, httpx.AsyncBaseTransport):
            return _AsyncReply(await self._bearer.handle_async_request(request))
        _add_defaults(request, self._bearer.headers)
        return _AsyncReply(await self._bearer.send(request, stream=True, follow_redirects=False))

    async def aclose(self) -> None:
        """Closes nothing: the bearer is somebody else's."""


class _Reply:
    def __init__(self, response: httpx.Response) -> None:
        self.status_code = response.status_code
        self.headers = dict(response.headers.items())
        self._response = response

    def chunks(self) -> Iterator[bytes]:
        return iter(cast("httpx.SyncByteStream", self._response.stream))

    def close(self) -> None:
        self._response.close()


class _AsyncReply:
    def __init__(self, response: httpx.Response) -> None:
        self.status_code = response.status_code
        self.headers = dict(response.headers.items())
        self._response = response

    def chunks(self) -> AsyncIterator[bytes]:
        return aiter(cast("httpx.AsyncByteStream", self._response.stream))

    async def aclose(self) -> None:
        await self._response.aclose()


def _request(exchange: Exchange, base: httpx.URL) -> httpx.Request:
    content = exchange.content()
    return httpx.Request(
        exchange.method,
        base.copy_with(raw_path=base.raw_path.rstrip(b"/") + exchange.path.encode("ascii")),
        headers=HEADERS if content is None else HEADERS | {"Content-Type": "application/json"},
        content=content,
        extensions=exchange.extensions(),
    )


def _add_defaults(request: httpx.Request, headers: httpx.Headers) -> None:
    for name, value in headers.items():
        request.headers.setdefault(name, value)
