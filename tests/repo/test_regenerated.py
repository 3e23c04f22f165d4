"""The contract grows by a field, an enum value and an operation: regenerate, and use all three."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

from tests.programs import python

pytestmark = pytest.mark.repository

LOW_LEVEL = """
import sys
from cm_itsme_client import Client
from cm_itsme_client.api.transactions import get_health, get_status
from cm_itsme_client.models import Health, Status, StatusAnswer

client = Client(base_url=sys.argv[1])
answer = get_status.sync(client=client, transaction_token="paused")
assert isinstance(answer, StatusAnswer)
assert answer.status is Status.PAUSED
assert answer.nationality == "BE"
health = get_health.sync(client=client)
assert isinstance(health, Health)
assert health.healthy is True
"""

FACADE = """
import sys
from cm_itsme_client.models import Status
from itsme_facade import Itsme, Success, Unrecognised

assert Status.PAUSED
with Itsme(token="00000000-0000-0000-0000-000000000000", base_url=sys.argv[1]) as itsme:
    started = itsme.register(redirect_url="https://shop.example/itsme/back", scopes=["profile"])
    assert started.authentication_url == "https://login.itsme.example/a1b2c3"
    result = itsme.status(started)
    assert isinstance(result, Success), result
    assert result.identity.name.full == "Lucas Maes"
    assert result.identity.extra["nationality"] == "BE"
    paused = itsme.status("paused")
    assert isinstance(paused, Unrecognised), paused
    assert paused.status == "paused"
"""

ANSWERS = {
    "/transactions": {"transactionToken": "done", "authenticationUrl": "https://login.itsme.example/a1b2c3"},
    "/status/done": {
        "status": "success",
        "userId": "u1",
        "name": {"fullName": "Lucas Maes"},
        "nationality": "BE",
    },
    "/status/paused": {"status": "paused", "nationality": "BE"},
    "/health": {"healthy": True},
}


class Handler(BaseHTTPRequestHandler):
    """CM as it will be, once the contract has grown."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Says nothing."""

    def do_GET(self) -> None:
        body = json.dumps(ANSWERS[self.path]).encode()
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the standard library's name


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def regenerated(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the client that the grown contract generates."""
    folder = tmp_path_factory.mktemp("regenerated")
    contract = yaml.safe_load((repository / "openapi/itsme.yaml").read_text("utf-8"))
    schemas = contract["components"]["schemas"]
    schemas["StatusAnswer"]["properties"]["nationality"] = {"type": ["string", "null"]}
    schemas["Status"]["enum"].append("paused")
    schemas["Health"] = {"type": "object", "properties": {"healthy": {"type": "boolean"}}}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Health"}}}
    contract["paths"]["/health"] = {
        "get": {
            "operationId": "getHealth",
            "tags": ["transactions"],
            "responses": {"200": {"description": "Is the service up?", "content": content}},
        }
    }
    (folder / "grown.yaml").write_text(yaml.safe_dump(contract), "utf-8")
    output = folder / "cm_itsme_client"
    ended = python(repository / ".ci/generate.py", "--contract", folder / "grown.yaml", "--output", output)
    assert ended.returncode == 0, ended.stderr
    return folder


@pytest.mark.parametrize("program", [LOW_LEVEL, FACADE], ids=["the low-level client", "the facade"])
def test_what_is_new_in_the_contract_can_be_used_after_regenerating(regenerated: Path, url: str, program: str) -> None:
    check = f"import cm_itsme_client\nassert cm_itsme_client.__file__.startswith({str(regenerated)!r})\n"
    ended = python("-W", "error", "-c", check + program, url, env={"PYTHONPATH": str(regenerated)})
    assert ended.returncode == 0, ended.stderr
