"""One request and what comes back of it, byte by byte, within its limits: the only place where anything is sent."""

from __future__ import annotations

import json
import logging
import time
import zlib
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import anyio
import httpx
from attrs import define, field, frozen

from itsme_facade.raw import RawAnswer
from itsme_facade.wire.quiet import quiet

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Mapping

    from itsme_facade.settings import Timeouts

LARGEST_BODY = 1024 * 1024
"""Bytes of an answer that are kept, on the wire and decompressed; the longest real one is a few hundred."""

HEADERS = {
    "Accept": "application/json",
    # Nothing is gained by compressing a few hundred bytes, and a broken compression could cost them.
    "Accept-Encoding": "identity",
    "User-Agent": f"itsme-facade/{version('itsme-facade')}",
}
_ROUTES = ("transactions", "status")
_log = logging.getLogger("itsme_facade")


@define
class Arriving:
    """As much of an answer as has arrived. Whatever goes wrong later, it stays reachable here.

    Args:
        deadline: when all of it has to be here, on the monotonic clock, in seconds.
        left: whether the request may have left this machine.
    """

    deadline: float
    left: bool = True
    status_code: int = 0
    headers: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    body: bytearray = field(factory=bytearray, repr=False)
    complete: bool = False
    truncated: bool = False

    def raw(self) -> RawAnswer:
        """What has arrived so far."""
        body, whole = _decompressed(bytes(self.body), self.headers.get("content-encoding", ""))
        truncated = self.truncated or not self.complete or not whole
        return RawAnswer(body, self.status_code, self.headers, truncated)

    def begin(self, status_code: int, headers: Mapping[str, str]) -> None:
        """Takes the status, and the headers by their lower-case names."""
        self.status_code, self.headers = status_code, headers

    def take(self, chunk: bytes) -> bool:
        """Takes a chunk of the body; False when that is as much as is kept.

        Raises:
            httpx.ReadTimeout: the deadline has passed.
        """
        self.body += chunk
        if len(self.body) > LARGEST_BODY:
            del self.body[LARGEST_BODY:]
            self.truncated = True
            return False
        if time.monotonic() > self.deadline:
            raise httpx.ReadTimeout("the time limit ended within the answer")
        return True


@frozen
class Exchange:
    """A request to send once, and its answer.

    Args:
        method: the HTTP method, in upper case.
        path: below the base URL. It may hold a transaction token, so it is never shown.
        json: the body to send, or None.
        limits: how long to connect and to wait for bytes.
        deadline: when it has to be over, on the monotonic clock, in seconds.
    """

    method: str
    path: str = field(repr=False)
    json: Mapping[str, Any] | None = field(repr=False)
    limits: Timeouts
    deadline: float
    answer: Arriving = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "answer", Arriving(self.deadline))

    def content(self) -> bytes | None:
        """The body's bytes."""
        if self.json is None:
            return None
        return json.dumps(self.json, ensure_ascii=False, separators=(",", ":")).encode()

    def extensions(self) -> dict[str, Any]:
        """The limits in the form in which a request carries them to whatever sends it."""
        return limits_for(self.limits, self.deadline)


@frozen
class Reply:
    """An answer that has begun to arrive over a blocking connection.

    Args:
        status_code: the HTTP status.
        headers: by their lower-case names.
        chunks: the body as it comes, compressed as it is.
        close: gives the connection back, or closes it if there is more to come.
    """

    status_code: int
    headers: Mapping[str, str]
    chunks: Iterable[bytes]
    close: Callable[[], None]


@frozen
class AsyncReply:
    """An answer that has begun to arrive over an asynchronous connection. Arguments as for `Reply`."""

    status_code: int
    headers: Mapping[str, str]
    chunks: AsyncIterable[bytes]
    aclose: Callable[[], Awaitable[None]]


def limits_for(limits: Timeouts, deadline: float) -> dict[str, Any]:
    """What a request's extensions say of its limits: httpx's own, and our deadline."""
    remaining = max(deadline - time.monotonic(), 0.001)
    read, connect = min(limits.read, remaining), min(limits.connect, remaining)
    return {
        "timeout": {"connect": connect, "pool": connect, "read": read, "write": read},
        "deadline": deadline,
    }


def receive(send: Callable[[], Reply], answer: Arriving, route: str) -> None:
    """Sends a request once and takes its answer in.

    Args:
        send: sends it and returns when the answer begins.
        answer: where what arrives goes.
        route: what the log calls it.

    Raises:
        httpx.HTTPError: it went wrong. What had arrived by then is on the answer.
    """
    with quiet():
        reply = send()
        try:
            answer.begin(reply.status_code, reply.headers)
            for chunk in reply.chunks:
                if not answer.take(chunk):
                    break
            answer.complete = True
        finally:
            reply.close()
    _log_arrival(route, answer)


async def receive_async(send: Callable[[], Awaitable[AsyncReply]], answer: Arriving, route: str) -> None:
    """As `receive`, on asyncio or trio."""
    with quiet(), anyio.move_on_after(answer.deadline - time.monotonic()):
        reply = await send()
        try:
            answer.begin(reply.status_code, reply.headers)
            async for chunk in reply.chunks:
                if not answer.take(chunk):
                    break
            answer.complete = True
        finally:
            await reply.aclose()
    if not answer.complete:
        if not answer.left:
            raise httpx.ConnectTimeout("the time limit ended before there was a connection")
        raise httpx.ReadTimeout("the time limit ended before the answer was whole")
    _log_arrival(route, answer)


def route_of(path: str) -> str:
    """What to call a path in a log: never the path itself, which may hold a transaction token."""
    return next((f"/{name}" for name in _ROUTES if f"/{name}" in path), "another route")


def _log_arrival(route: str, answer: Arriving) -> None:
    _log.debug("%s answered HTTP %d with %d bytes", route, answer.status_code, len(answer.body))


def _decompressed(body: bytes, encoding: str) -> tuple[bytes, bool]:
    """The body with its compression undone as far as that goes, and whether that was all of it.

    What claims to be compressed and is not stays as it is.
    """
    if encoding.strip().lower() not in {"gzip", "x-gzip", "deflate"}:
        return body, True
    for window_bits in (
        zlib.MAX_WBITS | 32,
        -zlib.MAX_WBITS,
    ):  # gzip or zlib by its header; then bare deflate
        unpacker = zlib.decompressobj(window_bits)
        try:
            text = unpacker.decompress(body, LARGEST_BODY)
        except zlib.error:
            continue
        return text, unpacker.eof
    return body, True
