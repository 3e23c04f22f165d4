"""The load generator, a process of its own: the same two calls on some connections, over and over, for a short while.

`python -m tests.bench.sandbox.load` takes an order a line, the fields of `Order` as JSON, and gives a line with the
fields of `Share` for each. It ends with its standard input.
"""

from __future__ import annotations

import gc
import json
import re
import selectors
import socket
import sys
import time
from dataclasses import asdict, dataclass

STALLED = 20.0
"""Seconds without any answer after which it gives up."""


@dataclass(frozen=True)
class Pair:
    """Two requests, ready to be sent. `{number}` in them becomes different in each pair, 12 digits long.

    Attributes:
        create: The first request.
        read: The second; `{token}` in it becomes what `token` found.
        token: The name of the field in the first answer's JSON whose value the second request takes.
        wanted: What has to stand in the second answer, or the time means nothing.
    """

    create: str
    read: str
    token: str
    wanted: str


@dataclass(frozen=True)
class Order:
    """A share of load: so many pairs over so many connections, and no longer than so many seconds."""

    port: int
    pair: Pair
    connections: int
    pairs: int
    seconds: float


@dataclass(frozen=True)
class Share:
    """What came of an order: pairs done, in how many seconds, and the part of them that the generator was busy."""

    pairs: int
    seconds: float
    busy: float


class WrongAnswer(Exception):
    """A server did not do what it is measured for."""


class Load:
    """One order, carried out."""

    def __init__(self, order: Order) -> None:
        pair = order.pair
        self.address = ("127.0.0.1", order.port)
        self.create, self.read, self.wanted = pair.create.encode(), pair.read.encode(), pair.wanted.encode()
        self.token = re.compile(rb'"%s": ?"([^"]*)"' % pair.token.encode()) if pair.token else None
        self.selector = selectors.DefaultSelector()
        self.order = order
        self.begun = self.done = 0

    def run(self) -> Share:
        """Opens the connections and does one pair on each, unmeasured; then begins to count."""
        connections = [Connection(self) for _ in range(self.order.connections)]
        try:
            self._pairs(connections, len(connections), STALLED)
            gc.collect()
            busy, begun = time.process_time(), time.perf_counter()
            done = self._pairs(connections, self.order.pairs, self.order.seconds)
            seconds, busy = time.perf_counter() - begun, time.process_time() - busy
            return Share(done, seconds, busy / seconds)
        finally:
            for connection in connections:
                connection.close()
            self.selector.close()

    def _pairs(self, connections: list[Connection], number: int, seconds: float) -> int:
        self.begun = self.done = 0
        end = time.perf_counter() + seconds
        for connection in connections[:number]:
            connection.begin()
        while self.done < self.begun:
            ready = self.selector.select(STALLED)
            if not ready:
                raise WrongAnswer(f"nothing came back for {STALLED:.0f} seconds")
            for key, _ in ready:
                connection = key.data
                if connection.receive() and self.begun < number and time.perf_counter() < end:
                    connection.begin()
        return self.done


class Connection:
    """One connection; it is opened anew when the server closes it after an answer."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._socket: socket.socket | None = None
        self._received = b""
        self._number = b""
        self._reads = False

    def begin(self) -> None:
        """Sends the first request of a pair."""
        self._load.begun += 1
        self._number = b"%012d" % self._load.begun
        self._reads = False
        self._send(self._load.create)

    def receive(self) -> bool:
        """Takes in what has come; returns whether a pair is done. Sends the second request after the first answer."""
        assert self._socket is not None
        data = self._socket.recv(65536)
        self._received += data
        answer = _whole(self._received, ended=not data)
        if answer is None:
            return False
        head, body = answer
        self._received = b""
        if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.0 200")):
            raise WrongAnswer(f"{head[:60]!r} {body[:200]!r}")
        if b"\r\nconnection: close" in head.lower() or not data:
            self.close()
        if self._reads:
            if self._load.wanted not in body:
                raise WrongAnswer(f"{body[:200]!r}")
            self._load.done += 1
            return True
        self._reads = True
        token = self._load.token
        found = token.search(body) if token else None
        self._send(self._load.read.replace(b"{token}", found[1] if found else b""))
        return False

    def close(self) -> None:
        """Closes it, if it is open."""
        if self._socket is not None:
            self._load.selector.unregister(self._socket)
            self._socket.close()
            self._socket = None

    def _send(self, request: bytes) -> None:
        if self._socket is None:
            self._socket = socket.create_connection(self._load.address)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._load.selector.register(self._socket, selectors.EVENT_READ, self)
        self._socket.sendall(request.replace(b"{number}", self._number))


def _whole(received: bytes, *, ended: bool) -> tuple[bytes, bytes] | None:
    """Head and body of an answer, once it is there."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        if ended:
            raise WrongAnswer("the connection closed without an answer")
        return None
    head, body = received[:end], received[end + 4 :]
    length = re.search(rb"\r\ncontent-length: *([0-9]+)", head, re.IGNORECASE)
    if length is None:
        return (head, body) if ended else None
    return (head, body) if len(body) >= int(length[1]) else None


def main() -> None:
    """Follows orders until there are no more."""
    for line in sys.stdin:
        fields = json.loads(line)
        pair = Pair(**fields.pop("pair"))
        order = Order(pair=pair, **fields)
        print(json.dumps(asdict(Load(order).run())), flush=True)


if __name__ == "__main__":
    main()
