"""When CM, the store or the application fails, the person gets a page that says so, and no login is lost unnamed."""

import logging

import pytest

from itsme_facade.sandbox import Sandbox
from tests.web.browsers import approved, fields_of, login_of, state_of
from tests.web.pages import assert_is_page, reference_on
from tests.web.shops import Shop, open_shop


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
