"""One request and what comes back of it, byte by byte, within its limits: the only place where anything is sent."""

from __future__ import annotations

import json
import logging
import time
import zlib
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, cast

import anyio
import httpx
from attrs import define, field, frozen

from itsme_facade.quiet import quiet
from itsme_facade.raw import RawAnswer
from itsme_facade.settings import Timeouts

LARGEST_BODY = 1024 * 1024
"""Bytes of an answer that are kept, on the wire and decompressed; the longest real one is a few hundred."""

HEADERS = {
    b"Accept": b"application/json",
    # Nothing is gained by compressing a few hundred bytes, and a broken compression could cost them.
    b"Accept-Encoding": b"identity",
    b"User-Agent": f"itsme-facade/{version('itsme-facade')}".encode(),
}
_ROUTES = ("transactions", "status")
_log = logging.getLogger("itsme_facade")


@define
class Arriving:
    """As much of an answer as has arrived. Whatever goes wrong later, it stays reachable here.

    Arguments:
        deadline: when all of it has to be here, on the monotonic clock, in seconds.
    """

    deadline: float
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

    def begin(self, response: httpx.Response) -> None:
        """Takes the status and the headers."""
        self.status_code = response.status_code
        self.headers = dict(response.headers.items())

    def take(self, chunk: bytes) -> bool:
        """Takes a chunk of the body; False when that is as much as is kept.

        Errors: httpx.ReadTimeout when the deadline has passed.
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

    Arguments:
        method: the HTTP method.
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

    def request(self, base: httpx.URL) -> httpx.Request:
        """The request below a base URL."""
        headers = dict(HEADERS)
        content = None
        if self.json is not None:
            headers[b"Content-Type"] = b"application/json"
            content = json.dumps(self.json, ensure_ascii=False, separators=(",", ":")).encode()
        return httpx.Request(
            self.method.upper(),
            base.copy_with(raw_path=base.raw_path.rstrip(b"/") + self.path.encode("ascii")),
            headers=headers,
            content=content,
            extensions=limits_for(self.limits, self.deadline),
        )


def limits_for(limits: Timeouts, deadline: float) -> dict[str, Any]:
    """The limits in the form in which a request's extensions carry them to whatever transport sends it."""
    remaining = max(deadline - time.monotonic(), 0.001)
    read, connect = min(limits.read, remaining), min(limits.connect, remaining)
    return {
        "timeout": {"connect": connect, "pool": connect, "read": read, "write": read},
        "deadline": deadline,
    }


def receive(request: httpx.Request, transport: httpx.BaseTransport, answer: Arriving) -> None:
    """Sends the request once and takes the answer in.

    Errors: httpx.HTTPError. What had arrived by then is on the answer.
    """
    with quiet():
        response = transport.handle_request(request)
        try:
            answer.begin(response)
            for chunk in cast("httpx.SyncByteStream", response.stream):
                if not answer.take(chunk):
                    break
            answer.complete = True
        finally:
            response.close()
    _log_arrival(request, answer)


async def receive_async(request: httpx.Request, transport: httpx.AsyncBaseTransport, answer: Arriving) -> None:
    """Sends the request once and takes the answer in, on asyncio or trio.

    Errors: httpx.HTTPError. What had arrived by then is on the answer.
    """
    with quiet(), anyio.move_on_after(answer.deadline - time.monotonic()):
        response = await transport.handle_async_request(request)
        try:
            answer.begin(response)
            async for chunk in cast("httpx.AsyncByteStream", response.stream):
                if not answer.take(chunk):
                    break
            answer.complete = True
        finally:
            await response.aclose()
    if not answer.complete:
        raise httpx.ReadTimeout("the time limit ended before the answer was whole")
    _log_arrival(request, answer)


def _log_arrival(request: httpx.Request, answer: Arriving) -> None:
    if _log.isEnabledFor(logging.DEBUG):
        # The route, never the address: a path may hold a transaction token.
        route = next((name for name in _ROUTES if f"/{name}" in request.url.path), "another route")
        _log.debug("%s %s: HTTP %d, %d bytes", request.method, route, answer.status_code, len(answer.body))


def _decompressed(body: bytes, encoding: str) -> tuple[bytes, bool]:
    """The body with its compression undone as far as that goes, and whether that was all of it.

    What claims to be compressed and is not stays as it is.
    """
    if encoding.strip().lower() not in {"gzip", "x-gzip", "deflate"}:
        return body, True
    for window_bits in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):  # gzip or zlib by its header; then bare deflate
        unpacker = zlib.decompressobj(window_bits)
        try:
            text = unpacker.decompress(body, LARGEST_BODY)
        except zlib.error:
            continue
        return text, unpacker.eof
    return body, True
