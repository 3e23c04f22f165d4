"""A client that sees the bytes."""

import socket
from typing import Self

import httpx

from itsme_facade.sandbox import Sandbox
from tests.sandbox.relying_party import Json, RelyingParty

LONGEST_WAIT = 10.0  # seconds after which a test gives up
APPROVES = "+32470000023"  # whoever has it approves at once


class Line:
    """One connection to a sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        url = httpx.URL(sandbox.url)
        assert url.port is not None
        self.host = f"{url.host}:{url.port}"
        self.socket = socket.create_connection((url.host, url.port), timeout=LONGEST_WAIT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def ask(self, path: str) -> None:
        """Sends a GET and reads nothing."""
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: {self.host}\r\n\r\n".encode())

    def read_answer(self) -> bytes:
        """Reads one whole answer, or what there is of it when the connection ends."""
        received = b""
        while b"\r\n\r\n" not in received and (data := self.socket.recv(65536)):
            received += data
        head, _, body = received.partition(b"\r\n\r\n")
        while len(body) < announced(head) and (data := self.socket.recv(65536)):
            received += data
            body += data
        return received

    def is_over(self) -> bool:
        """Waits for the connection to end."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True


def announced(head: bytes) -> int:
    """How long a body is said to be."""
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


def status_path(transaction: Json) -> str:
    return f"/itsme/v1/status/{transaction['transactionToken']}"


def approved(shop: RelyingParty, **fields: object) -> Json:
    """A transaction whose user information waits."""
    return shop.create(scopes=["profile", "address"], phoneNumber=APPROVES, **fields)
