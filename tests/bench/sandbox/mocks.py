"""What is measured beside the local sandbox: how each is started, and what comes nearest to its two calls."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.bench.contenders import BODY
from tests.bench.environment import node, prepared_node_mocks
from tests.bench.processes import ROOT
from tests.bench.sandbox.load import Pair

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_CONTRACT = ROOT / "openapi" / "itsme.yaml"
_JSON = {"Content-Type": "application/json"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def request(method: str, path: str, headers: Mapping[str, str] | None = None, body: str = "") -> str:
    """A whole HTTP request; the body's length must not depend on what is filled in."""
    head = {"Host": "127.0.0.1", **(headers or {}), **({"Content-Length": str(len(body))} if body else {})}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items())]
    return "\r\n".join([*lines, "", body])


def _itsme(base: str, wanted: str) -> Pair:
    return Pair(
        create=request("POST", f"{base}/transactions", _JSON, json.dumps(BODY)),
        read=request("GET", f"{base}/status/{{token}}"),
        token="transactionToken",
        wanted=wanted,
    )


_ITSME = _itsme("/itsme/v1", '"fullName":"Lucas Maes"')


@dataclass(frozen=True)
class Mock:
    """A server that the bench starts.

    Attributes:
        told: What it is and which pair of calls it does, for the page.
        command: How it is started, given the Python of its environment and a port of the loopback interface.
        first: The request with which it shows that it answers.
        pair: Makes it ready and says what the pair is, given its port.
    """

    told: str
    command: Callable[[Path, int], list[str | Path]]
    first: str
    pair: Callable[[int], Pair]


def ask(
    port: int,
    method: str,
    path: str,
    body: str = "",
    *,
    headers: Mapping[str, str] | None = None,
) -> tuple[str, str]:
    """One call on a connection of its own; a body is JSON unless the headers say otherwise.

    Returns the answer's body, and its Location header. Errors: AssertionError when refused.
    """
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body or None, dict(headers or (_JSON if body else {})))
        answer = connection.getresponse()
        text = answer.read().decode()
        assert answer.status < 400, (method, path, answer.status, text)
        return text, answer.headers.get("Location", "")
    finally:
        connection.close()


def node_versions() -> dict[str, str]:
    """The versions of the mocks that run on Node."""
    lock = json.loads((prepared_node_mocks() / "package-lock.json").read_text("utf-8"))
    return {name: lock["packages"][f"node_modules/{name}"]["version"] for name in lock["packages"][""]["dependencies"]}


def always_approve(port: int) -> Pair:
    """Lets Lucas approve as soon as he is asked, so that every transaction of his is a success at once."""
    ask(port, "POST", "/_sandbox/people/lucas/always", '{"behaviour": "approve"}')
    return _ITSME


def _user_with_refresh_token(port: int) -> Pair:
    ask(port, "PUT", "/users/lucas", '{"name": "Lucas Maes", "email": "lucas.maes@mail.example"}')
    wanted = {
        "client_id": "shop",
        "redirect_uri": "https://shop.example/back",
        "response_type": "code",
        "scope": "openid profile email",
    }
    _, location = ask(port, "POST", f"/oauth2/authorize?{urlencode(wanted)}", "sub=lucas", headers=_FORM)
    code = parse_qs(urlsplit(location).query)["code"][0]
    client = {**_FORM, "Authorization": f"Basic {base64.b64encode(b'shop:secret').decode()}"}
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": wanted["redirect_uri"]}
    tokens = json.loads(ask(port, "POST", "/oauth2/token", urlencode(form), headers=client)[0])
    refresh = urlencode({"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]})
    return Pair(
        create=request("POST", "/oauth2/token", client, refresh),
        read=request("GET", "/userinfo", {"Authorization": "Bearer {token}"}),
        token="access_token",
        wanted="Lucas Maes",
    )


# moto looks at who asks, not at the signature.
SIGNED = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=mock/20260101/us-east-1/s3/aws4_request, "
    "SignedHeaders=host, Signature=0"
}


def _bucket(port: int) -> Pair:
    ask(port, "PUT", "/bench", headers=SIGNED)
    return Pair(
        create=request("PUT", "/bench/{number}", {**_JSON, **SIGNED}, json.dumps(BODY)),
        read=request("GET", "/bench/{number}", SIGNED),
        token="",
        wanted="phoneNumber",
    )


def _starlette(*options: str) -> Callable[[Path, int], list[str | Path]]:
    return lambda python, port: [python, "-m", "tests.bench.sandbox.bare_starlette", str(port), *options]


MOCKS: dict[str, Mock] = {
    "starlette": Mock(
        "bare Starlette on uvicorn, with what `pip install uvicorn` brings, as in the sandbox: takes the JSON in, "
        "keeps a token, gives the same JSON out",
        _starlette(),
        _ITSME.create,
        lambda _: _ITSME,
    ),
    "sandbox": Mock(
        "**the local sandbox**: create, approved at once by a person who always does, and status with the data",
        lambda python, port: [python.parent / "itsme", "sandbox", "--port", str(port)],
        _ITSME.create,
        always_approve,
    ),
    "starlette-c": Mock(
        "bare Starlette again, on uvicorn with the parser and the event loop in C (`uvicorn[standard]`)",
        _starlette("httptools", "uvloop"),
        _ITSME.create,
        lambda _: _ITSME,
    ),
    "oidc-provider-mock": Mock(
        "oidc-provider-mock: a token for a refresh token, then userinfo with it",
        lambda python, port: [python.parent / "oidc-provider-mock", "--port", str(port)],
        request("GET", "/.well-known/openid-configuration"),
        _user_with_refresh_token,
    ),
    "moto": Mock(
        "moto's server: an S3 object is put, then got; it closes the connection after each answer",
        lambda python, port: [python.parent / "moto_server", "--port", str(port)],
        request("PUT", "/bench", SIGNED),
        _bucket,
    ),
    "prism": Mock(
        "Prism over the project's `openapi/itsme.yaml`: both calls, with the contract's examples; it remembers nothing",
        lambda _, port: [
            node(),
            prepared_node_mocks() / "node_modules" / ".bin" / "prism",
            *("mock", "--port", str(port), "--verboseLevel", "silent", _CONTRACT),
        ],
        _itsme("", "").create,
        lambda _: _itsme("", '"fullName":"Lucas Maes"'),
    ),
    "mockoon": Mock(
        "Mockoon over the project's `openapi/itsme.yaml`: both calls, with values of its own; it remembers nothing",
        lambda _, port: [
            node(),
            prepared_node_mocks() / "node_modules" / ".bin" / "mockoon-cli",
            *("start", "--data", _CONTRACT, "--port", str(port), "--hostname", "127.0.0.1"),
            *("--disable-log-to-file", "--disable-admin-api"),
        ],
        _itsme("/itsme/v1", "").create,
        # What it gives for a token is an empty text.
        lambda _: Pair(_ITSME.create, request("GET", "/itsme/v1/status/token"), "", '"fullName"'),
    ),
}
