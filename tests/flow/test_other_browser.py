"""The callback came in another browser: what is shown there, and the code that is typed in the first."""

import pytest

from itsme_facade.errors import NotConnected
from itsme_facade.flow import Forged, OtherBrowser, SignedIn, SignedInAgain, StillOpen
from itsme_facade.store import Phase
from tests.flow.conftest import MakeSite
from tests.flow.site import Browser, Site, approve, at_once

ON_MEMORY = pytest.mark.parametrize("kind", ["sync-memory", "asyncio-memory", "trio-memory"], indirect=True)


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    return make_site(code_for_other_browser=True)


@pytest.fixture
def other(site: Site) -> Browser:
    return Browser(site)


def shown(outcome: object) -> str:
    assert isinstance(outcome, OtherBrowser)
    assert outcome.code is not None
    return outcome.code


def another_than(code: str) -> str:
    return ("2" if code[0] != "2" else "3") + code[1:]


def test_the_answer_is_read_at_once_and_the_first_browser_gets_it(make_site: MakeSite) -> None:
    site = make_site()
    browser, other = Browser(site), Browser(site)
    departure = browser.start(next="/basket", locale="fr")
    approve(site, departure)
    outcome = other.come_back(departure)
    assert isinstance(outcome, OtherBrowser)
    assert (outcome.code, outcome.next, outcome.locale) == (None, "/", "fr")
    assert outcome.set_cookies == ()
    assert site.reads(departure) == 1
    assert isinstance(browser.come_back(departure), SignedIn)
    assert site.reads(departure) == 1


def test_an_open_login_goes_on_after_another_browser_came(site: Site, browser: Browser, other: Browser) -> None:
    departure = browser.start()
    outcome = other.come_back(departure)
    assert isinstance(outcome, OtherBrowser)
    assert outcome.code is None
    assert site.phase(departure) is Phase.STARTED
    approve(site, departure)
    assert isinstance(browser.come_back(departure), SignedIn)


def test_a_refusal_that_another_browser_brings_is_told_in_the_first(
    site: Site, browser: Browser, other: Browser
) -> None:
    departure = browser.start()
    site.sandbox.person("lucas").phone.refuse(departure.location)
    assert isinstance(other.come_back(departure), OtherBrowser)
    assert browser.wait(departure).message("en").title == "The login was cancelled"


def test_the_code_shown_there_and_typed_here_finishes_the_login(site: Site, browser: Browser, other: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    code = shown(other.come_back(departure))
    assert len(code) == 8
    waiting = browser.wait(departure)
    assert isinstance(waiting, StillOpen)
    assert waiting.code_wanted
    typed = f" {code[:4].lower()}-{code[4:]} "
    assert isinstance(browser.type_code(departure, typed), SignedIn)
    assert isinstance(browser.type_code(departure, code), SignedInAgain)


def test_a_redirect_and_a_reload_show_the_same_code(site: Site, browser: Browser, other: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    code = shown(other.come_back(departure))
    assert shown(other.wait(departure)) == code
    assert shown(other.come_back(departure)) == code
    stranger = Browser(site).wait(departure)
    assert isinstance(stranger, OtherBrowser)
    assert stranger.code is None


def test_three_wrong_codes_end_it(site: Site, browser: Browser, other: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    code = shown(other.come_back(departure))
    wanted: list[bool] = []
    for _ in range(3):
        outcome = browser.type_code(departure, another_than(code))
        assert isinstance(outcome, StillOpen)
        assert outcome.code_wrong
        wanted.append(outcome.code_wanted)
    assert wanted == [True, True, False]
    assert isinstance(browser.type_code(departure, code), StillOpen)
    assert site.taken == []
    assert site.named(departure).count("forged") == 4


def test_many_guesses_at_once_are_not_more_than_three(site: Site, browser: Browser, other: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    code = shown(other.come_back(departure))
    at_once(24, lambda: browser.type_code(departure, another_than(code)))
    record = site.record(departure)
    assert record is not None
    assert (record.code_tries, record.code_digest) == (3, b"")
    assert isinstance(browser.type_code(departure, code), StillOpen)


@ON_MEMORY
def test_after_two_minutes_the_code_is_worth_nothing(site: Site, browser: Browser, other: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    code = shown(other.come_back(departure))
    site.clock.advance(121)
    outcome = browser.type_code(departure, code)
    assert isinstance(outcome, StillOpen)
    assert not outcome.code_wanted
    new = shown(other.come_back(departure))
    assert new != code
    assert isinstance(browser.type_code(departure, new), SignedIn)


def test_a_code_typed_in_a_browser_that_did_not_start_is_worth_nothing(
    site: Site, browser: Browser, other: Browser
) -> None:
    departure = browser.start()
    approve(site, departure)
    code = shown(other.come_back(departure))
    assert isinstance(other.type_code(departure, code), OtherBrowser)
    other.cookies[site.room.jar.name(departure.login_id)] = "A" * 43
    assert isinstance(other.type_code(departure, code), Forged)
    assert isinstance(browser.type_code(departure, code), SignedIn)


def test_only_a_digest_of_the_code_is_kept_and_no_event_shows_it(site: Site, browser: Browser, other: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    outcome = other.come_back(departure)
    code = shown(outcome)
    record = site.record(departure)
    assert record is not None
    assert len(record.code_digest) == 32
    assert code not in repr(outcome)
    assert code.encode() not in record.code_digest
    assert not any(code in repr(event) for event in site.events)


def test_without_being_asked_for_no_code_is_shown_or_taken(make_site: MakeSite) -> None:
    site = make_site()
    browser, other = Browser(site), Browser(site)
    departure = browser.start()
    approve(site, departure)
    other.come_back(departure)
    waiting = browser.wait(departure)
    assert isinstance(waiting, StillOpen)
    assert not waiting.code_wanted
    assert isinstance(browser.type_code(departure, ""), StillOpen)
    assert site.taken == []


def test_an_unbound_answer_is_never_delivered_by_a_sweep(site: Site, browser: Browser, other: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    other.come_back(departure)
    assert site.sweep().delivered == ()
    assert site.phase(departure) is Phase.CAPTURED


def test_when_cm_is_away_another_browser_is_told_so_and_nothing_is_lost(make_site: MakeSite) -> None:
    site = make_site()
    browser, other = Browser(site), Browser(site)
    departure = browser.start()
    approve(site, departure)
    site.sandbox.faults.refuse_connections()
    with pytest.raises(NotConnected):
        other.come_back(departure)
    site.sandbox.faults.accept_connections()
    assert isinstance(browser.come_back(departure), SignedIn)


@ON_MEMORY
def test_a_sweep_that_follows_up_another_browsers_read_keeps_the_answer_and_delivers_it_to_nobody(
    site: Site, browser: Browser
) -> None:
    departure = browser.start()
    approve(site, departure)
    site.call(site.store.claim, departure.login_id, bound=False)  # its worker died while asking
    site.clock.advance(11)
    report = site.sweep()
    assert (report.asked, report.delivered) == ((departure.login_id,), ())
    record = site.record(departure)
    assert record is not None
    assert (record.phase, record.bound) == (Phase.CAPTURED, False)
    assert site.sweep().delivered == ()
    assert isinstance(browser.come_back(departure), SignedIn)
