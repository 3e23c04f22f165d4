"""Nothing that a browser sends makes the site fail, and nothing secret or personal stands in a log or on a page."""

import logging
import socket
from collections.abc import Generator
from contextlib import ExitStack

import pytest

from itsme_facade.sandbox import Sandbox
from tests.web.browsers import approved, callback_of, login_of, state_of
from tests.web.shops import FRAMEWORKS, Shop, open_shop


def test_no_secret_and_nothing_personal_stands_in_a_log_or_on_a_page(
    shop: Shop, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with shop.browser() as browser:
        shown = [browser.start()]
        away = shown[0].headers["location"]
        callback = callback_of(sandbox, away)
        waiting = browser.get(callback)
        shown += [waiting, browser.get(waiting.headers["location"])]
        approved(sandbox, away)
        shown += [browser.get(callback), browser.get("/"), browser.get("/itsme/back?state=x")]
        cookie = browser.cookies[f"itsme-{login_of(callback)}"]
        person = sandbox.person("lucas")
        secrets = [state_of(callback).partition(".")[2], cookie, sandbox.token, person.user_id(), "Maes"]
        ours = "".join(record.getMessage() for record in caplog.records if record.name.startswith("itsme_facade"))
        assert login_of(callback) in ours
        for secret in secrets:
            assert secret not in ours
            for page in shown:
                assert secret not in page.text
                assert secret not in page.headers.get("location", "")


def ask_by_hand(url: str, request: bytes) -> int:
    """Send a request that no client would, and say what status comes back; 0 for none."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(request)
        answer = connection.makefile("rb").readline()
    return int(answer.split()[1]) if answer else 0


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET /itsme/back?state=%FF%FE&state=a&state=b HTTP/1.1",
        b"GET /itsme/back?state[]=x&&&==%%% HTTP/1.1",
        b"GET /itsme/wait?login=%00%0d%0aSet-Cookie:x=y HTTP/1.1",
        b"GET /itsme/wait?told=forged&login=<script> HTTP/1.1",
        b"GET /itsme/wait?told=signed_in HTTP/1.1",
        b"GET /itsme/code HTTP/1.1",
        b"GET /itsme/session HTTP/1.1",
        b"POST /itsme/start HTTP/1.1",
        b"POST /itsme/finish HTTP/1.1",
        b"POST /itsme/wait?login=x HTTP/1.1",
    ],
)
@pytest.mark.parametrize(
    "headers",
    [
        b"Host: 127.0.0.1\r\nCookie: itsme-\xff=\xfe; ;;=; session=; a\r\n",
        b"Host: [::\r\nAccept-Language: ;q=;,,\xe9\r\n",
        b"Host: localhost:x\r\nOrigin: \xff\r\nContent-Type: application/json; charset=\xff\r\n",
        b"Host: localhost\r\nCookie: itsme-01m80kwtavvwd4xk8zqjbjs3ac=x\r\nSec-Fetch-Site: \r\n",
    ],
)
def test_nothing_that_a_browser_sends_makes_the_site_fail(
    sites: dict[str, str], framework: str, request_line: bytes, headers: bytes
) -> None:
    request = request_line + b"\r\n" + headers + b"Connection: close\r\nContent-Length: 2\r\n\r\n{}"
    assert ask_by_hand(sites[framework], request) in range(200, 500)


@pytest.fixture(scope="module")
def sites(running_sandbox: Sandbox) -> Generator[dict[str, str]]:
    """The same site in every framework, for requests that change nothing."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(open_shop(running_sandbox, name)).url for name in FRAMEWORKS}
