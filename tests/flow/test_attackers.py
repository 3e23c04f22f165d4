"""Tests that play the attacker. Mallory attacks; Lucas is the person with an itsme account."""

import pytest

from itsme_facade.flow import (
    Forged,
    OtherBrowser,
    SignedIn,
    SignedInAgain,
    StillOpen,
    Unknown,
)
from itsme_facade.flow.secrets import new_state
from itsme_facade.store import Phase
from tests.flow.conftest import MakeSite
from tests.flow.site import Browser, Site, approve

ON_MEMORY = pytest.mark.parametrize("kind", ["sync-memory", "asyncio-memory", "trio-memory"], indirect=True)


def test_login_csrf_does_not_sign_the_victim_in_as_the_attacker(site: Site, browser: Browser, mallory: Browser) -> None:
    departure = mallory.start()
    approve(site, departure)
    # Mallory finishes at itsme and makes the victim's browser open the callback.
    assert isinstance(browser.come_back(departure), OtherBrowser)
    assert site.taken == []


def test_a_lure_by_link_gives_the_attacker_nothing(site: Site, browser: Browser, mallory: Browser) -> None:
    # Mallory starts and sends the victim CM's address; the victim confirms, and comes back in their own browser.
    departure = mallory.start()
    approve(site, departure)
    assert isinstance(browser.come_back(departure), OtherBrowser)
    assert site.phase(departure) is Phase.CAPTURED
    assert isinstance(mallory.wait(departure), StillOpen)
    site.sweep()
    assert isinstance(mallory.wait(departure), StillOpen)
    assert site.taken == []


@ON_MEMORY
def test_an_identity_captured_by_a_lure_expires_and_is_named(site: Site, browser: Browser, mallory: Browser) -> None:
    departure = mallory.start()
    approve(site, departure)
    browser.come_back(departure)
    site.clock.advance(3_601)
    report = site.sweep()
    assert report.expired == report.expired_with_identity == (departure.login_id,)
    assert site.taken == []


def test_a_stolen_link_to_the_callback_does_not_sign_the_thief_in(
    site: Site, browser: Browser, mallory: Browser
) -> None:
    departure = browser.start()
    approve(site, departure)
    assert isinstance(mallory.come_back(departure), OtherBrowser)
    assert isinstance(mallory.wait(departure), OtherBrowser)
    # The one who started loses nothing by it.
    assert isinstance(browser.come_back(departure), SignedIn)
    assert site.reads(departure) == 1


def test_a_stolen_link_to_a_finished_login_gives_nothing_either(site: Site, browser: Browser, mallory: Browser) -> None:
    departure = browser.start(next="/secret-page")
    approve(site, departure)
    browser.come_back(departure)
    outcome = mallory.come_back(departure)
    assert isinstance(outcome, OtherBrowser)
    assert outcome.next == "/"


def test_a_swapped_cookie_is_forged_and_consumes_nothing(site: Site, browser: Browser, mallory: Browser) -> None:
    mine, theirs = mallory.start(), browser.start()
    approve(site, theirs)
    name = site.room.jar.name
    mallory.cookies[name(theirs.login_id)] = mallory.cookies[name(mine.login_id)]
    assert isinstance(mallory.come_back(theirs), Forged)
    assert isinstance(mallory.wait(theirs), Forged)
    assert site.reads(theirs) == 0
    assert site.named(theirs)[-1] == "forged"
    assert isinstance(browser.come_back(theirs), SignedIn)


def test_a_cookie_fixed_beforehand_is_not_taken_over(site: Site, browser: Browser, mallory: Browser) -> None:
    # Mallory plants the cookies of a login of her own; the victim then starts one, which has its own secret.
    planted = mallory.start()
    browser.cookies |= mallory.cookies
    departure = browser.start()
    assert browser.secret_of(departure) != mallory.secret_of(planted)
    approve(site, departure)
    assert isinstance(mallory.come_back(departure), OtherBrowser)
    assert isinstance(browser.come_back(departure), SignedIn)


def test_a_replayed_callback_delivers_nothing_again(site: Site, browser: Browser, mallory: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    browser.come_back(departure)
    for _ in range(3):
        again = browser.come_back(departure)
        assert isinstance(again, SignedInAgain)
        assert again.signs_in
    assert isinstance(mallory.come_back(departure), OtherBrowser)
    assert site.names_taken(departure) == ["Lucas Maes"]
    assert site.reads(departure) == 1


@ON_MEMORY
def test_a_replayed_callback_signs_nobody_in_after_a_minute(site: Site, browser: Browser) -> None:
    departure = browser.start(next="/basket")
    approve(site, departure)
    browser.come_back(departure)
    site.clock.advance(61)
    again = browser.come_back(departure)
    assert isinstance(again, SignedInAgain)
    assert not again.signs_in
    assert again.next == "/basket"


def test_a_guessed_state_is_forged_and_consumes_nothing(site: Site, browser: Browser, mallory: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    for guess in (new_state(departure.login_id), f"{departure.login_id}.{'A' * 43}"):
        assert isinstance(mallory.open({"state": guess}), Forged)
        assert isinstance(browser.open({"state": guess}), Forged)  # its right cookie does not help
    assert site.reads(departure) == 0
    assert site.phase(departure) is Phase.STARTED


def test_two_tabs_finish_each_their_own_login_in_any_order(site: Site, browser: Browser) -> None:
    first, second = browser.start(next="/1"), browser.start(next="/2")
    approve(site, first)
    approve(site, second)
    ended = [browser.come_back(second), browser.come_back(first)]
    assert [type(each) for each in ended] == [SignedIn, SignedIn]
    assert [each.next for each in ended] == ["/2", "/1"]


def test_two_people_who_log_in_at_once_get_each_their_own_identity(site: Site, browser: Browser) -> None:
    other = Browser(site)
    mine, theirs = browser.start(), other.start()
    people = [person.id for person in site.sandbox.people if person.account.state == "active"]
    approve(site, mine, "lucas")
    someone = next(each for each in people if each != "lucas")
    approve(site, theirs, someone)
    assert isinstance(other.come_back(theirs), SignedIn)
    assert isinstance(browser.come_back(mine), SignedIn)
    assert site.names_taken(mine) == ["Lucas Maes"]
    assert site.names_taken(theirs) != ["Lucas Maes"]


def test_back_after_a_logout_signs_nobody_in(site: Site, browser: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    browser.come_back(departure)
    kept = dict(browser.cookies)
    browser.log_out(departure)
    assert browser.secret_of(departure) is None
    assert isinstance(browser.come_back(departure), Unknown)
    browser.cookies = kept  # a browser that would restore its cookies
    again = browser.come_back(departure)
    assert isinstance(again, SignedInAgain)
    assert not again.signs_in


def test_a_login_that_is_finished_after_a_logout_signs_nobody_in_again(site: Site, browser: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    browser.log_out(departure)
    assert isinstance(browser.come_back(departure), OtherBrowser)
    assert site.taken == []


def test_a_record_moved_to_another_login_does_not_open(site: Site, browser: Browser, mallory: Browser) -> None:
    from attrs import evolve

    from itsme_facade.errors import SealBroken
    from itsme_facade.store import steps
    from itsme_facade.store.record import Change

    theirs, mine = browser.start(), mallory.start()
    approve(site, theirs)
    record, moved = site.record(mine), site.record(theirs)
    assert record is not None
    assert moved is not None
    change = Change(record=evolve(record, departure=moved.departure, version=record.version + 1), keeps_due=True)
    site.call(site.store.do, steps.Swap(change))
    with pytest.raises(SealBroken):
        mallory.come_back(mine)
    assert site.reads(theirs) == site.reads(mine) == 0
    assert site.phase(mine) is Phase.STARTED


def test_without_its_key_nothing_is_consumed_and_with_it_the_login_goes_on(make_site: MakeSite) -> None:
    from attrs import evolve

    from itsme_facade.errors import SealBroken
    from itsme_facade.store import Seal, new_key

    site = make_site()
    browser = Browser(site)
    departure = browser.start()
    approve(site, departure)
    right = site.room
    site.room = evolve(right, seal=Seal(new_key()))
    with pytest.raises(SealBroken):
        browser.come_back(departure)
    assert site.reads(departure) == 0
    assert site.sweep().failed == ()
    site.room = right
    assert isinstance(browser.come_back(departure), SignedIn)
