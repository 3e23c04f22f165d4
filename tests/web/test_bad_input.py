"""What is wrong gets a page in the person's language, one thing to do, and a reference that is in the log."""

import json
import logging
import re
import socket
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from itsme_facade.flow import StartLimits
from itsme_facade.flow.messages import message
from itsme_facade.sandbox import Sandbox
from tests.web.browsers import approved, callback_of, fields_of, login_of, state_of
from tests.web.shops import FRAMEWORKS, Shop, open_shop

TRICKS: list[str] = json.loads((Path(__file__).parents[1] / "data/redirect_tricks.json").read_text("utf-8"))["values"]


def reference_on(page: httpx.Response) -> str:
    (reference,) = re.findall(r'class="itsme-reference">[^<]*<code>([^<]*)</code>', page.text)
    return str(reference)


def things_to_do(page: httpx.Response) -> int:
    """How many links and buttons a page has."""
    return len(re.findall(r"<a |<button", page.text))


def assert_is_page(page: httpx.Response, kind: str, locale: str, log: pytest.LogCaptureFixture) -> None:
    """A whole page that says it, in that language."""
    told = message(kind, locale)
    text = page.text.replace("&#39;", "'").replace("&#x27;", "'")
    assert f'<html lang="{locale}">' in text
    assert f"<h1>{told.title}</h1>" in text
    assert told.text in text
    assert told.action in text
    assert things_to_do(page) <= 1
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert reference_on(page) in log.text


def test_a_start_without_the_token_starts_nothing(
    shop: Shop, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    with shop.browser("nl") as browser, shop.browser() as other:
        for token in ("", "x", other.fields()["csrf_token"]):
            page = browser.post("/itsme/start", data=browser.fields() | {"csrf_token": token})
            assert page.status_code == 403
            assert_is_page(page, "form_too_old", "nl", caplog)
        assert browser.post("/itsme/start").status_code == 403
        assert sandbox.transactions == ()


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
def test_a_start_that_another_site_asks_for_starts_nothing(
    shop: Shop, sandbox: Sandbox, headers: dict[str, str]
) -> None:
    with shop.browser() as browser:
        assert browser.post("/itsme/start", data=browser.fields(), headers=headers).status_code == 403
        assert sandbox.transactions == ()
        ours = {"origin": shop.url} if "origin" in headers else {"sec-fetch-site": "same-origin"}
        assert browser.post("/itsme/start", data=browser.fields(), headers=ours).status_code == 303


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT"])
def test_nothing_but_a_post_starts_a_login_such_as_an_image_that_points_there(
    shop: Shop, sandbox: Sandbox, method: str
) -> None:
    with shop.browser() as browser:
        browser.get("/")
        answer = browser.request(
            method, "/itsme/start?service=login", headers={"sec-fetch-dest": "image", "sec-fetch-mode": "no-cors"}
        )
        assert answer.status_code == 405
        assert sandbox.transactions == ()
        assert not any(name.startswith("itsme-") for name in browser.cookies)


def test_a_service_that_does_not_exist_starts_nothing(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    with shop.browser("fr") as browser:
        page = browser.start(service="sign")
        assert page.status_code == 400
        assert_is_page(page, "form_changed", "fr", caplog)


def test_a_body_that_no_form_of_ours_sends_is_no_form(shop: Shop, sandbox: Sandbox) -> None:
    with shop.browser() as browser:
        fields = browser.fields()
        many = {f"field{number}": "x" for number in range(50)}
        bodies: tuple[dict[str, Any], ...] = (
            {"data": fields | {"more": "x" * 30_000}},
            {"data": fields | many},
            {"content": b"\xff\xfe", "headers": {"content-type": "application/x-www-form-urlencoded"}},
            {"json": [fields]},
            {"content": b"{" * 5_000, "headers": {"content-type": "application/json"}},
        )
        for options in bodies:
            assert browser.post("/itsme/start", **options).status_code == 403
        assert sandbox.transactions == ()


def test_no_trick_leads_anywhere_but_where_it_may(sandbox: Sandbox) -> None:
    with open_shop(sandbox) as shop, shop.browser() as browser:
        went: dict[str, str] = {}
        for trick in TRICKS:
            away = browser.post("/itsme/start", data=browser.fields() | {"next": trick})
            assert away.status_code == 303
            went[trick] = browser.get(approved(sandbox, away.headers["location"])).headers["location"]
        assert {trick: target for trick, target in went.items() if target != "/"} == {
            "/ok": "/ok",
            "/ok?a=1#b": "/ok?a=1#b",
        }


def test_too_many_starts_are_told_to_wait(sandbox: Sandbox, framework: str, caplog: pytest.LogCaptureFixture) -> None:
    limits = StartLimits(browser="2 per minute", address=None)
    with (
        open_shop(sandbox, framework, flow_options={"limits": limits}) as shop,
        shop.browser("de") as browser,
    ):
        pages = [browser.start() for _ in range(5)]
        refused = [page for page in pages if page.status_code == 429]
        assert len(refused) >= 2
        assert 1 <= int(refused[0].headers["retry-after"]) <= 60
        # The button has chosen the language of the form that it stands in.
        assert_is_page(refused[0], "too_many_starts", "de", caplog)


def test_a_start_while_itsme_cannot_be_reached_offers_the_same_start_again(
    shop: Shop, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    with shop.browser("nl") as browser:
        browser.get("/")
        sandbox.faults.refuse_connections()
        page = browser.start("/?next=/members")
        assert (page.status_code, page.headers["retry-after"]) == (503, "10")
        assert_is_page(page, "cm_down", "nl", caplog)
        assert page.headers["referrer-policy"] == "same-origin"
        assert "form-action 'self' https: http://localhost:*" in page.headers["content-security-policy"]
        sandbox.faults.accept_connections()
        away = browser.post("/itsme/start", data=fields_of(page))
        assert browser.get(approved(sandbox, away.headers["location"])).headers["location"] == "/members"


def test_a_callback_while_itsme_cannot_be_reached_consumes_nothing(
    shop: Shop, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    with shop.browser("fr") as browser:
        callback = approved(sandbox, browser.start().headers["location"])
        sandbox.faults.refuse_connections()
        page = browser.get(callback)
        assert (page.status_code, page.headers["retry-after"]) == (503, "10")
        assert_is_page(page, "cm_down", "fr", caplog)
        assert page.headers["referrer-policy"] == "no-referrer"
        assert reference_on(page) == login_of(callback)
        assert state_of(callback).partition(".")[2] not in page.text
        sandbox.faults.accept_connections()
        assert browser.get(callback).headers["location"] == "/"
        assert len(shop.told) == 1


def test_a_store_that_is_down_costs_nobody_a_login(
    shop: Shop, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    with shop.browser("de") as browser:
        shop.store_down = True
        page = browser.start()
        assert (page.status_code, page.headers["retry-after"]) == (503, "5")
        assert_is_page(page, "store_down", "de", caplog)
        shop.store_down = False
        callback = approved(sandbox, browser.start().headers["location"])
        shop.store_down = True
        page = browser.get(callback)
        assert page.status_code == 503
        assert_is_page(page, "store_down", "de", caplog)
        shop.store_down = False
        assert browser.get(callback).headers["location"] == "/"
        assert len(shop.told) == 1


def test_a_handler_that_raises_gives_a_page_and_keeps_the_identity(
    shop: Shop, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    with shop.browser("nl") as browser:
        callback = approved(sandbox, browser.start().headers["location"])
        shop.fail = RuntimeError("duplicate key: Lucas Maes")
        page = browser.get(callback)
        assert page.status_code == 500
        assert_is_page(page, "handler_failed", "nl", caplog)
        assert reference_on(page) == login_of(callback)
        assert "RuntimeError at shops.py:" in caplog.text
        assert "Maes" not in page.text + caplog.text
        shop.fail = None
        assert browser.get(callback).headers["location"] == "/"
        assert len(shop.told) == 1


def test_what_a_handler_raises_can_be_collected_with_the_reference_on_the_page(
    sandbox: Sandbox, framework: str
) -> None:
    collected: list[tuple[Exception, str]] = []

    def collect(error: Exception, reference: str) -> None:
        collected.append((error, reference))

    with open_shop(sandbox, framework, on_error=collect) as shop, shop.browser() as browser:
        callback = approved(sandbox, browser.start().headers["location"])
        shop.fail = RuntimeError("no disk")
        page = browser.get(callback)
        assert collected == [(shop.fail, reference_on(page))]


def test_a_logout_ends_the_session_even_when_the_store_is_down(shop: Shop, sandbox: Sandbox) -> None:
    with shop.browser() as browser:
        browser.log_in(sandbox)
        fields = browser.fields("/log-out")
        shop.store_down = True
        assert browser.post("/itsme/logout", data=fields).status_code == 303
        assert "Hello nobody" in browser.get("/").text


@pytest.mark.parametrize(
    "headers", [{"sec-purpose": "prefetch;prerender"}, {"purpose": "prefetch"}, {"x-moz": "prefetch"}]
)
def test_a_browser_that_looks_ahead_consumes_nothing(shop: Shop, sandbox: Sandbox, headers: dict[str, str]) -> None:
    with shop.browser() as browser:
        callback = approved(sandbox, browser.start().headers["location"])
        for answer in (browser.get(callback, headers=headers), browser.head(callback)):
            assert answer.status_code == 503
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["retry-after"] == "1"
        assert sandbox.transactions[0].reads == 0
        waiting = f"/itsme/wait?login={login_of(callback)}"
        assert browser.get(waiting, headers=headers).status_code == 503
        assert browser.get(callback).headers["location"] == "/"


def test_a_forged_callback_consumes_nothing_and_says_so(
    shop: Shop, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    with shop.browser("fr") as browser, shop.browser("fr") as attacker:
        callback = approved(sandbox, browser.start().headers["location"])
        login_id = login_of(callback)
        attacker.cookies.set(f"itsme-{login_id}", "x" * 43)
        guessed = f"/itsme/back?state={login_id}.{'A' * 43}"
        for who, address in ((attacker, callback), (browser, guessed)):
            answer = who.get(address)
            assert answer.status_code == 303
            page = who.get(answer.headers["location"])
            assert page.status_code == 403
            assert_is_page(page, "forged", "fr", caplog)
            assert reference_on(page) == login_id
        assert sandbox.transactions[0].reads == 0
        assert browser.get(callback).headers["location"] == "/"


@pytest.mark.parametrize("locale", ["en", "nl", "fr", "de"])
def test_an_address_that_means_nothing_leads_to_a_page_in_the_person_s_language(
    shop: Shop, locale: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with shop.browser(locale) as browser:
        for address in (
            "/itsme/back",
            "/itsme/back?state=",
            "/itsme/back?state=%ff%00",
            f"/itsme/back?state=0{'1' * 25}.{'A' * 43}",
            f"/itsme/back?state={'9' * 5_000}",
        ):
            answer = browser.get(address)
            assert answer.status_code == 303
            page = browser.get(answer.headers["location"])
            assert page.status_code == 404
            assert_is_page(page, "unknown", locale, caplog)
        assert browser.get("/itsme/wait").status_code == 400
        assert browser.get("/itsme/wait?login=nothing").status_code == 404


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [("refuse", "cancelled"), ("wrong_icon", "cancelled"), ("fail", "failure"), ("expire", "expired")],
)
def test_a_login_that_ends_otherwise_is_told_and_can_be_started_again(
    shop: Shop, sandbox: Sandbox, behaviour: str, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with shop.browser("nl") as browser:
        away = browser.start(locale="fr").headers["location"]
        if behaviour in ("fail", "expire"):
            getattr(sandbox, behaviour)(away)
        else:
            getattr(sandbox.person("lucas").phone, behaviour)(away)
        callback = callback_of(sandbox, away)
        page = browser.get(browser.get(callback).headers["location"])
        assert page.status_code == 200
        # In the language that was chosen at the start.
        assert_is_page(page, kind, "fr", caplog)
        assert reference_on(page) == login_of(callback)


def test_who_starts_again_still_gets_to_where_they_wanted_to_go(sandbox: Sandbox, framework: str) -> None:
    with open_shop(sandbox, framework, login_page="/door") as shop, shop.browser() as browser:
        for target, page in (("/members?a=1", "/door?next=%2Fmembers%3Fa%3D1"), ("/", "/door")):
            away = browser.start(next=target).headers["location"]
            sandbox.person("lucas").phone.refuse(away)
            shown = browser.get(browser.get(callback_of(sandbox, away)).headers["location"])
            assert f'<a class="itsme-plain" href="{page}">Start again</a>' in shown.text


def test_an_answer_that_was_lost_on_the_way_is_owned_up_to(
    shop: Shop, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with shop.browser("de") as browser:
        away = browser.start().headers["location"]
        sandbox.faults.next(call="status", drop="within-answer")
        callback = approved(sandbox, away)
        page = browser.get(callback)
        for _ in range(5):
            if page.status_code == 303:
                page = browser.get(page.headers["location"])
            if page.status_code != 200:
                break
        assert page.status_code == 502
        assert_is_page(page, "lost", "de", caplog)


def test_http_that_leaves_the_machine_is_refused_before_anything_is_asked(
    shop: Shop, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    with shop.browser("nl") as browser:
        callback = approved(sandbox, browser.start().headers["location"])
        plain = {"host": "shop.example"}
        for page in (
            browser.get(callback, headers=plain),
            browser.get(f"/itsme/wait?login={login_of(callback)}", headers=plain),
            browser.post("/itsme/start", data=browser.fields(), headers=plain),
        ):
            assert page.status_code == 400
            assert_is_page(page, "not_secure", "nl", caplog)
        assert "X-Forwarded-Proto" in caplog.text
        assert sandbox.transactions[0].reads == 0
        assert browser.get(callback).headers["location"] == "/"


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
