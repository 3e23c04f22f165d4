"""Answers that wait in the spool: whose they are, who had come back for them, and what is told of them."""

from pathlib import Path
from typing import cast

import pytest
from attrs import evolve

from itsme_facade import Itsme, RawAnswer
from itsme_facade.errors import StoreUnavailable
from itsme_facade.flow import Busy, Departure, Lost, OtherBrowser, SignedIn
from itsme_facade.flow.room import login_in
from itsme_facade.store import MemoryStore, Phase, Record, Spool, Store
from itsme_facade.store.steps import Operation, Swap
from tests.flow.conftest import MakeSite
from tests.flow.site import Browser, Site, approve, approved, keeps_an_answer

pytestmark = pytest.mark.parametrize("kind", ["sync-memory"], indirect=True)


@pytest.fixture
def site(make_site: MakeSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setattr("itsme_facade.flow.asking._TRIES_AGAIN_AFTER", (0.001,))
    monkeypatch.setattr("itsme_facade.flow.delivering._TRIES_AGAIN_AFTER", (0.001, 0.001))
    return make_site(spool_dir=tmp_path / "spool", code_for_other_browser=True)


@pytest.fixture
def spool(site: Site) -> Spool:
    return cast("Spool", site.flow._parts.spool)


def told(site: Site, login: Departure) -> list[tuple[str, str | None, str]]:
    """Name, service and reason of what happened to a login."""
    return [(each.name.value, each.service, each.reason) for each in site.events if each.login_id == login.login_id]


def down_to_the_answer(operation: Operation) -> None:
    if keeps_an_answer(operation):
        raise StoreUnavailable("not today")


def put_aside(browser: Browser, departure: Departure) -> None:
    """This browser brings the answer, and the store does not take it."""
    browser.site.before_store = down_to_the_answer
    browser.come_back(departure)
    browser.site.before_store = lambda _: None


def spooled(browser: Browser, brought_by: Browser | None = None) -> Departure:
    """A login whose answer its browser, or another one, has brought and no store has taken."""
    departure = approved(browser, service="register")
    put_aside(brought_by or browser, departure)
    return departure


def forget(site: Site, login_id: str) -> None:
    """The store loses all but the start of a login, as one does that fails over to an older copy."""
    records = cast("MemoryStore", site.store)._records._records
    records[login_id] = evolve(records[login_id], phase=Phase.STARTED, bound=False, version=1, due_at=None)


def an_answer(site: Site, login_id: str) -> bytes:
    return site.room.seal_answer(RawAnswer(b'{"status": "success", "userId": "Q1"}').to_dict(), login_id)


def test_what_waits_of_other_logins_keeps_nobody_from_their_own(site: Site, spool: Spool) -> None:
    first, second = Browser(site), Browser(site)
    earlier, later = spooled(first), spooled(second)
    assert isinstance(second.wait(later), SignedIn)
    assert [each.login_id for each in spool.entries()] == [earlier.login_id]
    assert isinstance(first.wait(earlier), SignedIn)
    assert spool.entries() == []


def test_what_is_not_ours_keeps_nobody_from_their_own(site: Site, browser: Browser, spool: Spool) -> None:
    departure = browser.start()
    spool.put(departure.login_id, b"somebody else's", True)
    approve(site, departure)
    put_aside(browser, departure)
    assert isinstance(browser.wait(departure), SignedIn)
    assert [each.sealed for each in spool.entries()] == [b"somebody else's"]


def test_each_way_through_the_spool_is_told_word_for_word(site: Site, browser: Browser) -> None:
    departure = spooled(browser)
    assert told(site, departure)[1:] == [
        ("returned", "register", ""),
        ("claimed", "register", ""),
        ("spooled", "register", ""),
    ]
    site.sweep()
    assert told(site, departure)[4:] == [
        ("captured", None, "brought_in"),
        ("delivering", "register", ""),
        ("delivered", "register", ""),
    ]


def test_what_is_brought_in_too_late_is_told_by_its_login(site: Site, browser: Browser) -> None:
    departure = spooled(browser)
    site.clock.advance(3_601)
    assert site.sweep().brought_in == ()
    assert told(site, departure)[4:] == [("lost", None, "came_too_late"), ("expired", None, "claimed")]


def test_an_answer_whose_browser_had_come_back_is_delivered_even_if_the_store_forgot_that(
    site: Site, browser: Browser
) -> None:
    departure = spooled(browser)
    forget(site, departure.login_id)
    assert site.sweep().delivered == (departure.login_id,)


def test_an_answer_that_another_browser_brought_is_brought_in_for_nobody_yet(site: Site, browser: Browser) -> None:
    departure = spooled(browser, brought_by=Browser(site))
    report = site.sweep()
    assert (report.brought_in, report.delivered) == ((departure.login_id,), ())
    record = site.record(departure)
    assert record is not None
    assert (record.phase, record.bound) == (Phase.CAPTURED, False)
    assert isinstance(browser.come_back(departure), SignedIn)


def test_another_browser_finds_the_answer_that_it_put_aside_itself_and_does_not_ask_again(
    site: Site, browser: Browser, spool: Spool
) -> None:
    earlier = spooled(Browser(site))
    other = Browser(site)
    departure = spooled(browser, brought_by=other)
    site.clock.advance(11)
    shown = other.come_back(departure)
    assert isinstance(shown, OtherBrowser)
    assert shown.code is not None
    assert site.reads(departure) == 1
    assert [each.login_id for each in spool.entries()] == [earlier.login_id]
    assert isinstance(browser.type_code(departure, shown.code), SignedIn)


def test_another_browser_is_shown_no_code_while_the_answer_waits(site: Site, browser: Browser) -> None:
    departure = approved(browser, locale="nl")
    site.before_store = down_to_the_answer
    outcome = Browser(site).come_back(departure)
    assert isinstance(outcome, OtherBrowser)
    assert (outcome.login_id, outcome.locale, outcome.code) == (departure.login_id, "nl", None)


def test_a_store_that_forgets_at_the_wrong_moment_who_came_back_is_told_so_with_the_answer(
    site: Site, browser: Browser
) -> None:
    departure = approved(browser)
    kept: list[bool] = []

    def fails_over(operation: Operation) -> None:
        if keeps_an_answer(operation) and isinstance(operation, Swap):
            kept.append(operation.change.record.bound)
            if len(kept) == 1:
                forget(site, departure.login_id)
                raise StoreUnavailable("another one takes over")

    site.before_store = fails_over
    assert isinstance(browser.come_back(departure), SignedIn)
    assert kept == [True, True]


def test_an_answer_that_comes_after_the_logins_life_is_told_by_its_login(site: Site, browser: Browser) -> None:
    departure = approved(browser, service="register")

    def erased(operation: Operation) -> None:
        if keeps_an_answer(operation):
            cast("Store", site.store).purge()

    site.before_store = erased
    assert isinstance(browser.come_back(departure), Busy)
    assert told(site, departure)[-1] == ("lost", "register", "came_too_late")


def test_when_store_and_spool_fail_the_loss_is_told_by_its_login(
    site: Site, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreUnavailable("the disk is full")

    monkeypatch.setattr(Spool, "put", full)
    departure = approved(browser, service="register")
    with pytest.raises(StoreUnavailable):
        put_aside(browser, departure)
    assert told(site, departure)[-1] == ("lost", "register", "store_and_spool_failed")


def test_a_login_whose_data_went_elsewhere_is_lost_and_keeps_nothing(
    site: Site, browser: Browser, spool: Spool
) -> None:
    earlier = spooled(Browser(site))
    departure = approved(browser)
    with Itsme(site.sandbox.token, base_url=site.sandbox.api_url) as another:
        another.read_raw(login_in(site.room, cast("Record", site.record(departure))).departure.started)
    assert isinstance(browser.come_back(departure), Lost)
    record = site.record(departure)
    assert record is not None
    assert (record.phase, record.answer) == (Phase.LOST, b"")
    assert [each.login_id for each in spool.entries()] == [earlier.login_id]


def test_a_login_is_not_told_to_be_lost_whose_answer_comes_in_meanwhile(site: Site, browser: Browser) -> None:
    departure = approved(browser)
    site.sandbox.faults.next(call="status", drop="within-answer")

    def comes_in(operation: Operation) -> None:
        if isinstance(operation, Swap) and operation.change.record.phase is Phase.LOST:
            site.store.capture(departure.login_id, an_answer(site, departure.login_id))

    site.before_store = comes_in
    assert isinstance(browser.come_back(departure), SignedIn)
    assert "lost" not in site.named(departure)


def test_what_another_browser_asks_for_a_browser_that_came_before_is_left_for_that_one_to_take(
    site: Site, browser: Browser
) -> None:
    departure = browser.start()
    browser.come_back(departure)
    approve(site, departure)
    Browser(site).come_back(departure)
    assert site.phase(departure) is Phase.CAPTURED
    assert isinstance(browser.wait(departure), SignedIn)


def test_who_is_beaten_to_keeping_an_answer_does_not_say_to_have_kept_it(site: Site, browser: Browser) -> None:
    departure = approved(browser)

    def faster(operation: Operation) -> None:
        if keeps_an_answer(operation):
            site.store.capture(departure.login_id, an_answer(site, departure.login_id), bound=True)

    site.before_store = faster
    assert isinstance(browser.come_back(departure), SignedIn)
    assert "captured" not in site.named(departure)


def test_who_has_to_wait_for_the_store_is_told_where_the_login_goes_and_when_to_look_again(
    site: Site, browser: Browser
) -> None:
    departure = approved(browser, next="/basket", locale="nl")
    site.before_store = down_to_the_answer
    outcome = browser.come_back(departure)
    assert isinstance(outcome, Busy)
    assert (outcome.login_id, outcome.next, outcome.locale, outcome.retry_after) == (
        departure.login_id,
        "/basket",
        "nl",
        5.0,
    )
