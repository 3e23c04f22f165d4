"""What is told of a request that belongs to no login, is forged, or only looks ahead, and which login it names."""

import pytest

from itsme_facade.flow import (
    Forged,
    Prefetch,
    Unknown,
)
from tests.flow.conftest import MakeSite
from tests.flow.site import Browser, Site, approve
from tests.flow.telling import known, told

pytestmark = pytest.mark.parametrize("kind", ["sync-memory", "asyncio-memory"], indirect=True)


def test_a_login_that_there_is_not(site: Site, browser: Browser) -> None:
    state = "0" * 26 + "." + "A" * 43
    outcome = browser.open(f"state={state}")
    assert isinstance(outcome, Unknown)
    assert (outcome.login_id, outcome.set_cookies) == ("0" * 26, ())
    assert told(site, 0) == [("returned", None, "unknown")]
    assert site.events[0].login_id == "0" * 26
    browser.cookies[site.room.jar.name("0" * 26)] = "A" * 43
    useless = browser.open(f"state={state}")
    assert [cookie.max_age for cookie in useless.set_cookies] == [0]


def test_a_callback_without_a_state(site: Site, browser: Browser) -> None:
    assert known(browser.open("")) == (None, "/", None)
    assert told(site, 0) == [("returned", None, "no_state")]


def test_a_callback_that_somebody_forged_names_the_login_on_its_page(site: Site, browser: Browser) -> None:
    departure = browser.start()
    outcome = browser.open(f"state={departure.login_id}.{'A' * 43}")
    assert isinstance(outcome, Forged)
    assert outcome.login_id == departure.login_id
    assert told(site) == [("forged", None, "state")]


def test_a_callback_with_the_cookie_of_somebody_else_names_the_login_too(site: Site, browser: Browser) -> None:
    departure = browser.start()
    browser.cookies[site.room.jar.name(departure.login_id)] = "A" * 43
    outcome = browser.come_back(departure)
    assert isinstance(outcome, Forged)
    assert outcome.login_id == departure.login_id
    assert told(site) == [("forged", None, "cookie")]
    assert site.events[-1].login_id == departure.login_id


@pytest.mark.parametrize(("login_id", "named"), [("0" * 26, "0" * 26), ("../..", None)])
def test_a_waiting_page_that_is_looked_at_ahead(site: Site, browser: Browser, login_id: str, named: str | None) -> None:
    outcome = browser.wait(login_id, method="HEAD")
    assert isinstance(outcome, Prefetch)
    assert outcome.login_id == named
    assert site.events == []


def test_a_callback_that_is_looked_at_ahead(site: Site, browser: Browser) -> None:
    departure = browser.start()
    outcome = browser.come_back(departure, method="HEAD")
    assert isinstance(outcome, Prefetch)
    assert outcome.login_id == departure.login_id
    assert told(site) == [("returned", None, "prefetch")]
    assert site.events[-1].login_id == departure.login_id


def test_a_callback_that_is_looked_at_ahead_where_a_state_says_nothing(make_site: MakeSite) -> None:
    site = make_site(binding="cookie")
    outcome = Browser(site).open(f"state={'0' * 26}.{'A' * 43}", method="HEAD")
    assert isinstance(outcome, Prefetch)
    assert outcome.login_id is None
    assert site.events[-1].login_id is None


def test_without_a_state_the_login_is_found_by_its_cookie(make_site: MakeSite) -> None:
    site = make_site(binding="cookie")
    assert isinstance(Browser(site).open(""), Unknown)
    assert told(site, 0) == [("returned", None, "no_cookie")]
    browser = Browser(site)
    departure = browser.start(account="alice")
    approve(site, departure)
    assert browser.open("", account="alice").kind == "signed_in"
    assert told(site)[:2] == [("started", "login", "cookie_only"), ("returned", "login", "cookie_only")]
    browser.cookies[site.room.jar.name(departure.login_id)] = "A" * 43
    assert isinstance(browser.open(""), Unknown)
    del browser.cookies[site.room.jar.name(departure.login_id)]
    browser.cookies[site.room.jar.name("0" * 26)] = "A" * 43
    assert isinstance(browser.open(""), Unknown)


def test_a_wrong_cookie_at_the_waiting_page_names_the_login(site: Site, browser: Browser) -> None:
    departure = browser.start()
    browser.cookies[site.room.jar.name(departure.login_id)] = "A" * 43
    outcome = browser.wait(departure)
    assert isinstance(outcome, Forged)
    assert outcome.login_id == departure.login_id
    assert (site.events[-1].login_id, site.events[-1].reason) == (departure.login_id, "cookie")
