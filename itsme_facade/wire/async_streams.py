"""Asynchronous sockets for httpcore, on asyncio and trio by anyio: httpcore's own, with less around each call.

The whole of a call is under one time limit already (exchange.py), so a read gets one of its own only when it was
asked for; and a request's head and body, which are written one after the other, leave together.
"""

from __future__ import annotations

import select
import ssl
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import anyio
import httpcore
from anyio.abc import SocketAttribute
from anyio.streams.tls import TLSAttribute, TLSStream

if TYPE_CHECKING:
    import socket
    from collections.abc import Generator, Iterable


class AsyncStreams(httpcore.AsyncNetworkBackend):
    """Opens the connections."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connects to whichever of the host's addresses answers first."""
        del socket_options  # the pools set none
        with _errors(httpcore.ConnectError, httpcore.ConnectTimeout), anyio.fail_after(timeout):
            stream = await anyio.connect_tcp(host, port, local_host=local_address)
            return _Stream(stream)


class _Stream(httpcore.AsyncNetworkStream):
    def __init__(self, stream: anyio.abc.ByteStream) -> None:
        self._stream = stream
        self._socket = stream.extra(SocketAttribute.raw_socket)  # noqa: S610 - not Django's extra() - anyio's, not Django's
        self._unsent = b""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._unsent:
            await self._flush()
        with _errors(httpcore.ReadError, httpcore.ReadTimeout):
            try:
                if timeout is None:
                    return await self._stream.receive(max_bytes)
                with anyio.fail_after(timeout):
                    return await self._stream.receive(max_bytes)
            except anyio.EndOfStream:
                return b""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        del timeout  # nothing is sent yet, and what is sent later is under the call's own limit
        self._unsent += buffer

    async def _flush(self) -> None:
        unsent, self._unsent = self._unsent, b""
        # A server may answer and close before it has read everything: its answer is what counts.
        with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
            await self._stream.send(unsent)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        with _errors(httpcore.ConnectError, httpcore.ConnectTimeout):
            try:
                with anyio.fail_after(timeout):
                    stream = await TLSStream.wrap(
                        self._stream,
                        hostname=server_hostname,
                        ssl_context=ssl_context,
                        standard_compatible=False,
                        server_side=False,
                    )
            except BaseException:
                with anyio.CancelScope(shield=True):
                    await self.aclose()
                raise
            return _Stream(stream)

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            return _is_readable(self._socket)
        if info == "ssl_object":
            return self._stream.extra(TLSAttribute.ssl_object, None)  # noqa: S610 - not Django's extra()
        return self._socket if info == "socket" else None


def _is_readable(own: socket.socket) -> bool:
    """Whether an idle socket has something to say, which can only be that the server has closed it."""
    if own.fileno() < 0:
        return True
    if hasattr(select, "poll"):  # select alone cannot look at file descriptors above 1023
        poll = select.poll()
        poll.register(own, select.POLLIN)
        return bool(poll.poll(0))
    return bool(select.select([own], [], [], 0)[0])


@contextmanager
def _errors(failure: type[Exception], late: type[Exception]) -> Generator[None]:
    try:
        yield
    except TimeoutError as error:
        raise late("timed out") from error
    except (OSError, anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.EndOfStream, ssl.SSLError) as error:
        raise failure(str(error)) from error
