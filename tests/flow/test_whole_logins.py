"""A login from the button to the identity, on every side and store."""

import pytest

from itsme_facade import ServerFailed
from itsme_facade.flow import (
    Busy,
    Declined,
    Lost,
    Refused,
    SignedIn,
    SignedInAgain,
    StillOpen,
    Unknown,
)
from itsme_facade.store import Phase
from tests.flow.conftest import MakeSite
from tests.flow.site import Browser, Site, approve

ON_MEMORY = pytest.mark.parametrize("kind", ["sync-memory", "asyncio-memory", "trio-memory"], indirect=True)


def test_an_approved_login_hands_the_identity_over_once_and_signs_in(site: Site, browser: Browser) -> None:
    departure = browser.start(next="/basket", locale="nl")
    approve(site, departure)
    outcome = browser.come_back(departure)
    assert isinstance(outcome, SignedIn)
    assert (outcome.reference, outcome.service, outcome.linked) == ("user Lucas Maes", "login", False)
    assert (outcome.next, outcome.locale, outcome.login_id) == ("/basket", "nl", departure.login_id)
    assert site.names_taken(departure) == ["Lucas Maes"]
    assert site.reads(departure) == 1


def test_every_phase_is_told_in_order(site: Site, browser: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    browser.come_back(departure)
    assert site.named(departure) == ["started", "returned", "claimed", "captured", "delivering", "delivered"]


def test_after_delivery_the_identity_is_erased_and_the_reference_stays_sealed(site: Site, browser: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    browser.come_back(departure)
    record = site.record(departure)
    assert record is not None
    assert record.phase is Phase.DELIVERED
    assert (record.answer, record.departure) == (b"", b"")
    assert record.reference
    assert b"Lucas" not in record.reference


def test_who_comes_back_before_approving_waits_and_is_signed_in_from_the_waiting_page(
    site: Site, browser: Browser
) -> None:
    departure = browser.start()
    assert isinstance(browser.come_back(departure), StillOpen)
    assert isinstance(browser.wait(departure), StillOpen)
    approve(site, departure)
    assert isinstance(browser.wait(departure), SignedIn)
    assert site.names_taken(departure) == ["Lucas Maes"]


def test_who_has_not_come_back_is_told_to_go_on_and_nothing_is_read(site: Site, browser: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    assert isinstance(browser.wait(departure), StillOpen)
    assert site.reads(departure) == 0


@pytest.mark.parametrize("reason", ["cancelled", "failure", "expired"])
def test_what_itsme_refuses_is_refused_with_its_reason_again_and_again(
    site: Site, browser: Browser, reason: str
) -> None:
    departure = browser.start(next="/basket")
    if reason == "cancelled":
        site.sandbox.person("lucas").phone.refuse(departure.location)
    elif reason == "failure":
        site.sandbox.fail(departure.location)
    else:
        site.sandbox.expire(departure.location)
    for _ in range(2):
        outcome = browser.come_back(departure)
        assert isinstance(outcome, Refused)
        assert (outcome.reason, outcome.next) == (reason, "/basket")
        assert outcome.message("nl").title != outcome.message("en").title
    assert site.reads(departure) == 1
    assert site.taken == []


def test_the_application_may_decline_a_person_and_the_identity_is_erased(site: Site, browser: Browser) -> None:
    def decline(_: str) -> None:
        raise Declined("too_young")

    site.in_handler = decline
    departure = browser.start()
    approve(site, departure)
    for _ in range(2):
        outcome = browser.come_back(departure)
        assert isinstance(outcome, Refused)
        assert outcome.reason == "too_young"
    record = site.record(departure)
    assert record is not None
    assert record.answer == b""


def test_a_handler_that_raises_keeps_the_identity_and_the_next_callback_tries_again(
    site: Site, browser: Browser
) -> None:
    def fail(_: str) -> None:
        raise LookupError("no such table")

    departure = browser.start()
    approve(site, departure)
    site.in_handler = fail
    with pytest.raises(LookupError):
        browser.come_back(departure)
    assert site.phase(departure) is Phase.CAPTURED
    assert "failed" in site.named(departure)
    site.in_handler = lambda _: None
    assert isinstance(browser.come_back(departure), SignedIn)
    assert site.reads(departure) == 1


@ON_MEMORY
def test_a_handler_that_raises_is_tried_again_by_a_sweep_later_each_time(site: Site, browser: Browser) -> None:
    def fail(_: str) -> None:
        raise LookupError("no such table")

    departure = browser.start()
    approve(site, departure)
    site.in_handler = fail
    with pytest.raises(LookupError):
        browser.come_back(departure)
    assert site.sweep().failed == ()
    site.clock.advance(31)
    assert site.sweep().failed == (departure.login_id,)
    site.clock.advance(31)
    assert site.sweep().failed == ()
    site.in_handler = lambda _: None
    site.clock.advance(30)
    assert site.sweep().delivered == (departure.login_id,)
    assert isinstance(browser.come_back(departure), SignedInAgain)


@pytest.mark.parametrize("reference", [7, None, "", "x" * 1_001])
def test_a_handler_that_gives_no_reference_back_is_told_and_the_identity_stays(
    make_site: MakeSite, kind: str, reference: object
) -> None:
    async def take(*_: object) -> object:
        return reference

    def take_plainly(*_: object) -> object:
        return reference

    site = make_site(on_identity=take_plainly if kind.startswith("sync") else take)
    browser = Browser(site)
    departure = browser.start()
    approve(site, departure)
    with pytest.raises(TypeError, match="return a reference"):
        browser.come_back(departure)
    assert site.phase(departure) is Phase.CAPTURED


def test_an_answer_that_breaks_on_the_wire_is_asked_again_and_named_lost(site: Site, browser: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    site.sandbox.faults.next(call="status", drop="within-answer")
    outcome = browser.come_back(departure)
    assert isinstance(outcome, Lost)
    assert site.named(departure)[-1] == "lost"
    record = site.record(departure)
    assert record is not None
    assert record.answer  # the half that did arrive, sealed
    assert isinstance(browser.come_back(departure), Lost)


def test_an_answer_that_cannot_be_read_is_kept_and_the_login_goes_on(site: Site, browser: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    site.sandbox.faults.next(call="status", body="malformed")
    assert isinstance(browser.come_back(departure), StillOpen)
    record = site.record(departure)
    assert record is not None
    assert record.answer
    assert "unreadable" in site.named(departure)
    assert isinstance(browser.wait(departure), Lost)  # assumed of CM: it gives the data once


def test_trouble_at_cm_is_raised_and_the_login_goes_on(site: Site, browser: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    site.sandbox.faults.next(call="status", status=503, message="later")
    with pytest.raises(ServerFailed):
        browser.come_back(departure)
    assert site.phase(departure) is Phase.STARTED
    assert isinstance(browser.wait(departure), SignedIn)


def test_odd_values_in_the_answer_lose_nobody(site: Site, browser: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    site.sandbox.faults.next(call="status", body="unknown-values")
    assert isinstance(browser.come_back(departure), SignedIn)


@ON_MEMORY
def test_a_login_whose_life_is_over_is_unknown_and_its_cookie_goes(site: Site, browser: Browser) -> None:
    departure = browser.start()
    site.clock.advance(3_601)
    assert isinstance(browser.come_back(departure), Unknown)
    assert browser.secret_of(departure) is None
    assert site.sweep().expired == (departure.login_id,)
    assert site.named(departure)[-1] == "expired"


@ON_MEMORY
def test_a_worker_that_died_while_asking_is_followed_up_by_a_sweep(site: Site, browser: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    site.call(site.store.claim, departure.login_id, bound=True)
    assert isinstance(browser.come_back(departure), Busy)
    assert site.sweep().asked == ()
    site.clock.advance(11)
    report = site.sweep()
    assert report.asked == report.delivered == (departure.login_id,)
    assert isinstance(browser.come_back(departure), SignedInAgain)
    assert site.reads(departure) == 1


@ON_MEMORY
def test_a_sweep_that_cannot_reach_cm_tries_again_at_the_next(site: Site, browser: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    site.call(site.store.claim, departure.login_id, bound=True)
    site.clock.advance(11)
    site.sandbox.faults.next(call="status", status=500)
    assert site.sweep().failed == (departure.login_id,)
    site.clock.advance(11)
    assert site.sweep().delivered == (departure.login_id,)


@ON_MEMORY
def test_one_login_that_cannot_be_looked_after_does_not_stop_the_others(site: Site) -> None:
    logins = [Browser(site).start() for _ in range(3)]
    for departure in logins:
        approve(site, departure)
        site.call(site.store.claim, departure.login_id, bound=True)
    bad = logins[1].login_id

    def fail(login_id: str) -> None:
        if login_id == bad:
            raise LookupError(login_id)

    site.in_handler = fail
    site.clock.advance(11)
    report = site.sweep()
    assert report.failed == (bad,)
    assert set(report.delivered) == {logins[0].login_id, logins[2].login_id}


def test_a_sweep_begins_with_nothing_new_when_its_time_is_over(site: Site) -> None:
    assert site.sweep(seconds=-1).asked == ()


def test_a_login_asks_its_store_four_times_each_time_for_a_write(site: Site, browser: Browser) -> None:
    done: list[str] = []
    site.after_store = lambda operation: done.append(type(operation).__name__)
    departure = browser.start()
    approve(site, departure)
    browser.come_back(departure)
    assert done == ["Insert", "Take", "Swap", "Swap"]


def test_who_declines_without_a_word_has_declined() -> None:
    assert (Declined().reason, Declined("too_young").reason, str(Declined("too_young"))) == (
        "declined",
        "too_young",
        "too_young",
    )
