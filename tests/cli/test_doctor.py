"""`itsme doctor` looks at everything, creates nothing, shows no secret, and says what to do."""

import json
import ssl
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography.fernet import Fernet

from itsme_facade.sandbox import Sandbox
from itsme_facade.store import SqlStore
from itsme_facade.store.record import Record
from itsme_facade.store.spool import Spool
from tests.cli.command import at_a_terminal, itsme
from tests.engines import postgres, valkey

TOKEN = "5a0db0c5-0000-4000-8000-000000000001"
NOWHERE = {"ITSME_TOKEN": TOKEN, "ITSME_BASE_URL": "http://127.0.0.1:9/itsme/v1"}
BACK = "https://shop.example/itsme/back"
LOGIN = "01jd00000000000000000000a1"


def look(env: dict[str, str]) -> tuple[int, dict[str, dict[str, str]]]:
    """How it ended, and what it found, by what was looked at."""
    ended = itsme("doctor", "--json", env=env)
    document = json.loads(ended.stdout)
    assert document["ok"] == (ended.returncode == 0)
    for finding in document["findings"]:
        assert finding["verdict"] in {"ok", "warning", "wrong"}
        assert bool(finding["advice"]) == (finding["verdict"] != "ok")
    return ended.returncode, {finding["check"]: finding for finding in document["findings"]}


@contextmanager
def server(context: ssl.SSLContext | None = None, *, date: float | None = None, status: int = 404) -> Generator[Any]:
    """Something that answers like an API, with a clock of its own."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            asked.append(self.requestline)
            self.send_response_only(status)
            if date != 0:
                self.send_header("Date", formatdate(time.time() if date is None else time.time() + date, usegmt=True))
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
            pass

    class Server(HTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            pass  # a client that does not accept the certificate hangs up

    listening = Server(("127.0.0.1", 0), Handler)
    if context is not None:
        listening.socket = context.wrap_socket(listening.socket, server_side=True)
    thread = threading.Thread(target=listening.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield listening.server_port, asked
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


def test_a_whole_configuration_is_ok(sandbox: Sandbox, there: dict[str, str], tmp_path: Path) -> None:
    whole = there | {
        "ITSME_KEYS": Fernet.generate_key().decode(),
        "ITSME_STORE_URL": f"sqlite:///{tmp_path / 'logins.db'}",
        "ITSME_REDIRECT_URL": "https://shop.example/itsme/back",
        "ITSME_SPOOL_DIR": str(tmp_path / "spool"),
    }
    code, found = look(whole)
    assert code == 0
    assert {finding["verdict"] for finding in found.values()} == {"ok"}
    assert {"Versions", "Extra store", "ITSME_TOKEN", "Proxy", "API", "Clock", "Keys", "Store", "Spool"} <= set(found)
    assert "__Host-" in found["Redirect URL"]["what"]
    assert list(tmp_path.iterdir()) == []
    assert sandbox.transactions == ()
    with SqlStore(whole["ITSME_STORE_URL"]) as store:
        store.add(Record(login_id=LOGIN))
    assert "keeps what it is given; 1 login, 0 overdue" in look(whole)[1]["Store"]["what"]


def test_it_prints_a_line_for_each_and_what_to_do(there: dict[str, str]) -> None:
    ended = itsme("doctor", env=there | {"ITSME_TIMEOUT": "soon"})
    assert ended.returncode == 1
    lines = ended.stdout.splitlines()
    [place] = [number for number, line in enumerate(lines) if line.startswith("wrong")]
    assert "ITSME_TIMEOUT" in lines[place]
    assert "Correct it" in lines[place + 1]
    assert "\x1b" not in ended.stdout
    assert "\x1b[32m" in at_a_terminal("doctor", env=there)[1]
    assert "\x1b[32m" not in at_a_terminal("doctor", env=there | {"NO_COLOR": "1"})[1]
    assert "\x1b[32m" not in at_a_terminal("doctor", env=there | {"TERM": "dumb"})[1]


def test_no_secret_is_shown(tmp_path: Path) -> None:
    key = Fernet.generate_key().decode()
    env = NOWHERE | {
        "ITSME_KEYS": f"{key},geheim",
        "ITSME_STORE_URL": "postgresql://shop:geheim@127.0.0.1:9/shop",
        "ITSME_REDIRECT_URL": "https://shop:geheim@shop.example/back",
        "HTTPS_PROXY": "http://user:geheim@127.0.0.1:9",
        "ITSME_SPOOL_DIR": str(tmp_path),
    }
    for more in ({}, {"ITSME_BASE_URL": "https://api.example/itsme/v1", "HTTPS_PROXY": "http://u:geheim@127.0.0.1:9"}):
        ended = itsme("doctor", env=env | more)
        assert ended.returncode == 1
        for secret in (TOKEN, key, "geheim"):
            assert secret not in ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("env", "name", "verdict", "told"),
    [
        ({"ITSME_TOKEN": ""}, "ITSME_TOKEN", "wrong", "not set"),
        ({"ITSME_TOKEN": "x"}, "ITSME_TOKEN", "wrong", "GUID"),
        ({"ITSME_TIMEOUT": "-1"}, "ITSME_TIMEOUT", "wrong", "seconds"),
        ({"ITSME_BASE_URL": "http://api.example"}, "ITSME_BASE_URL", "wrong", "https"),
        ({"ITSME_BASE_URL": "http://api.example"}, "API", "wrong", "not known"),
        ({"ITSME_KEYS": "x"}, "ITSME_STORE_URL", "wrong", "not set"),
        ({"ITSME_KEYS": "x"}, "Keys", "wrong", "key 1 of 1"),
        ({"ITSME_STORE": "x"}, "ITSME_STORE", "warning", "nothing here reads it"),
        ({"ITSME_REDIRECT_URL": "http://shop.example/"}, "Redirect URL", "wrong", "https"),
        ({"ITSME_REDIRECT_URL": "https://shop.example/?state=1"}, "Redirect URL", "wrong", "state"),
        ({"ITSME_REDIRECT_URL": "https://shop.example/#x"}, "Redirect URL", "wrong", "fragment"),
        ({"ITSME_REDIRECT_URL": "http://localhost:8000/itsme/back"}, "Redirect URL", "warning", "__Host-"),
        ({"ITSME_REDIRECT_URL": BACK, "FORWARDED_ALLOW_IPS": "*"}, "Proxy in front", "warning", "themselves"),
        ({"ITSME_REDIRECT_URL": BACK, "FORWARDED_ALLOW_IPS": "10.0.0.1"}, "Proxy in front", "ok", "10.0.0.1"),
        ({"ITSME_REDIRECT_URL": BACK}, "Proxy in front", "ok", "this machine alone"),
        ({"ITSME_STORE_URL": "memory:"}, "Store", "warning", "in memory"),
        ({"ITSME_STORE_URL": "memory:"}, "Spool", "warning", "none"),
        ({"ITSME_STORE_URL": "mysql://x"}, "Store", "wrong", "supported"),
        ({"ITSME_STORE_URL": "sqlite://"}, "Store", "wrong", "in memory"),
        ({"ITSME_STORE_URL": "sqlite:////nowhere/at/all.db"}, "Store", "wrong", "no folder"),
        ({"ITSME_STORE_URL": "redis://127.0.0.1:9/"}, "Store", "wrong", ""),
        ({"ITSME_SPOOL_DIR": "/dev/null"}, "Spool", "wrong", "folder"),
        ({}, "API", "wrong", "refuses connections"),
    ],
)
def test_what_is_not_right_is_found(env: dict[str, str], name: str, verdict: str, told: str) -> None:
    code, found = look(NOWHERE | env)
    assert code == 1
    assert found[name]["verdict"] == verdict
    assert told in found[name]["what"]


def test_a_variable_that_is_nearly_right_is_recognised(there: dict[str, str]) -> None:
    code, found = look(there | {"ITSME_REDIRECT_URI": "x"})
    assert code == 0
    assert "ITSME_REDIRECT_URL" in found["ITSME_REDIRECT_URI"]["advice"]


def test_keys_are_counted_and_old_ones_remembered(there: dict[str, str]) -> None:
    keys = [Fernet.generate_key().decode() for _ in range(3)]
    flow = there | {"ITSME_STORE_URL": "memory:", "ITSME_REDIRECT_URL": "https://shop.example/itsme/back"}
    assert look(flow | {"ITSME_KEYS": ",".join(keys[:2])})[1]["Keys"]["verdict"] == "ok"
    many = look(flow | {"ITSME_KEYS": ",".join(keys)})[1]["Keys"]
    assert many["verdict"] == "warning"
    assert "3 days after the rotation" in many["advice"]
    assert "twice" in look(flow | {"ITSME_KEYS": f"{keys[0]} {keys[0]}"})[1]["Keys"]["what"]


def test_answers_that_wait_in_the_spool_are_told(there: dict[str, str], tmp_path: Path) -> None:
    Spool(tmp_path / "spool").put(LOGIN, b"sealed", bound=True)
    found = look(there | {"ITSME_SPOOL_DIR": str(tmp_path / "spool")})[1]["Spool"]
    assert found["verdict"] == "warning"
    assert found["what"].startswith("1 answers wait")
    (tmp_path / "open").mkdir(mode=0o777)
    (tmp_path / "open").chmod(0o777)
    assert "others may write" in look(there | {"ITSME_SPOOL_DIR": str(tmp_path / "open")})[1]["Spool"]["what"]


@pytest.mark.parametrize(
    ("ahead", "verdict"), [(0.1, "ok"), (-100.0, "warning"), (100.0, "warning"), (-900.0, "wrong"), (900.0, "wrong")]
)
def test_a_clock_that_is_off_is_told(ahead: float, verdict: str) -> None:
    with server(date=ahead) as (port, asked):
        _, found = look({"ITSME_TOKEN": TOKEN, "ITSME_BASE_URL": f"http://127.0.0.1:{port}/itsme/v1"})
    assert found["Clock"]["verdict"] == verdict
    assert asked == ["HEAD /itsme/v1/ HTTP/1.1"]


def test_an_api_without_a_clock_and_one_that_fails_are_told() -> None:
    with server(date=0, status=502) as (port, _):
        _, found = look({"ITSME_TOKEN": TOKEN, "ITSME_BASE_URL": f"http://127.0.0.1:{port}/itsme/v1"})
    assert (found["API"]["verdict"], found["Clock"]["verdict"]) == ("warning", "ok")


def over_tls(tmp_path: Path, host: str, until: datetime | None = None) -> tuple[ssl.SSLContext, dict[str, str]]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate: Any = authority.issue_cert(host, not_after=until)
    certificate.configure_cert(context)
    return context, {"ITSME_TOKEN": TOKEN, "SSL_CERT_FILE": str(tmp_path / "authority.pem")}


@pytest.mark.parametrize(
    ("host", "days", "name", "verdict", "told"),
    [
        ("localhost", 100, "Certificate", "ok", "more days"),
        ("localhost", 5, "Certificate", "warning", "5 more days only"),
        ("localhost", -1, "API", "wrong", "certificate has expired"),
        ("other.example", 100, "API", "wrong", "Hostname mismatch"),
    ],
)
def test_certificates_are_looked_at(host: str, days: int, name: str, verdict: str, told: str, tmp_path: Path) -> None:
    context, env = over_tls(tmp_path, host, datetime.now(UTC) + timedelta(days=days, hours=1))
    with server(context) as (port, _):
        _, found = look(env | {"ITSME_BASE_URL": f"https://localhost:{port}/itsme/v1"})
    assert found[name]["verdict"] == verdict
    assert told in found[name]["what"]


def test_an_authority_that_is_not_known_and_no_tls_at_all_are_told(tmp_path: Path) -> None:
    context, env = over_tls(tmp_path, "localhost")
    del env["SSL_CERT_FILE"]
    with server(context) as (port, _):
        _, found = look(env | {"ITSME_BASE_URL": f"https://localhost:{port}/itsme/v1"})
    assert "certificate that is not accepted" in found["API"]["what"]
    assert "SSL_CERT_FILE" in found["API"]["advice"]
    with server() as (port, _):
        _, found = look(env | {"ITSME_BASE_URL": f"https://localhost:{port}/itsme/v1"})
    assert "does not speak TLS" in found["API"]["what"]


def test_the_proxy_is_named_without_its_password() -> None:
    far = {"ITSME_TOKEN": TOKEN, "ITSME_BASE_URL": "https://api.example/itsme/v1"}
    _, found = look(far | {"HTTPS_PROXY": "http://user:geheim@127.0.0.1:9"})
    assert found["Proxy"]["what"] == "calls go through http://127.0.0.1:9, which the environment names"
    assert found["API"]["verdict"] == "wrong"
    _, found = look(NOWHERE | {"HTTP_PROXY": "http://127.0.0.1:9"})
    assert "not for this API" in found["Proxy"]["what"]


def test_a_server_that_would_forget_is_told_with_the_setting_that_must_change(there: dict[str, str]) -> None:
    with valkey.running({"appendfsync": "everysec"}) as server:
        found = look(there | {"ITSME_STORE_URL": server.url()})[1]["Store"]
    assert found["verdict"] == "wrong"
    assert "appendfsync everysec; it must be appendfsync always" in found["what"]
    with postgres.running({"fsync": "off"}) as server:
        found = look(there | {"ITSME_STORE_URL": server.url()})[1]["Store"]
    assert found["verdict"] == "wrong"
    assert "fsync is off" in found["what"]
    assert "fsync = on" in found["advice"]


def test_a_server_that_keeps_what_it_is_given_is_ok(there: dict[str, str]) -> None:
    with valkey.running() as server:
        assert look(there | {"ITSME_STORE_URL": server.url()})[1]["Store"]["verdict"] == "ok"
