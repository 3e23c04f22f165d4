"""The contract, a running sandbox with the facade on it, and an API that answers whatever a test says."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from itsme_facade import Itsme
from itsme_facade.sandbox import Sandbox
from tests.contract.documents import CONTRACT, SCHEMAS
from tests.sandbox.relying_party import RelyingParty

TOKEN = "5a0db0c5-0000-4000-8000-000000000001"
Canned = Callable[[int, object], Itsme]


@pytest.fixture
def contract() -> dict[str, Any]:
    return CONTRACT


@pytest.fixture
def schemas() -> dict[str, Any]:
    return SCHEMAS


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    running_sandbox.reset()
    return running_sandbox


@pytest.fixture
def shop(sandbox: Sandbox) -> Iterator[RelyingParty]:
    with httpx.Client() as http:
        yield RelyingParty(sandbox, http)


@pytest.fixture
def browser() -> Iterator[httpx.Client]:
    with httpx.Client() as client:
        yield client


class Recorder(httpx.BaseTransport):
    """Sends for real, and remembers what was sent."""

    def __init__(self) -> None:
        self.sent: list[httpx.Request] = []
        self._onward = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.sent.append(request)
        return self._onward.handle_request(request)

    def close(self) -> None:
        self._onward.close()


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with Recorder() as recorder:
        yield recorder


@pytest.fixture
def itsme(sandbox: Sandbox, recorder: Recorder) -> Iterator[Itsme]:
    with Itsme(sandbox.token, base_url=sandbox.api_url, transport=recorder) as client:
        yield client


@pytest.fixture
def canned() -> Iterator[Canned]:
    """Makes a facade on an API of which every answer has this HTTP status and this JSON."""
    servers: list[ThreadingHTTPServer] = []
    clients: list[Itsme] = []

    def make(status: int, answer: object) -> Itsme:
        server = _server(status, json.dumps(answer).encode())
        servers.append(server)
        clients.append(Itsme(TOKEN, base_url=f"http://127.0.0.1:{server.server_port}/itsme/v1"))
        return clients[-1]

    yield make
    for client in clients:
        client.close()
    for server in servers:
        server.shutdown()
        server.server_close()


def _server(status: int, body: bytes) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Says nothing."""

        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the library's name

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return server
