"""The six steps of the API page, each over real HTTP: the site through the facade, the person in a browser."""

import re

import httpx
import pytest

from itsme_facade import Cancelled, Itsme, Open, Outcome, Started, Success
from itsme_facade.sandbox import Sandbox
from tests.sandbox.pages.parsed import Page

BACK = "https://shop.example/itsme/back?state=abc"
LUCAS = "+32471234567"


@pytest.fixture
def started(itsme: Itsme) -> Started:
    return itsme.register(BACK, scopes=["profile", "email"])


def write_number(browser: httpx.Client, started: Started, number: str = LUCAS) -> httpx.Response:
    form = Page(browser.get(started.authentication_url).text).forms[0]
    return browser.post(started.authentication_url, data=form.fields | {"phoneNumber": number})


@pytest.mark.parametrize("service", ["login", "register"])
def test_the_first_step_creates_a_transaction_of_the_wanted_kind(itsme: Itsme, sandbox: Sandbox, service: str) -> None:
    assert not sandbox.transactions
    started = getattr(itsme, service)(BACK)
    (transaction,) = sandbox.transactions
    assert transaction.service == service == started.service
    assert transaction.status == "open"


def test_the_first_step_says_which_information_is_wanted(sandbox: Sandbox, started: Started) -> None:
    assert sandbox.transaction(started.authentication_url).scopes == ("profile", "email")
    assert started.scopes == ("profile", "email")


def test_the_first_step_may_want_no_information_at_all(itsme: Itsme, sandbox: Sandbox) -> None:
    started = itsme.login(BACK)
    assert sandbox.transaction(started.authentication_url).scopes == ()
    assert started.scopes == ()


def test_the_second_step_leads_to_the_login_page_by_the_returned_url(browser: httpx.Client, started: Started) -> None:
    page = browser.get(started.authentication_url)
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "<form" in page.text


def test_in_the_third_step_the_person_writes_their_phone_number(
    browser: httpx.Client, sandbox: Sandbox, started: Started
) -> None:
    page = browser.get(started.authentication_url)
    assert re.search(r'<input[^>]*name="phoneNumber"[^>]*value=""', page.text)
    assert sandbox.transaction(started.authentication_url).asked is None
    write_number(browser, started)
    assert sandbox.transaction(started.authentication_url).asked == "lucas"


def test_in_the_third_step_a_number_that_the_site_gave_need_not_be_written(
    itsme: Itsme, browser: httpx.Client, sandbox: Sandbox
) -> None:
    started = itsme.login(BACK, phone_number=LUCAS)
    page = browser.get(started.authentication_url)
    prefilled = re.search(r'<input[^>]*name="phoneNumber"[^>]*value="([^"]*)"', page.text)
    assert prefilled is not None
    write_number(browser, started, prefilled[1])
    assert sandbox.transaction(started.authentication_url).asked == "lucas"


def test_in_the_fourth_step_the_app_on_that_phone_asks_its_owner(
    browser: httpx.Client, sandbox: Sandbox, started: Started
) -> None:
    write_number(browser, started)
    transaction = sandbox.transaction(started.authentication_url)
    assert any("app of lucas asked" in event.what for event in transaction.timeline)
    assert transaction.status == "open"


def test_in_the_fourth_step_the_person_may_approve(
    itsme: Itsme, browser: httpx.Client, sandbox: Sandbox, started: Started
) -> None:
    write_number(browser, started)
    sandbox.person("lucas").phone.approve()
    assert isinstance(itsme.status(started), Success)


def test_in_the_fourth_step_the_person_may_deny(
    itsme: Itsme, browser: httpx.Client, sandbox: Sandbox, started: Started
) -> None:
    write_number(browser, started)
    sandbox.person("lucas").phone.refuse()
    assert isinstance(itsme.status(started), Cancelled)


@pytest.mark.parametrize("deed", ["approve", "refuse", "wrong_icon"])
def test_in_the_fifth_step_the_person_is_sent_back_to_the_site(
    browser: httpx.Client, sandbox: Sandbox, started: Started, deed: str
) -> None:
    write_number(browser, started)
    getattr(sandbox.person("lucas").phone, deed)()
    page = browser.get(started.authentication_url)
    assert page.status_code == 303
    assert page.headers["location"] == BACK


def test_the_fifth_step_does_not_come_before_the_transaction_is_finished(
    browser: httpx.Client, started: Started
) -> None:
    page = write_number(browser, started)
    again = browser.get(started.authentication_url)
    assert (page.status_code, again.status_code) == (200, 200)
    assert "location" not in again.headers


def test_the_sixth_step_says_whether_it_was_successful(
    itsme: Itsme, browser: httpx.Client, sandbox: Sandbox, started: Started
) -> None:
    write_number(browser, started)
    assert isinstance(itsme.status(started), Open)
    sandbox.person("lucas").phone.approve()
    assert isinstance(itsme.status(started), Success)


def test_the_sixth_step_retrieves_the_information_that_was_wanted(
    itsme: Itsme, browser: httpx.Client, sandbox: Sandbox, started: Started
) -> None:
    write_number(browser, started)
    sandbox.person("lucas").phone.approve()
    result = itsme.status(started)
    assert isinstance(result, Success)
    assert result.outcome is Outcome.GIVEN
    assert result.identity is not None
    assert result.identity.name is not None
    assert result.identity.name.full == "Lucas Maes"
    assert result.identity.email_address == "lucas.maes@mail.example"
    assert result.identity.address is None
