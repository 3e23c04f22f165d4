"""The demo's bank, a Django site in a process of its own, over real sockets, as browsers meet it."""

import pytest

from itsme_facade.demo.declining import NOT_ACTIVATED, explain
from itsme_facade.demo.demo import BANK, Demo
from tests.demo.browsers import Browser, come_in, way_back

ACTIVE = "touch-id"  # has a card of the bank


def activate(demo: Demo, person: str = ACTIVE) -> None:
    demo.sandbox.world.accounts.of(person).banks.add(BANK)


def test_a_customer_who_has_activated_itsme_logs_in_with_it(demo: Demo, bank: Browser) -> None:
    activate(demo)
    page = come_in(demo, bank, "login", ACTIVE).text
    assert "Hello, Sofie Willems" in page
    assert "Balance" in page
    assert "<li>profile</li>" in page


@pytest.mark.parametrize("locale", ["en", "nl", "fr", "de"])
def test_who_has_not_activated_it_is_told_what_to_do_in_their_language(demo: Demo, bank: Browser, locale: str) -> None:
    url = bank.start("login", locale=locale)
    demo.sandbox.person(ACTIVE).phone.approve(url)
    page = bank.follow(way_back(demo, url)).text
    told = explain(NOT_ACTIVATED, locale)
    assert told is not None
    assert f'<html lang="{locale}">' in page
    assert told.title in page.replace("&#x27;", "'")
    assert "Go on with card and reader" in bank.get("/").text


def test_who_activates_it_after_that_gets_in(demo: Demo, bank: Browser) -> None:
    assert "Hello" not in come_in(demo, bank, "login", ACTIVE).text
    activate(demo)
    assert "Hello, Sofie Willems" in come_in(demo, bank, "login", ACTIVE).text


def test_a_customer_who_logs_out_is_gone_and_coming_back_again_does_not_sign_in(demo: Demo, bank: Browser) -> None:
    activate(demo)
    url = bank.start("login")
    demo.sandbox.person(ACTIVE).phone.approve(url)
    assert "Hello" in bank.follow(way_back(demo, url)).text
    assert bank.log_out().status_code == 303
    assert "Hello" not in bank.get("/").text
    assert "Hello" not in bank.follow(way_back(demo, url)).text


def test_several_customers_log_in_at_once_and_each_sees_their_own(demo: Demo) -> None:
    activate(demo)
    activate(demo, "lucas")
    with Browser(demo.bank_url) as one, Browser(demo.bank_url) as other:
        come_in(demo, one, "login", ACTIVE)
        come_in(demo, other, "login", "lucas")
        assert "Hello, Sofie Willems" in one.get("/").text
        assert "Hello, Lucas Maes" in other.get("/").text


def test_a_form_of_another_site_does_nothing(demo: Demo, bank: Browser) -> None:
    before = len(demo.sandbox.transactions)
    assert bank.post("/itsme/start", data={"service": "login", "locale": "nl"}).status_code == 403
    assert len(demo.sandbox.transactions) == before


def test_the_card_and_the_reader_are_at_the_sandboxs_bank(demo: Demo, bank: Browser) -> None:
    page = bank.get("/").text
    assert f'href="{demo.itsme_url}/bank/{BANK}"' in page
    assert "which it calls KBC" in page
