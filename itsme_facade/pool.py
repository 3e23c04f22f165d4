"""Connections, shared by all calls of one client: the default transports.

httpx's own pool walks over all its connections for every request; at 100 in flight that is most of the time spent.
Here the connections are httpcore's just the same, and the idle ones lie on a stack. Nothing is ever sent twice, and
a connection on which a request was cut off is closed, not used again.
"""

from __future__ import annotations

import asyncio
import math
import os
import sys
import threading
from collections.abc import AsyncIterator, Hashable, Iterator
from typing import Any, cast
from weakref import WeakKeyDictionary, WeakSet

import anyio
import httpcore
import httpx
from attrs import define, field

from itsme_facade.deadlines import Deadline, DeadlineBackend
from itsme_facade.lines import (
    MOST_CONNECTIONS,
    connection_options,
    core_request,
    core_url,
    httpx_errors,
    proxy_for,
    proxy_options,
)

_Connection = httpcore.HTTPConnection | httpcore.HTTPProxy | httpcore.SOCKSProxy
_AsyncConnection = httpcore.AsyncHTTPConnection | httpcore.AsyncHTTPProxy | httpcore.AsyncSOCKSProxy


@define(eq=False)
class _Line:
    connection: _Connection
    deadline: Deadline


class Pool(httpx.BaseTransport):
    """Connections for blocking calls to one host. Safe for threads; after a fork the child starts with none."""

    def __init__(self, url: httpx.URL) -> None:
        self._url = url
        self._proxy = proxy_for(url)
        self._idle: list[_Line] = []
        self._free = threading.BoundedSemaphore(MOST_CONNECTIONS)
        _pools.add(self)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Sends the request once, over an idle connection or a new one.

        Errors: httpx.TransportError.
        """
        if not self._free.acquire(timeout=request.extensions["timeout"]["pool"]):
            raise httpx.PoolTimeout("all connections are in use")
        line = None
        try:
            line = self._take()
            line.deadline.at = request.extensions["deadline"]
            with httpx_errors():
                response = line.connection.handle_request(core_request(request))
        except BaseException:
            self._put_back(line)
            raise
        return httpx.Response(response.status, headers=response.headers, stream=_Body(response, self, line))

    def close(self) -> None:
        """Closes the idle connections."""
        while self._idle:
            self._idle.pop().connection.close()

    def forget(self) -> None:
        """In a forked child: the sockets are the parent's, and closing our copies sends nothing."""
        self.close()
        self._free = threading.BoundedSemaphore(MOST_CONNECTIONS)

    def _take(self) -> _Line:
        while True:
            try:
                line = self._idle.pop()
            except IndexError:
                return self._connect()
            if _usable(line.connection):
                return line
            line.connection.close()

    def _connect(self) -> _Line:
        deadline = Deadline()
        options = connection_options(self._url) | {"network_backend": DeadlineBackend(deadline)}
        if self._proxy is None:
            return _Line(httpcore.HTTPConnection(origin=core_url(self._url).origin, **options), deadline)
        kind = httpcore.SOCKSProxy if self._proxy.url.scheme.startswith("socks") else httpcore.HTTPProxy
        return _Line(kind(**options, **proxy_options(self._proxy)), deadline)

    def _put_back(self, line: _Line | None) -> None:
        if line is not None:
            line.deadline.at = math.inf
            if _usable(line.connection):
                self._idle.append(line)
                self._drop_oldest_if_stale()
            else:
                line.connection.close()
        self._free.release()

    def _drop_oldest_if_stale(self) -> None:
        # The bottom of the stack is what has been unused for longest; nothing else would ever close it.
        try:
            oldest = self._idle[0]
            if not _usable(oldest.connection):
                self._idle.remove(oldest)
                oldest.connection.close()
        except (IndexError, ValueError):  # another thread has just taken it
            pass


class AsyncPool(httpx.AsyncBaseTransport):
    """Connections for asynchronous calls to one host, on asyncio or trio. Safe for tasks and across event loops.

    Each event loop has its own connections: one that was made in another loop cannot be used, nor closed, here.
    """

    def __init__(self, url: httpx.URL) -> None:
        self._url = url
        self._proxy = proxy_for(url)
        self._loops: WeakKeyDictionary[Hashable, _Loop] = WeakKeyDictionary()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends the request once, over an idle connection or a new one.

        Errors: httpx.TransportError.
        """
        loop = self._here()
        await loop.reserve(request.extensions["timeout"]["pool"])
        connection = None
        try:
            connection = await loop.take() or self._connect()
            with httpx_errors():
                response = await connection.handle_async_request(core_request(request))
        except BaseException:
            await loop.put_back(connection)
            raise
        return httpx.Response(
            response.status, headers=response.headers, stream=_AsyncBody(response, loop, connection)
        )

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

    def _connect(self) -> _AsyncConnection:
        options = connection_options(self._url)
        if self._proxy is None:
            return httpcore.AsyncHTTPConnection(origin=core_url(self._url).origin, **options)
        socks = self._proxy.url.scheme.startswith("socks")
        kind = httpcore.AsyncSOCKSProxy if socks else httpcore.AsyncHTTPProxy
        return kind(**options, **proxy_options(self._proxy))


@define(eq=False)
class _Loop:
    """One event loop's connections."""

    idle: list[_AsyncConnection] = field(factory=list["_AsyncConnection"])
    free: anyio.Semaphore = field(factory=lambda: anyio.Semaphore(MOST_CONNECTIONS))

    async def reserve(self, seconds: float) -> None:
        try:
            self.free.acquire_nowait()
        except anyio.WouldBlock:
            with anyio.move_on_after(seconds):
                await self.free.acquire()
                return
            raise httpx.PoolTimeout("all connections are in use") from None

    async def take(self) -> _AsyncConnection | None:
        while self.idle:
            connection = self.idle.pop()
            if _usable(connection):
                return connection
            await _close(connection)
        return None

    async def put_back(self, connection: _AsyncConnection | None) -> None:
        try:
            if connection is not None and _usable(connection):
                self.idle.append(connection)
                connection = None if _usable(self.idle[0]) else self.idle.pop(0)
            if connection is not None:
                await _close(connection)
        finally:
            self.free.release()

    async def aclose(self) -> None:
        while self.idle:
            await _close(self.idle.pop())


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response, pool: Pool, line: _Line) -> None:
        self._response, self._pool, self._line = response, pool, line

    def __iter__(self) -> Iterator[bytes]:
        with httpx_errors():
            yield from cast("Iterator[bytes]", self._response.stream)

    def close(self) -> None:
        try:
            with httpx_errors():
                self._response.close()
        finally:
            self._pool._put_back(self._line)  # noqa: SLF001 - the pool's own other half


class _AsyncBody(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response, loop: _Loop, connection: _AsyncConnection) -> None:
        self._response, self._loop, self._connection = response, loop, connection

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with httpx_errors():
            async for part in cast("AsyncIterator[bytes]", self._response.stream):
                yield part

    async def aclose(self) -> None:
        try:
            with httpx_errors():
                await self._response.aclose()
        finally:
            await self._loop.put_back(self._connection)


def _usable(connection: _Connection | _AsyncConnection) -> bool:
    if isinstance(connection, httpcore.HTTPConnection | httpcore.AsyncHTTPConnection):
        return connection.is_idle() and not connection.has_expired()
    return True  # a proxied connection is a pool of one, which looks after itself


async def _close(connection: _AsyncConnection) -> None:
    # Shielded, so that a cancelled call still closes what it leaves half-used.
    with anyio.CancelScope(shield=True):
        await connection.aclose()


_pools: WeakSet[Pool] = WeakSet()


def _forget_all() -> None:
    for pool in _pools:
        pool.forget()


if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
    os.register_at_fork(after_in_child=_forget_all)
