"""A server on a real socket that misbehaves, byte by byte, as a test tells it to."""

import contextlib
import re
import socket
import ssl
import struct
import threading
from collections import deque
from collections.abc import Callable
from typing import Self

from attrs import define, field, frozen

LONGEST_WAIT = 10.0
"""Seconds after which a test that waits for something gives up."""


@frozen
class Asked:
    """One request as it arrived, and on which of the server's connections, counted from 1."""

    method: str
    path: str
    head: bytes
    body: bytes
    connection: int


@define(eq=False)
class Line:
    """The server's end of one connection."""

    socket: socket.socket
    number: int
    stopping: threading.Event
    _received: bytes = b""

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def close(self) -> None:
        """Says goodbye as TCP asks for; the client reads the end of the stream."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def reset(self) -> None:
        """Breaks the connection: the client gets an error instead of an end."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def until_the_client_hangs_up(self) -> None:
        while self.socket.recv(65536):
            pass

    def next_request(self) -> Asked | None:
        """Waits for a whole request; None when the client hung up instead."""
        while b"\r\n\r\n" not in self._received:
            if not self._read():
                return None
        head, self._received = self._received.split(b"\r\n\r\n", 1)
        announced = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
        length = int(announced.group(1)) if announced else 0
        while len(self._received) < length:
            if not self._read():
                return None
        body, self._received = self._received[:length], self._received[length:]
        method, path, _ = head.split(b"\r\n", 1)[0].decode("ascii").split(" ")
        return Asked(method, path, head, body, self.number)

    def _read(self) -> bool:
        data = self.socket.recv(65536)
        self._received += data
        return bool(data)


Behaviour = Callable[[Line, Asked], None]
"""What to do with a request. A connection that it leaves open is kept alive."""


@define(eq=False)
class FaultServer:
    """Listens on a free loopback port, keeps every request, and answers each with the next behaviour it was told.

    Arguments:
        otherwise: what to do when it was told nothing (more).
        tls: to speak TLS.
        at: a port to listen on instead of a free one.
    """

    otherwise: Behaviour
    tls: ssl.SSLContext | None = None
    at: int = 0
    hang_up_on_arrival: bool = field(default=False, init=False)
    requests: list[Asked] = field(factory=list[Asked], init=False)
    connections: int = field(default=0, init=False)
    open_connections: int = field(default=0, init=False)
    most_open_connections: int = field(default=0, init=False)
    _told: deque[Behaviour] = field(factory=deque[Behaviour], init=False)
    _changed: threading.Condition = field(factory=threading.Condition, init=False)
    _stopping: threading.Event = field(factory=threading.Event, init=False)
    _lines: set[Line] = field(factory=set[Line], init=False)
    _threads: list[threading.Thread] = field(factory=list[threading.Thread], init=False)
    _listener: socket.socket = field(init=False)

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", self.at), backlog=256)
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes accept() on Linux
        with contextlib.suppress(OSError):
            socket.create_connection(self._listener.getsockname(), timeout=1).close()  # and everywhere else
        self._listener.close()
        with self._changed:
            for line in self._lines:
                with contextlib.suppress(OSError):
                    line.socket.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(LONGEST_WAIT)
        assert not any(thread.is_alive() for thread in self._threads), "a behaviour did not end"

    @property
    def port(self) -> int:
        port: int = self._listener.getsockname()[1]
        return port

    @property
    def url(self) -> str:
        scheme = "http" if self.tls is None else "https"
        return f"{scheme}://127.0.0.1:{self.port}"

    def tell(self, *behaviours: Behaviour) -> None:
        """What to do with the next requests, one each."""
        self._told.extend(behaviours)

    def asked(self, method: str) -> int:
        """How many requests of this method have arrived."""
        return sum(request.method == method for request in self.requests)

    def wait_until(self, condition: Callable[[Self], bool]) -> None:
        """Waits until what the server has seen is as the condition says."""
        with self._changed:
            assert self._changed.wait_for(lambda: condition(self), LONGEST_WAIT), "it never came to that"

    def say_on_all_connections(self, data: bytes) -> None:
        """Sends these bytes on every open connection, asked or not."""
        with self._changed:
            for line in self._lines:
                line.send(data)

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                accepted, _ = self._listener.accept()
            except OSError:
                return
            if self._stopping.is_set():
                accepted.close()
                return
            with self._changed:
                self.connections += 1
                self.open_connections += 1
                self.most_open_connections = max(self.most_open_connections, self.open_connections)
                line = Line(accepted, self.connections, self._stopping)
                self._lines.add(line)
                self._changed.notify_all()
            self._start(self._serve, line)

    def _serve(self, line: Line) -> None:
        # A client that hangs up, and the end of the test, show as errors of the socket.
        with contextlib.suppress(OSError):
            line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.tls is not None:
                line.socket = self.tls.wrap_socket(line.socket, server_side=True)
            while (
                not self.hang_up_on_arrival and line.socket.fileno() >= 0 and (asked := line.next_request()) is not None
            ):
                with self._changed:
                    self.requests.append(asked)
                    behaviour = self._told.popleft() if self._told else self.otherwise
                    self._changed.notify_all()
                behaviour(line, asked)
        line.close()
        with self._changed:
            self._lines.discard(line)
            self.open_connections -= 1
            self._changed.notify_all()
