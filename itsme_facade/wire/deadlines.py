"""A time limit on the whole of a blocking call.

A socket's own limit is for one read, so a server that sends a byte a second, or a name with many dead addresses,
would never end it. Here each wait gets no more than is left until the deadline.
"""

from __future__ import annotations

import math
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import httpcore
from attrs import define

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable


@define
class Deadline:
    """When the current request on a connection has to be over, on the monotonic clock, in seconds."""

    at: float = math.inf

    def limit(self, seconds: float | None) -> float | None:
        """So many seconds, or as many as are left, if fewer. None is forever.

        Raises:
            TimeoutError: none are left.
        """
        if self.at == math.inf:
            return seconds
        left = self.at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time limit has ended")
        return left if seconds is None else min(seconds, left)


class DeadlineBackend(httpcore.NetworkBackend):
    """httpcore's blocking sockets, held to a deadline."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connects to the first of the host's addresses that answers, all within one limit."""
        begun = time.monotonic()
        failure: Exception = httpcore.ConnectError("the name has no address")
        for address in _addresses(host, port):
            left = None if timeout is None else timeout - (time.monotonic() - begun)
            if left is not None and left <= 0:
                raise httpcore.ConnectTimeout("timed out")
            try:
                stream = self._sockets.connect_tcp(
                    address, port, self._limit(left, httpcore.ConnectTimeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _DeadlineStream(stream, self._deadline)
        raise failure

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connects to a Unix socket."""
        stream = self._sockets.connect_unix_socket(path, self._limit(timeout, httpcore.ConnectTimeout), socket_options)
        return _DeadlineStream(stream, self._deadline)

    def _limit(self, seconds: float | None, late: type[Exception]) -> float | None:
        return _limit(self._deadline, seconds, late)


class _DeadlineStream(httpcore.NetworkStream):
    """A request's head and body are written one after the other; they leave together, before the first read."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline
        self._unsent = b""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._unsent:
            self._flush()
        return self._stream.read(max_bytes, _limit(self._deadline, timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        del timeout  # nothing is sent yet, and what is sent later is held to the deadline
        self._unsent += buffer

    def _flush(self) -> None:
        unsent, self._unsent = self._unsent, b""
        # A server may answer and close before it has read everything: its answer is what counts.
        with suppress(httpcore.WriteError):
            self._stream.write(unsent, _limit(self._deadline, None, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        limit = _limit(self._deadline, timeout, httpcore.ConnectTimeout)
        return _DeadlineStream(self._stream.start_tls(ssl_context, server_hostname, limit), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _limit(deadline: Deadline, seconds: float | None, late: type[Exception]) -> float | None:
    try:
        return deadline.limit(seconds)
    except TimeoutError as error:
        raise late(str(error)) from None


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError(str(error)) from None
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
