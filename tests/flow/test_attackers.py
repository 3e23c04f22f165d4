"""Tests that play the attacker. Mallory attacks; Lucas is the person with an itsme account."""

import pytest

from itsme_facade import RawAnswer
from itsme_facade.flow import (
    Forged,
    OtherBrowser,
    Prefetch,
    Refused,
    SignedIn,
    SignedInAgain,
    StillOpen,
    Unknown,
)
from itsme_facade.flow.secrets import new_secret, new_state
from itsme_facade.store import Phase
from tests.flow.conftest import MakeSite
from tests.flow.site import Browser, Site, approve

ON_MEMORY = pytest.mark.parametrize("kind", ["sync-memory", "asyncio-memory", "trio-memory"], indirect=True)


@pytest.fixture
def mallory(site: Site) -> Browser:
    return Browser(site)


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


@pytest.mark.parametrize(
    "state",
    [
        "",
        ".",
        "x",
        "a" * 100_000,
        "../../etc/passwd",
        "{id}",
        "{id}.",
        "{id}.short",
        "{id}.{secret}x",
        "{id}.{secret}\n",
        "\x00",
        "\uff05",
        "{id}{secret}",
        "{unknown}.{secret}",
        "' OR 1=1 --",
    ],
)
def test_a_state_of_another_form_is_unknown(site: Site, browser: Browser, state: str) -> None:
    departure = browser.start()
    state = state.replace("{id}", departure.login_id).replace("{secret}", new_secret())
    state = state.replace("{unknown}", "0" * 26)
    assert isinstance(browser.open({"state": state}), Unknown)
    assert isinstance(browser.open({"state": [state]}), Unknown)
    assert site.phase(departure) is Phase.STARTED


def test_a_state_given_twice_is_none_at_all(site: Site, browser: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    query = site.query_of(departure)
    assert isinstance(browser.open(f"{query}&{query}"), Unknown)
    assert isinstance(browser.open({"state": [site.state_of(departure)] * 2}), Unknown)
    assert site.reads(departure) == 0


def test_what_else_is_in_the_query_changes_nothing(site: Site, browser: Browser) -> None:
    departure = browser.start(next="/basket")
    approve(site, departure)
    query = site.query_of(departure)
    outcome = browser.open(f"?trxid=7&ec=1&next=//evil.test&locale=fr&{query}&account=somebody".encode())
    assert isinstance(outcome, SignedIn)
    assert (outcome.next, outcome.locale) == ("/basket", None)


def test_the_state_alone_or_the_cookie_alone_finishes_nothing(site: Site, browser: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    assert isinstance(Browser(site).come_back(departure), OtherBrowser)
    other = browser.start()
    approve(site, other)
    assert isinstance(browser.wait(other), StillOpen)
    assert isinstance(browser.open(""), Unknown)
    assert site.taken == []
    assert site.reads(other) == 0


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


@pytest.mark.parametrize("method", ["HEAD", "head", "OPTIONS", "PUT", "DELETE", "TRACE", ""])
def test_another_method_than_get_and_post_consumes_nothing(site: Site, browser: Browser, method: str) -> None:
    departure = browser.start()
    approve(site, departure)
    assert isinstance(browser.come_back(departure, method=method), Prefetch)
    assert isinstance(browser.wait(departure, method=method), Prefetch)
    assert site.reads(departure) == 0
    assert isinstance(browser.come_back(departure, method="post"), SignedIn)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch"},
        {"sec-purpose": "prefetch;prerender"},
        {"Sec-Purpose": "prerender"},
        {"Purpose": "prefetch"},
        {"PURPOSE": "Preview"},
        {"X-Moz": "prefetch"},
        {"X-Purpose": "", "X-Moz": " PREFETCH "},
    ],
)
def test_a_browser_that_looks_ahead_consumes_nothing(site: Site, browser: Browser, headers: dict[str, str]) -> None:
    departure = browser.start()
    approve(site, departure)
    outcome = browser.come_back(departure, headers=headers)
    assert isinstance(outcome, Prefetch)
    assert outcome.retry_after > 0
    assert site.reads(departure) == 0
    assert isinstance(browser.come_back(departure, headers={"Sec-Fetch-Mode": "navigate"}), SignedIn)


def test_somebody_elses_itsme_is_not_linked_to_a_signed_in_account(
    site: Site, browser: Browser, mallory: Browser
) -> None:
    # Mallory starts linking to her account, and gets the victim to confirm and to open the callback.
    departure = mallory.start(service="register", account="mallory")
    approve(site, departure)
    assert isinstance(browser.come_back(departure, account="lucas"), OtherBrowser)
    assert site.taken == []


@pytest.mark.parametrize("now", [None, "somebody-else", ""])
def test_an_account_that_has_changed_meanwhile_is_not_linked(site: Site, browser: Browser, now: str | None) -> None:
    departure = browser.start(service="register", account="user-1", next="/settings")
    approve(site, departure)
    outcome = browser.come_back(departure, account=now)
    assert isinstance(outcome, Refused)
    assert (outcome.reason, outcome.next) == ("account_changed", "/settings")
    assert site.reads(departure) == 0
    assert isinstance(browser.come_back(departure, account="user-1"), Refused)
    assert site.taken == []


def test_an_account_that_changed_after_the_capture_is_not_linked_and_the_identity_is_erased(
    site: Site, browser: Browser
) -> None:
    departure = browser.start(service="register", account="user-1")
    approve(site, departure)
    Browser(site).come_back(departure)
    assert site.phase(departure) is Phase.CAPTURED
    outcome = browser.come_back(departure, account="user-2")
    assert isinstance(outcome, Refused)
    record = site.record(departure)
    assert record is not None
    assert record.answer == b""
    assert site.taken == []


def test_an_answer_that_comes_after_the_account_changed_is_not_kept(site: Site, browser: Browser) -> None:
    departure = browser.start(service="register", account="user-1")
    approve(site, departure)
    site.call(site.store.claim, departure.login_id, bound=True)  # a worker that is asking CM just now
    assert isinstance(browser.come_back(departure, account="user-2"), Refused)
    late = site.room.seal_answer(RawAnswer(b'{"userId": "x"}').to_dict(), departure.login_id)
    assert not site.call(site.store.capture, departure.login_id, late, bound=True).mine
    assert isinstance(browser.come_back(departure, account="user-1"), Refused)
    assert site.taken == []


def test_the_account_that_started_is_linked(site: Site, browser: Browser) -> None:
    departure = browser.start(service="register", account="user-1")
    approve(site, departure)
    outcome = browser.come_back(departure, account="user-1")
    assert isinstance(outcome, SignedIn)
    assert (outcome.linked, outcome.service) == (True, "register")
    assert [each.account for each in site.taken] == ["user-1"]
    assert isinstance(browser.come_back(departure, account="user-1"), SignedInAgain)
    assert isinstance(browser.come_back(departure, account="user-2"), Refused)


def test_who_logs_in_while_somebody_is_signed_in_is_not_linked(site: Site, browser: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    outcome = browser.come_back(departure, account="user-1")
    assert isinstance(outcome, SignedIn)
    assert not outcome.linked
    assert [each.account for each in site.taken] == [None]


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
