"""Who comes back too early, forged, insecurely, to nowhere or refused gets a page in their language that says so."""

import logging

import pytest

from itsme_facade.sandbox import Sandbox
from tests.web.browsers import approved, callback_of, login_of
from tests.web.pages import assert_is_page, reference_on
from tests.web.shops import Shop, open_shop


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
