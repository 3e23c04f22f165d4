"""Sending through an httpx client or transport that the caller brought, which stays the caller's to close."""

from __future__ import annotations

from contextlib import suppress
from typing import cast

import httpx

from itsme_facade.wire.exchange import HEADERS, Arriving, AsyncReply, Exchange, Reply


class Through:
    """Sends exchanges through an httpx.Client or a transport.

    Args:
        base: the API's base URL.
        bearer: what to send through.
    """

    def __init__(self, base: httpx.URL, bearer: httpx.Client | httpx.BaseTransport) -> None:
        self._base, self._bearer = base, bearer

    def send(self, exchange: Exchange) -> Reply:
        """Sends an exchange's request once.

        Raises:
            httpx.HTTPError: it could not be sent, or no answer began; the bearer may raise other things too.
        """
        return self.send_httpx(_request(exchange, self._base), exchange.answer)

    def send_httpx(self, request: httpx.Request, _answer: Arriving) -> Reply:
        """Sends an httpx request once. Whether it left, nobody can tell here."""
        if isinstance(self._bearer, httpx.BaseTransport):
            return _reply(self._bearer.handle_request(request))
        _add_defaults(request, self._bearer.headers)
        return _reply(self._bearer.send(request, stream=True, follow_redirects=False))

    def close(self) -> None:
        """Closes nothing: the bearer is somebody else's."""


class AsyncThrough:
    """Sends exchanges through an httpx.AsyncClient or a transport. Arguments as for `Through`."""

    def __init__(self, base: httpx.URL, bearer: httpx.AsyncClient | httpx.AsyncBaseTransport) -> None:
        self._base, self._bearer = base, bearer

    async def send(self, exchange: Exchange) -> AsyncReply:
        """Sends an exchange's request once.

        Raises:
            httpx.HTTPError: it could not be sent, or no answer began; the bearer may raise other things too.
        """
        return await self.send_httpx(_request(exchange, self._base), exchange.answer)

    async def send_httpx(self, request: httpx.Request, _answer: Arriving) -> AsyncReply:
        """Sends an httpx request once. Whether it left, nobody can tell here."""
        if isinstance(self._bearer, httpx.AsyncBaseTransport):
            return _async_reply(await self._bearer.handle_async_request(request))
        _add_defaults(request, self._bearer.headers)
        return _async_reply(await self._bearer.send(request, stream=True, follow_redirects=False))

    async def aclose(self) -> None:
        """Closes nothing: the bearer is somebody else's."""


def _reply(response: httpx.Response) -> Reply:
    chunks = cast("httpx.SyncByteStream", response.stream)
    return Reply(response.status_code, dict(response.headers.items()), chunks, response.close)


def _async_reply(response: httpx.Response) -> AsyncReply:
    chunks = aiter(cast("httpx.AsyncByteStream", response.stream))

    async def finish() -> None:
        await response.aclose()
        # Where the answer was cut off, one more step runs the generators below into the closed connection, so that
        # they end: trio complains about those that are left behind.
        with suppress(httpx.HTTPError, httpx.StreamError):
            await anext(chunks, b"")

    return AsyncReply(response.status_code, dict(response.headers.items()), chunks, finish)


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
