"""Another browser comes back while others are at the same login: it is read once, and no code is shown in vain."""

from typing import cast

import pytest
from attrs import evolve

from itsme_facade.flow import Flow, OtherBrowser, SignedIn, Unknown
from itsme_facade.flow.effects import Effect, LookAside
from itsme_facade.store import Phase, Store
from itsme_facade.store.steps import Operation, Read, Swap
from tests.flow.conftest import MakeSite
from tests.flow.site import Browser, Site, approve

pytestmark = pytest.mark.parametrize("kind", ["sync-memory"], indirect=True)


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    return make_site(code_for_other_browser=True)


def store_of(site: Site) -> Store:
    return cast("Store", site.store)


def test_while_one_worker_asks_another_browser_costs_one_look_at_the_store(site: Site, browser: Browser) -> None:
    departure = browser.start()
    store_of(site).claim(departure.login_id)
    asked: list[Effect] = []
    look_aside = cast("Flow", site.flow)._doing[LookAside]

    def noted(step: LookAside) -> object:
        asked.append(step)
        return look_aside(step)

    cast("Flow", site.flow)._doing[LookAside] = noted
    site.before_store = asked.append
    outcome = Browser(site).come_back(departure)
    assert isinstance(outcome, OtherBrowser)
    assert outcome.code is None
    assert asked == [Read(departure.login_id)]


def test_what_a_worker_died_over_is_asked_by_the_next_browser_that_comes(site: Site, browser: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    store_of(site).claim(departure.login_id)
    site.clock.advance(11)
    outcome = Browser(site).come_back(departure)
    assert isinstance(outcome, OtherBrowser)
    assert outcome.code is not None
    record = site.record(departure)
    assert record is not None
    assert record.phase is Phase.CAPTURED
    assert record.bound is False


def test_no_code_is_shown_if_the_first_browser_comes_back_meanwhile(site: Site, browser: Browser) -> None:
    departure = browser.start()
    approve(site, departure)

    def first_comes(operation: Operation) -> None:
        if isinstance(operation, Swap) and operation.change.record.code_digest:
            site.before_store = lambda _: None
            assert isinstance(browser.come_back(departure), SignedIn)

    site.before_store = first_comes
    outcome = Browser(site).come_back(departure)
    assert isinstance(outcome, OtherBrowser)
    assert (outcome.code, outcome.set_cookies) == (None, ())


def test_what_another_browser_brought_is_taken_without_waiting_for_anybody(site: Site, browser: Browser) -> None:
    site.room = evolve(site.room, patience=0.0)
    departure = browser.start()
    approve(site, departure)
    Browser(site).come_back(departure)
    assert isinstance(browser.come_back(departure), SignedIn)


def test_a_login_that_is_erased_while_its_browser_comes_back_is_unknown(site: Site, browser: Browser) -> None:
    departure = browser.start(locale="nl")
    approve(site, departure)
    Browser(site).come_back(departure)

    def erased(operation: Operation) -> None:
        if isinstance(operation, Swap):
            store_of(site).purge()

    site.before_store = erased
    outcome = browser.come_back(departure)
    assert isinstance(outcome, Unknown)
    assert (outcome.login_id, outcome.locale) == (departure.login_id, "nl")
