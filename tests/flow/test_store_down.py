"""The store fails before, during and after CM's answer: nothing is consumed, or it comes back from the spool."""

import logging
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from itsme_facade.errors import StoreUnavailable
from itsme_facade.flow import Busy, Lost, SignedIn, SignedInAgain
from itsme_facade.store import Phase, Spool
from itsme_facade.store.steps import Insert, Operation, Read, Swap, Take
from tests.flow.conftest import MakeSite
from tests.flow.site import Browser, Site, approve, keeps_an_answer

ON_MEMORY = pytest.mark.parametrize("kind", ["sync-memory", "asyncio-memory", "trio-memory"], indirect=True)


@pytest.fixture
def site(make_site: MakeSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setattr("itsme_facade.flow.asking._TRIES_AGAIN_AFTER", (0.001, 0.001))
    monkeypatch.setattr("itsme_facade.flow.delivering._TRIES_AGAIN_AFTER", (0.001, 0.001))
    return make_site(spool_dir=tmp_path / "spool")


@pytest.fixture
def spool(site: Site) -> Spool:
    spool = site.flow._parts.spool
    assert isinstance(spool, Spool)
    return spool


def down(operation: Operation) -> None:
    raise StoreUnavailable(f"no {type(operation).__name__} today", retry_safe=True)


def up(_: Operation) -> None:
    return None


def down_to(phase: Phase) -> Callable[[Operation], None]:
    """A store that fails to write one phase."""

    def fail(operation: Operation) -> None:
        if isinstance(operation, Swap) and operation.change.record.phase is phase:
            down(operation)

    return fail


def down_to_the_answer(operation: Operation) -> None:
    """A store that does not take CM's answer."""
    if keeps_an_answer(operation):
        down(operation)


def test_a_store_that_is_down_at_the_start_leaves_nothing(site: Site, browser: Browser) -> None:
    site.before_store = down
    with pytest.raises(StoreUnavailable):
        browser.start()
    assert browser.cookies == {}


@pytest.mark.parametrize(("comes", "kind_of_step"), [("here", Take), ("elsewhere", Read), ("elsewhere", Swap)])
def test_a_store_that_is_down_before_the_read_consumes_nothing(
    site: Site, browser: Browser, comes: str, kind_of_step: type[Operation]
) -> None:
    departure = browser.start()
    approve(site, departure)
    site.before_store = lambda operation: down(operation) if isinstance(operation, kind_of_step) else None
    with pytest.raises(StoreUnavailable):
        (browser if comes == "here" else Browser(site)).come_back(departure)
    assert site.reads(departure) == 0
    site.before_store = up
    assert isinstance(browser.come_back(departure), SignedIn)


def test_an_answer_that_the_store_does_not_take_goes_to_the_spool_and_comes_back(
    site: Site, browser: Browser, spool: Spool
) -> None:
    departure = browser.start()
    approve(site, departure)
    site.before_store = down_to_the_answer
    outcome = browser.come_back(departure)
    assert isinstance(outcome, Busy)
    assert site.named(departure)[-1] == "spooled"
    (entry,) = spool.entries()
    assert (entry.login_id, entry.bound) == (departure.login_id, True)
    assert b"Lucas" not in entry.sealed
    site.before_store = up
    assert isinstance(browser.wait(departure), SignedIn)
    assert spool.entries() == []
    assert site.reads(departure) == 1


def test_a_sweep_brings_the_spool_in_and_delivers(site: Site, browser: Browser, spool: Spool) -> None:
    departure = browser.start()
    approve(site, departure)
    site.before_store = down_to_the_answer
    browser.come_back(departure)
    site.before_store = up
    report = site.sweep()
    assert report.brought_in == report.delivered == (departure.login_id,)
    assert spool.entries() == []
    assert isinstance(browser.come_back(departure), SignedInAgain)


@ON_MEMORY
def test_an_answer_in_the_spool_wins_over_a_login_that_was_called_lost(
    site: Site, browser: Browser, spool: Spool
) -> None:
    departure = browser.start()
    approve(site, departure)
    site.before_store = down_to_the_answer
    browser.come_back(departure)
    site.before_store = up
    # Another machine, without this spool, asks again after the lease and is told success without data.
    site.clock.advance(11)
    (entry,) = spool.entries()
    spool.remove(entry)
    assert site.sweep().lost == (departure.login_id,)
    assert isinstance(browser.come_back(departure), Lost)
    spool.put(entry.login_id, entry.sealed, entry.bound)
    assert isinstance(browser.come_back(departure), SignedIn)


@ON_MEMORY
def test_an_answer_that_comes_back_after_the_logins_life_is_named_lost(
    site: Site, browser: Browser, spool: Spool
) -> None:
    departure = browser.start()
    approve(site, departure)
    site.before_store = down_to_the_answer
    browser.come_back(departure)
    site.before_store = up
    site.clock.advance(3_601)
    site.sweep()
    assert "lost" in site.named(departure)
    assert spool.entries() == []


def test_what_is_not_ours_in_the_spool_is_left_there_and_takes_no_place(
    site: Site, browser: Browser, spool: Spool, caplog: pytest.LogCaptureFixture
) -> None:
    departure = browser.start()
    spool.put(departure.login_id, b"somebody else's", True)
    with caplog.at_level(logging.WARNING):
        assert site.sweep().brought_in == ()
    assert "opens with none of the keys" in caplog.text
    assert len(spool.entries()) == 1
    approve(site, departure)
    assert isinstance(browser.come_back(departure), SignedIn)


def test_when_store_and_spool_fail_the_login_is_named_lost_and_the_error_comes_out(
    site: Site, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreUnavailable("the disk is full")

    departure = browser.start()
    approve(site, departure)
    monkeypatch.setattr(Spool, "put", full)
    site.before_store = down_to_the_answer
    with pytest.raises(StoreUnavailable, match="disk is full"):
        browser.come_back(departure)
    last = site.events[-1]
    assert (last.name, last.reason) == ("lost", "store_and_spool_failed")


def test_without_a_folder_the_answer_waits_in_memory(make_site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("itsme_facade.flow.asking._TRIES_AGAIN_AFTER", ())
    site = make_site()
    browser = Browser(site)
    departure = browser.start()
    approve(site, departure)
    site.before_store = down_to_the_answer
    assert isinstance(browser.come_back(departure), Busy)
    assert (site.events[-1].name, site.events[-1].reason) == ("spooled", "memory")
    site.before_store = up
    assert isinstance(browser.wait(departure), SignedIn)


def test_a_store_that_hangs_is_not_asked_again_and_again_while_the_answer_is_in_memory_alone(
    site: Site, browser: Browser, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("itsme_facade.flow.asking._TRIES_FOR", 0.05)
    departure = browser.start()
    approve(site, departure)
    tries: list[Operation] = []

    def hang(operation: Operation) -> None:
        if keeps_an_answer(operation):
            tries.append(operation)
            time.sleep(0.06)
            down(operation)

    site.before_store = hang
    assert isinstance(browser.come_back(departure), Busy)
    assert len(tries) == 1
    (entry,) = spool.entries()
    assert entry.login_id == departure.login_id


def test_a_capture_that_succeeds_at_the_second_try_needs_no_spool(site: Site, browser: Browser, spool: Spool) -> None:
    departure = browser.start()
    approve(site, departure)
    failures = [1]

    def once(operation: Operation) -> None:
        if keeps_an_answer(operation) and failures:
            failures.pop()
            down(operation)

    site.before_store = once
    assert isinstance(browser.come_back(departure), SignedIn)
    assert spool.entries() == []


@pytest.mark.parametrize("first", ["this_browser", "other_browser"])
@pytest.mark.parametrize("phase", [Phase.CLAIMED, Phase.DELIVERING, Phase.DELIVERED])
def test_a_write_that_took_place_and_whose_answer_did_not_come_loses_nothing(
    site: Site, browser: Browser, phase: Phase, first: str, kind: str
) -> None:
    departure = browser.start()
    approve(site, departure)
    if first == "other_browser" and phase is not Phase.CLAIMED:
        Browser(site).come_back(departure)  # has the answer kept, so that keeping and delivering are two writes
    failures = [1]

    def once(operation: Operation) -> None:
        if isinstance(operation, Swap) and operation.change.record.phase is phase and failures:
            failures.pop()
            down(operation)

    site.after_store = once
    try:
        outcome = browser.come_back(departure)
    except StoreUnavailable:
        assert phase is Phase.CLAIMED or (first, phase) == ("other_browser", Phase.DELIVERING)
        if not kind.endswith("memory"):
            return
        site.clock.advance(31)
        assert site.sweep().delivered == (departure.login_id,)
        outcome = browser.come_back(departure)
    assert isinstance(outcome, SignedIn | SignedInAgain)
    assert site.names_taken(departure) == ["Lucas Maes"]


@ON_MEMORY
def test_a_delivery_that_cannot_be_noted_is_delivered_again_after_its_lease(site: Site, browser: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    site.before_store = down_to(Phase.DELIVERED)
    with pytest.raises(StoreUnavailable):
        browser.come_back(departure)
    site.before_store = up
    assert site.phase(departure) is Phase.DELIVERING
    site.clock.advance(31)
    assert isinstance(browser.come_back(departure), SignedIn)
    assert site.names_taken(departure) == ["Lucas Maes"] * 2  # at least once: on_identity is idempotent


def test_a_store_that_fails_while_a_handler_raises_hides_not_what_it_raised(site: Site, browser: Browser) -> None:
    def fail(_: str) -> None:
        site.before_store = down
        raise LookupError("mine")

    departure = browser.start()
    approve(site, departure)
    site.in_handler = fail
    with pytest.raises(LookupError, match="mine"):
        browser.come_back(departure)


def test_a_start_writes_before_the_browser_is_sent_away(site: Site, browser: Browser) -> None:
    site.before_store = lambda operation: down(operation) if isinstance(operation, Insert) else None
    with pytest.raises(StoreUnavailable):
        browser.start()
    assert site.events == []
