"""Connections that block, shared by all calls of one client. Its twin for asyncio and trio is async_pool.py.

httpx's own pool walks over all its connections for every request; at 100 in flight that is most of the time spent.
Here the connections are httpcore's just the same, and the idle ones lie on a stack. Nothing is ever sent twice, and
a connection on which a request was cut off is closed, not used again.
"""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, cast
from weakref import WeakSet

import httpcore
import httpx
from attrs import define

from itsme_facade.deadlines import Deadline, DeadlineBackend
from itsme_facade.lines import MOST_CONNECTIONS, Target, headers_in, httpx_errors

if TYPE_CHECKING:
    from itsme_facade.exchange import Exchange

_Connection = httpcore.HTTPConnection | httpcore.HTTPProxy | httpcore.SOCKSProxy


@define(eq=False)
class _Line:
    connection: _Connection
    deadline: Deadline

    def usable(self) -> bool:
        if isinstance(self.connection, httpcore.HTTPConnection):
            return self.connection.is_idle() and not self.connection.has_expired()
        return True  # a proxied connection is a pool of one, which looks after itself


class Pool:
    """Connections to one host. Safe for threads; after a fork the child starts with none.

    Arguments:
        base: the API's base URL.
    """

    def __init__(self, base: httpx.URL) -> None:
        self._target = Target(base)
        self._idle: list[_Line] = []
        self._free = threading.BoundedSemaphore(MOST_CONNECTIONS)
        _pools.add(self)

    def send(self, exchange: Exchange) -> _Reply:
        """Sends an exchange's request once, over an idle connection or a new one.

        Errors: httpx.TransportError.
        """
        return self.send_request(self._target.request(exchange))

    def send_request(self, request: httpcore.Request) -> _Reply:
        """Sends a request once; its extensions hold the limits.

        Errors: httpx.TransportError.
        """
        if not self._free.acquire(timeout=request.extensions["timeout"]["pool"]):
            raise httpx.PoolTimeout("all connections are in use")
        line = None
        try:
            line = self._take()
            line.deadline.at = request.extensions["deadline"]
            with httpx_errors():
                response = line.connection.handle_request(request)
        except BaseException:
            self._put_back(line)
            raise
        return _Reply(response, self, line)

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
            if line.usable():
                return line
            line.connection.close()

    def _connect(self) -> _Line:
        deadline = Deadline()
        options = self._target.options | {"network_backend": DeadlineBackend(deadline)}
        match self._target.proxied:
            case "http":
                return _Line(httpcore.HTTPProxy(**options), deadline)
            case "socks":
                return _Line(httpcore.SOCKSProxy(**options), deadline)
            case _:
                return _Line(httpcore.HTTPConnection(**options), deadline)

    def _put_back(self, line: _Line | None) -> None:
        if line is not None:
            line.deadline.at = math.inf
            if line.usable():
                self._idle.append(line)
                self._drop_oldest_if_stale()
            else:
                line.connection.close()
        self._free.release()

    def _drop_oldest_if_stale(self) -> None:
        # The bottom of the stack is what has been unused for longest; nothing else would ever close it.
        try:
            oldest = self._idle[0]
            if not oldest.usable():
                self._idle.remove(oldest)
                oldest.connection.close()
        except (IndexError, ValueError):  # another thread has just taken it
            pass


class _Reply:
    def __init__(self, response: httpcore.Response, pool: Pool, line: _Line) -> None:
        self.status_code: int = response.status
        self.headers: Mapping[str, str] = headers_in(response)
        self._response, self._pool, self._line = response, pool, line

    def chunks(self) -> Iterator[bytes]:
        with httpx_errors():
            yield from cast("Iterator[bytes]", self._response.stream)

    def close(self) -> None:
        try:
            with httpx_errors():
                self._response.close()
        finally:
            self._pool._put_back(self._line)  # noqa: SLF001 - the pool's own other half


_pools: WeakSet[Pool] = WeakSet()


def _forget_all() -> None:
    for pool in _pools:
        pool.forget()


if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
    os.register_at_fork(after_in_child=_forget_all)
