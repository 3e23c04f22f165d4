"""Connections for asyncio and trio, shared by all calls of one client: the twin of pool.py, which says why."""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakKeyDictionary

import anyio
import httpcore
import httpx
from attrs import define, field

from itsme_facade.wire.async_streams import AsyncStreams
from itsme_facade.wire.exchange import Arriving, AsyncReply, Exchange
from itsme_facade.wire.lines import (
    LOOK_EVERY,
    MOST_CONNECTIONS,
    Target,
    core_request,
    extensions_of,
    headers_in,
    httpx_errors,
    is_reusable,
    is_usable,
    may_have_sent,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Hashable

_Connection = httpcore.AsyncHTTPConnection | httpcore.AsyncHTTPProxy | httpcore.AsyncSOCKSProxy


class AsyncPool:
    """Connections to one host. Safe for tasks, and across event loops.

    Each event loop has its own connections: one that was made in another loop can neither be used nor closed here.

    Args:
        base: the API's base URL.
    """

    def __init__(self, base: httpx.URL) -> None:
        self._target = Target(base)
        self._loops: WeakKeyDictionary[Hashable, _Loop] = WeakKeyDictionary()

    async def send(self, exchange: Exchange) -> AsyncReply:
        """Sends an exchange's request once, over an idle connection or a new one.

        Raises:
            httpx.TransportError: it could not be sent, or no answer began.
        """
        return await self.send_request(self._target.request(exchange), exchange.answer)

    async def send_request(self, request: httpcore.Request, answer: Arriving) -> AsyncReply:
        """Sends a request once; its extensions hold the limits. The answer learns whether the request left.

        Raises:
            httpx.TransportError: it could not be sent, or no answer began.
        """
        loop, extensions = self._here(), extensions_of(request)
        answer.left = False
        await loop.reserve(extensions["timeout"]["pool"])
        connection, home = None, loop.idle
        try:
            connection = await loop.take() or self._connect()
            with httpx_errors():
                response = await connection.handle_async_request(request)
        except BaseException:
            answer.left = may_have_sent(connection)
            await loop.put_back(connection, home)
            raise
        answer.left = True
        stream = aiter(cast("AsyncIterable[bytes]", response.stream))
        chunks = _chunks(stream)

        async def finish() -> None:
            try:
                await chunks.aclose()
                with httpx_errors():
                    await response.aclose()
                # Where the answer was cut off, this runs httpcore's generators into the closed connection, so that
                # they end: trio complains about those that are left behind.
                with suppress(httpcore.NetworkError, httpcore.ProtocolError):
                    async for _ in stream:
                        pass
            finally:
                await loop.put_back(connection, home)

        return AsyncReply(response.status, headers_in(response), chunks, finish)

    async def send_httpx(self, request: httpx.Request, answer: Arriving) -> AsyncReply:
        """Sends an httpx request once, as `send_request` does."""
        return await self.send_request(core_request(request), answer)

    async def aclose(self) -> None:
        """Closes the connections of this event loop: the idle ones now, those in use when their call is done."""
        await self._here().aclose()

    def _here(self) -> _Loop:
        try:
            key: Hashable = asyncio.get_running_loop()
        except RuntimeError:
            key = sys.modules["trio"].lowlevel.current_trio_token()
        loop = self._loops.get(key)
        if loop is None:
            self._forget_closed()
            loop = self._loops[key] = _Loop()
        return loop

    def _forget_closed(self) -> None:
        # Connections that nobody closed refer to their loop, so that neither would ever go by itself.
        for reference in self._loops.keyrefs():
            key = reference()
            if isinstance(key, asyncio.AbstractEventLoop) and key.is_closed():
                self._loops.pop(key, None)

    def _connect(self) -> _Connection:
        options: dict[str, Any] = {**self._target.options, "network_backend": AsyncStreams()}
        match self._target.proxied:
            case "http":
                return httpcore.AsyncHTTPProxy(**options)
            case "socks":
                return httpcore.AsyncSOCKSProxy(**options)
            case _:
                return httpcore.AsyncHTTPConnection(**options)


@define(eq=False)
class _Loop:
    """One event loop's connections."""

    idle: list[_Connection] = field(factory=list["_Connection"])
    free: anyio.Semaphore = field(factory=lambda: anyio.Semaphore(MOST_CONNECTIONS))
    next_look: float = 0.0

    async def reserve(self, seconds: float) -> None:
        try:
            self.free.acquire_nowait()
        except anyio.WouldBlock:
            with anyio.move_on_after(seconds):
                await self.free.acquire()
                return
            raise httpx.PoolTimeout("all connections are in use") from None

    async def take(self) -> _Connection | None:
        while self.idle:
            connection = self.idle.pop()
            if is_usable(connection):
                return connection
            await _close(connection)
        return None

    async def put_back(self, connection: _Connection | None, home: list[_Connection]) -> None:
        try:
            if connection is not None and home is self.idle and is_reusable(connection):
                self.idle.append(connection)
                connection = self.stale()
            if connection is not None:
                await _close(connection)
        finally:
            self.free.release()

    def stale(self) -> _Connection | None:
        # The bottom of the stack is what has been unused for longest; nothing else would ever close it.
        if (now := time.monotonic()) < self.next_look:
            return None
        self.next_look = now + LOOK_EVERY
        return None if is_usable(self.idle[0]) else self.idle.pop(0)

    async def aclose(self) -> None:
        idle, self.idle = self.idle, []
        for connection in idle:
            await _close(connection)


async def _chunks(stream: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
    with httpx_errors():
        async for chunk in stream:
            yield chunk


async def _close(connection: _Connection) -> None:
    # Shielded, so that a cancelled call still closes what it leaves half-used.
    with anyio.CancelScope(shield=True):
        await connection.aclose()
