"""An itsme is linked to the account that started, and to no other: not to one signed in later, nor to an attacker's."""

import pytest

from itsme_facade import RawAnswer
from itsme_facade.flow import (
    OtherBrowser,
    Refused,
    SignedIn,
    SignedInAgain,
    StillOpen,
)
from itsme_facade.store import Phase
from tests.flow.conftest import MakeSite
from tests.flow.site import Browser, Site, approve, approved
from tests.flow.telling import WISHES, known, told

BOTH_SIDES = pytest.mark.parametrize("kind", ["sync-memory", "asyncio-memory"], indirect=True)


@BOTH_SIDES
def test_an_account_that_changed(site: Site, browser: Browser) -> None:
    departure = approved(browser, **WISHES, account="alice")
    outcome = browser.come_back(departure, account="bob")
    assert isinstance(outcome, Refused)
    assert (*known(outcome), outcome.reason) == (departure.login_id, "/basket", "nl", "account_changed")
    assert told(site)[1:] == [("refused", "register", "account_changed")]
    assert {event.login_id for event in site.events} == {departure.login_id}
    assert site.reads(departure) == 0


@BOTH_SIDES
def test_an_account_that_changed_when_the_identity_is_there_already(site: Site, browser: Browser) -> None:
    departure = approved(browser, account="alice")
    Browser(site).come_back(departure)
    assert site.phase(departure) is Phase.CAPTURED
    outcome = browser.come_back(departure, account="bob")
    assert isinstance(outcome, Refused)
    assert outcome.reason == "account_changed"
    record = site.record(departure)
    assert record is not None
    assert (record.phase, record.reason, record.answer) == (Phase.REFUSED, "account_changed", b"")
    assert told(site)[-1] == ("refused", "login", "account_changed")


@BOTH_SIDES
def test_an_account_that_is_the_same_at_every_step(site: Site, browser: Browser) -> None:
    departure = browser.start(account="alice")
    assert isinstance(browser.come_back(departure, account="alice"), StillOpen)
    approve(site, departure)
    assert browser.wait(departure, account="alice").kind == "signed_in"
    again = browser.wait(departure, account="alice")
    assert isinstance(again, SignedInAgain)
    assert again.linked
    assert isinstance(browser.wait(departure, account="bob"), Refused)


def test_somebody_elses_itsme_is_not_linked_to_a_signed_in_account(
    site: Site, browser: Browser, mallory: Browser
) -> None:
    # Mallory starts linking to her account, and gets the victim to confirm and to open the callback.
    departure = approved(mallory, service="register", account="mallory")
    assert isinstance(browser.come_back(departure, account="lucas"), OtherBrowser)
    assert site.taken == []


@pytest.mark.parametrize("now", [None, "somebody-else", ""])
def test_an_account_that_has_changed_meanwhile_is_not_linked(site: Site, browser: Browser, now: str | None) -> None:
    departure = approved(browser, service="register", account="user-1", next="/settings")
    outcome = browser.come_back(departure, account=now)
    assert isinstance(outcome, Refused)
    assert (outcome.reason, outcome.next) == ("account_changed", "/settings")
    assert site.reads(departure) == 0
    assert isinstance(browser.come_back(departure, account="user-1"), Refused)
    assert site.taken == []


def test_an_account_that_changed_after_the_capture_is_not_linked_and_the_identity_is_erased(
    site: Site, browser: Browser
) -> None:
    departure = approved(browser, service="register", account="user-1")
    Browser(site).come_back(departure)
    assert site.phase(departure) is Phase.CAPTURED
    outcome = browser.come_back(departure, account="user-2")
    assert isinstance(outcome, Refused)
    record = site.record(departure)
    assert record is not None
    assert record.answer == b""
    assert site.taken == []


def test_an_answer_that_comes_after_the_account_changed_is_not_kept(site: Site, browser: Browser) -> None:
    departure = approved(browser, service="register", account="user-1")
    site.call(site.store.claim, departure.login_id, bound=True)  # a worker that is asking CM just now
    assert isinstance(browser.come_back(departure, account="user-2"), Refused)
    late = site.room.seal_answer(RawAnswer(b'{"userId": "x"}').to_dict(), departure.login_id)
    assert not site.call(site.store.capture, departure.login_id, late, bound=True).mine
    assert isinstance(browser.come_back(departure, account="user-1"), Refused)
    assert site.taken == []


def test_the_account_that_started_is_linked(site: Site, browser: Browser) -> None:
    departure = approved(browser, service="register", account="user-1")
    outcome = browser.come_back(departure, account="user-1")
    assert isinstance(outcome, SignedIn)
    assert (outcome.linked, outcome.service) == (True, "register")
    assert [each.account for each in site.taken] == ["user-1"]
    assert isinstance(browser.come_back(departure, account="user-1"), SignedInAgain)
    assert isinstance(browser.come_back(departure, account="user-2"), Refused)


def test_who_logs_in_while_somebody_is_signed_in_is_not_linked(site: Site, browser: Browser) -> None:
    departure = approved(browser)
    outcome = browser.come_back(departure, account="user-1")
    assert isinstance(outcome, SignedIn)
    assert not outcome.linked
    assert [each.account for each in site.taken] == [None]


def test_the_waiting_page_holds_the_account_to_what_it_was(site: Site, browser: Browser) -> None:
    departure = browser.start(account="user-1")
    assert isinstance(browser.come_back(departure, account="user-1"), StillOpen)
    approve(site, departure)
    outcome = browser.wait(departure, account="user-2")
    assert isinstance(outcome, Refused)
    assert outcome.reason == "account_changed"
    assert site.taken == []


def test_a_deployment_without_on_link_links_nothing_and_the_identity_stays(
    make_site: MakeSite, site: Site, browser: Browser
) -> None:
    departure = approved(browser, account="user-1")
    other = make_site(on_link=None, store=site.store)
    with pytest.raises(TypeError, match="on_link"):
        Browser(other, browser.cookies).come_back(departure, account="user-1")
    assert site.phase(departure) is Phase.CAPTURED
    assert isinstance(browser.come_back(departure, account="user-1"), SignedIn)
