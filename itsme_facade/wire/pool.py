"""Connections that block, shared by all calls of one client. Its twin for asyncio and trio is async_pool.py.

httpx's own pool walks over all its connections for every request; at 100 in flight that is most of the time spent.
Here the connections are httpcore's just the same, and the idle ones lie on a stack. Nothing is ever sent twice, and
a connection on which a request was cut off is closed, not used again.
"""

from __future__ import annotations

import math
import threading
import time
from typing import TYPE_CHECKING, Any, cast

import httpcore
import httpx
from attrs import define

from itsme_facade.forks import anew_after_fork
from itsme_facade.wire.deadlines import Deadline, DeadlineBackend
from itsme_facade.wire.exchange import Arriving, Exchange, Reply
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
    from collections.abc import Iterator

_Connection = httpcore.HTTPConnection | httpcore.HTTPProxy | httpcore.SOCKSProxy


@define(eq=False)
class _Line:
    connection: _Connection
    deadline: Deadline
    home: list[_Line]


class Pool:
    """Connections to one host. Safe for threads; after a fork the child starts with none.

    Args:
        base: the API's base URL.
    """

    def __init__(self, base: httpx.URL) -> None:
        self._target = Target(base)
        self._idle: list[_Line] = []
        self._free = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self._next_look = 0.0
        anew_after_fork(self)

    def send(self, exchange: Exchange) -> Reply:
        """Sends an exchange's request once, over an idle connection or a new one.

        Raises:
            httpx.TransportError: it could not be sent, or no answer began.
        """
        return self.send_request(self._target.request(exchange), exchange.answer)

    def send_request(self, request: httpcore.Request, answer: Arriving) -> Reply:
        """Sends a request once; its extensions hold the limits. The answer learns whether the request left.

        Raises:
            httpx.TransportError: it could not be sent, or no answer began.
        """
        extensions = extensions_of(request)
        answer.left = False
        if not self._free.acquire(timeout=extensions["timeout"]["pool"]):
            raise httpx.PoolTimeout("all connections are in use")
        line = None
        try:
            line = self._take()
            line.deadline.at = extensions["deadline"]
            with httpx_errors():
                response = line.connection.handle_request(request)
        except BaseException:
            answer.left = line is not None and may_have_sent(line.connection)
            self._put_back(line)
            raise
        answer.left = True
        return Reply(response.status, headers_in(response), _chunks(response), lambda: self._finish(response, line))

    def send_httpx(self, request: httpx.Request, answer: Arriving) -> Reply:
        """Sends an httpx request once, as `send_request` does."""
        return self.send_request(core_request(request), answer)

    def close(self) -> None:
        """Closes the connections: the idle ones now, those in use when their call is done."""
        idle, self._idle = self._idle, []
        for line in idle:
            line.connection.close()

    def begin_anew(self) -> None:
        """In a forked child: the sockets are the parent's, and closing our copies sends nothing."""
        self.close()
        self._free = threading.BoundedSemaphore(MOST_CONNECTIONS)

    def _take(self) -> _Line:
        while True:
            try:
                line = self._idle.pop()
            except IndexError:
                return self._connect()
            if is_usable(line.connection):
                return line
            line.connection.close()

    def _connect(self) -> _Line:
        deadline, home = Deadline(), self._idle
        options: dict[str, Any] = {**self._target.options, "network_backend": DeadlineBackend(deadline)}
        match self._target.proxied:
            case "http":
                return _Line(httpcore.HTTPProxy(**options), deadline, home)
            case "socks":
                return _Line(httpcore.SOCKSProxy(**options), deadline, home)
            case _:
                return _Line(httpcore.HTTPConnection(**options), deadline, home)

    def _finish(self, response: httpcore.Response, line: _Line) -> None:
        try:
            with httpx_errors():
                response.close()
        finally:
            self._put_back(line)

    def _put_back(self, line: _Line | None) -> None:
        if line is not None:
            line.deadline.at = math.inf
            if line.home is self._idle and is_reusable(line.connection):
                self._idle.append(line)
                self._drop_oldest_if_stale()
            else:
                line.connection.close()
        self._free.release()

    def _drop_oldest_if_stale(self) -> None:
        # The bottom of the stack is what has been unused for longest; nothing else would ever close it.
        if (now := time.monotonic()) < self._next_look:
            return
        self._next_look = now + LOOK_EVERY
        try:
            oldest = self._idle[0]
            if not is_usable(oldest.connection):
                self._idle.remove(oldest)
                oldest.connection.close()
        except (IndexError, ValueError):  # another thread has just taken it
            pass


def _chunks(response: httpcore.Response) -> Iterator[bytes]:
    with httpx_errors():
        yield from cast("Iterator[bytes]", response.stream)
