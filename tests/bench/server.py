"""A server that answers both calls as fast as Python can, so that it is the client that gets measured.

`python -m tests.bench.server` prints its port and ends when its standard input does. With `--drop` it drops each
transaction's first status read after having taken it in, on a connection that was kept alive, and prints at the end
how often each status was asked for.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from itertools import count
from typing import ClassVar

STATUS = {
    "status": "success",
    "userId": "QC1JJ6AgPTnDWTP3p6p3S1kMzPkLCVN41vzfaTxw",
    "name": {"givenName": "Lucas", "familyName": "Maes", "fullName": "Lucas Maes"},
    "gender": "male",
    "birthdate": "1974-01-31",
    "locale": "nl",
    "phoneNumber": "+32471234567",
    "emailAddress": "lucas.maes@mail.example",
    "address": {
        "streetAddress": "Rue Neuve 1",
        "postalCode": "1000",
        "city": "Bruxelles",
        "countryCode": "BE",
    },
}


def _answer(body: bytes) -> bytes:
    return (
        b"HTTP/1.1 200 OK\r\ndate: Sun, 01 Nov 2026 12:00:00 GMT\r\nserver: bench\r\n"
        b"content-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
    ) + body


_CREATED = json.dumps(
    {
        "transactionToken": "T" * 64,
        "authenticationUrl": "https://login.itsme.example/a1b2c3",
    }
).encode()
_STATUS = _answer(json.dumps(STATUS).encode())
_STATUS_ALONE = _answer(b'{"status": "success"}')
_tokens = count(1)


def created() -> bytes:
    """A transaction with a token of its own, as the API gives."""
    return _answer(_CREATED.replace(b"T" * 64, b"%064d" % next(_tokens)))


def reads_status(method: bytes, target: bytes) -> bool:
    """Whether it is a status call: pybankid asks by POST to .../collect."""
    return method == b"GET" or target.endswith(b"/collect")


class Answering(asyncio.Protocol):
    """One connection. It knows as much of HTTP as well-behaved clients need."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        received = self._received + data
        while (end := received.find(b"\r\n\r\n")) >= 0:
            head = received[:end]
            length = _length(head)
            if len(received) < end + 4 + length:
                break
            received = received[end + 4 + length :]
            method, target, _ = head.split(b" ", 2)
            self.answer(method, target)
        self._received = received

    def answer(self, method: bytes, target: bytes) -> None:
        """Answers a create or a status call."""
        self.transport.write(_STATUS if reads_status(method, target) else created())


class Dropping(Answering):
    """Drops the first read of each status, without an answer; the data is gone by then, as with CM."""

    reads: ClassVar[Counter[bytes]] = Counter()

    def answer(self, method: bytes, target: bytes) -> None:
        if reads_status(method, target):
            self.reads[target] += 1
            if self.reads[target] == 1:
                self.transport.abort()
            else:
                self.transport.write(_STATUS_ALONE)
        else:
            super().answer(method, target)


def _length(head: bytes) -> int:
    lowered = head.lower()
    at = lowered.find(b"\r\ncontent-length:")
    if at < 0:
        return 0
    return int(lowered[at + 17 :].split(b"\r\n", 1)[0])


async def serve(protocol: type[Answering]) -> None:
    """Answers on a free port of the loopback interface until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    drop = "--drop" in sys.argv
    asyncio.run(serve(Dropping if drop else Answering))
    if drop:
        print(json.dumps(max(Dropping.reads.values(), default=0)))
