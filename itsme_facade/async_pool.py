"""Connections for asyncio and trio, shared by all calls of one client: the twin of pool.py, which says why."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Hashable, Mapping
from typing import TYPE_CHECKING, cast
from weakref import WeakKeyDictionary

import anyio
import httpcore
import httpx
from attrs import define, field

from itsme_facade.lines import MOST_CONNECTIONS, Target, headers_in, httpx_errors

if TYPE_CHECKING:
    from itsme_facade.exchange import Exchange

_Connection = httpcore.AsyncHTTPConnection | httpcore.AsyncHTTPProxy | httpcore.AsyncSOCKSProxy


class AsyncPool:
    """Connections to one host. Safe for tasks, and across event loops.

    Each event loop has its own connections: one that was made in another loop can neither be used nor closed here.

    Arguments:
        base: the API's base URL.
    """

    def __init__(self, base: httpx.URL) -> None:
        self._target = Target(base)
        self._loops: WeakKeyDictionary[Hashable, _Loop] = WeakKeyDictionary()

    async def send(self, exchange: Exchange) -> _Reply:
        """Sends an exchange's request once, over an idle connection or a new one.

        Errors: httpx.TransportError.
        """
        return await self.send_request(self._target.request(exchange))

    async def send_request(self, request: httpcore.Request) -> _Reply:
        """Sends a request once; its extensions hold the limits.

        Errors: httpx.TransportError.
        """
        loop = self._here()
        await loop.reserve(request.extensions["timeout"]["pool"])
        connection = None
        try:
            connection = await loop.take() or self._connect()
            with httpx_errors():
                response = await connection.handle_async_request(request)
        except BaseException:
            await loop.put_back(connection)
            raise
        return _Reply(response, loop, connection)

    async def aclose(self) -> None:
        """Closes the idle connections of this event loop."""
        await self._here().aclose()

    def _here(self) -> _Loop:
        try:
            key: Hashable = asyncio.get_running_loop()
        except RuntimeError:
            key = sys.modules["trio"].lowlevel.current_trio_token()
        loop = self._loops.get(key)
        if loop is None:
            loop = self._loops[key] = _Loop()
        return loop

    def _connect(self) -> _Connection:
        match self._target.proxied:
            case "http":
                return httpcore.AsyncHTTPProxy(**self._target.options)
            case "socks":
                return httpcore.AsyncSOCKSProxy(**self._target.options)
            case _:
                return httpcore.AsyncHTTPConnection(**self._target.options)


@define(eq=False)
class _Loop:
    """One event loop's connections."""

    idle: list[_Connection] = field(factory=list["_Connection"])
    free: anyio.Semaphore = field(factory=lambda: anyio.Semaphore(MOST_CONNECTIONS))

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
            if _usable(connection):
                return connection
            await _close(connection)
        return None

    async def put_back(self, connection: _Connection | None) -> None:
        try:
            if connection is not None and _usable(connection):
                self.idle.append(connection)
                # The bottom of the stack is what has been unused for longest; nothing else would ever close it.
                connection = None if _usable(self.idle[0]) else self.idle.pop(0)
            if connection is not None:
                await _close(connection)
        finally:
            self.free.release()

    async def aclose(self) -> None:
        while self.idle:
            await _close(self.idle.pop())


class _Reply:
    def __init__(self, response: httpcore.Response, loop: _Loop, connection: _Connection) -> None:
        self.status_code: int = response.status
        self.headers: Mapping[str, str] = headers_in(response)
        self._response, self._loop, self._connection = response, loop, connection

    async def chunks(self) -> AsyncIterator[bytes]:
        with httpx_errors():
            async for chunk in cast("AsyncIterator[bytes]", self._response.stream):
                yield chunk

    async def aclose(self) -> None:
        try:
            with httpx_errors():
                await self._response.aclose()
        finally:
            await self._loop.put_back(self._connection)


def _usable(connection: _Connection) -> bool:
    if isinstance(connection, httpcore.AsyncHTTPConnection):
        return connection.is_idle() and not connection.has_expired()
    return True  # a proxied connection is a pool of one, which looks after itself


async def _close(connection: _Connection) -> None:
    # Shielded, so that a cancelled call still closes what it leaves half-used.
    with anyio.CancelScope(shield=True):
        await connection.aclose()
