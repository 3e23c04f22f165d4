"""What a fault server can be told to do with a request, and ports at which nobody answers."""

import contextlib
import select
import signal
import socket
import threading
import time
from collections.abc import Generator

from tests.sockets.fault_server import LONGEST_WAIT, Asked, Behaviour, Line


def answer(body: bytes | str = b"", status: int | str = 200, **headers: str) -> bytes:
    """The bytes of an answer. Header names are written with underscores; a length is announced unless one is given."""
    content = body.encode() if isinstance(body, str) else body
    named = {"content-type": "application/json", "content-length": str(len(content))}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    reason = "" if isinstance(status, str) else " As Told"
    lines = [f"HTTP/1.1 {status}{reason}", *(f"{name}: {value}" for name, value in named.items() if value)]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + content


def send(data: bytes) -> Behaviour:
    """Sends these bytes and keeps the connection open."""
    return lambda line, _: line.send(data)


def send_and_close(data: bytes) -> Behaviour:
    """Sends these bytes, then closes the connection."""

    def behave(line: Line, _: Asked) -> None:
        line.send(data)
        line.close()

    return behave


def send_and_hang(data: bytes) -> Behaviour:
    """Sends these bytes, and never another."""

    def behave(line: Line, _: Asked) -> None:
        line.send(data)
        line.until_the_client_hangs_up()

    return behave


def send_after(event: threading.Event, data: bytes) -> Behaviour:
    """Sends these bytes when the event has happened."""

    def behave(line: Line, _: Asked) -> None:
        assert event.wait(LONGEST_WAIT)
        line.send(data)

    return behave


def drop(line: Line, _: Asked) -> None:
    """Closes the connection instead of answering."""
    line.close()


def reset(line: Line, _: Asked) -> None:
    """Breaks the connection instead of answering."""
    line.reset()


def hang(line: Line, _: Asked) -> None:
    """Never answers."""
    line.until_the_client_hangs_up()


def dribble(data: bytes, seconds: float) -> Behaviour:
    """Sends one byte, waits so many seconds, sends the next."""

    def behave(line: Line, _: Asked) -> None:
        for number in range(len(data)):
            line.send(data[number : number + 1])
            if line.stopping.wait(seconds):
                return

    return behave


def flood(beginning: bytes, chunk: bytes) -> Behaviour:
    """Sends the beginning, then the chunk again and again until the client hangs up."""

    def behave(line: Line, _: Asked) -> None:
        line.send(beginning)
        while True:
            line.send(chunk)

    return behave


def interrupt_the_caller(line: Line, _: Asked) -> None:
    """Does what Ctrl-C does, to the main thread, and never answers."""
    caller = threading.main_thread().ident
    assert caller is not None
    signal.pthread_kill(caller, signal.SIGINT)
    line.until_the_client_hangs_up()


@contextlib.contextmanager
def refusing_port() -> Generator[int]:
    """A port at which nobody listens, and nobody else can meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        yield port


@contextlib.contextmanager
def silent_port() -> Generator[int]:
    """A port at which connecting never ends: its queue is full, and nobody takes anything off it."""
    with contextlib.ExitStack() as open_sockets:
        listener = open_sockets.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(8):
            waiting = open_sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        port: int = listener.getsockname()[1]
        yield port


def tunnel(port: int) -> Behaviour:
    """What a proxy does on CONNECT, whatever host was asked for: joins the connection to this loopback port."""

    def behave(line: Line, _asked: Asked) -> None:
        with socket.create_connection(("127.0.0.1", port)) as further:
            line.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
            ends = {line.socket: further, further: line.socket}
            until = time.monotonic() + LONGEST_WAIT
            while time.monotonic() < until:
                readable, _, _ = select.select(list(ends), [], [], LONGEST_WAIT)
                for end in readable:
                    data = end.recv(65536)
                    if not data:
                        line.close()
                        return
                    ends[end].sendall(data)

    return behave
