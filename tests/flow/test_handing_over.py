"""Handing the identity over: what is told when the handler takes it, declines it, raises, or was too slow."""

from typing import cast

import pytest
from attrs import evolve

from itsme_facade.errors import StoreUnavailable
from itsme_facade.flow import Busy, Declined, Departure, FlowOutcome, Refused, SignedIn, SignedInAgain
from itsme_facade.flow.room import Arrival
from itsme_facade.store import Phase, Store
from itsme_facade.store.steps import Operation, Swap
from tests.flow.conftest import MakeSite
from tests.flow.site import Browser, Site, approve
from tests.flow.telling import known

pytestmark = pytest.mark.parametrize("kind", ["sync-memory"], indirect=True)


def told(site: Site, last: int) -> list[tuple[str | None, str, str | None, str]]:
    """Login, name, service and reason of the last things that happened."""
    return [(each.login_id, each.name.value, each.service, each.reason) for each in site.events[-last:]]


def declining(reason: object) -> Declined:
    declined = Declined()
    declined.reason = cast("str", reason)
    return declined


def approved(site: Site, browser: Browser) -> Departure:
    departure = browser.start(service="register", next="/basket", locale="nl")
    approve(site, departure)
    return departure


@pytest.mark.parametrize(("reason", "word"), [("too_young", "too_young"), ("", "declined"), (5, "declined")])
def test_a_person_whom_the_application_declines_is_told_why(
    site: Site, browser: Browser, reason: object, word: str
) -> None:
    def decline(_: str) -> None:
        raise declining(reason)

    departure = approved(site, browser)
    site.in_handler = decline
    outcome = browser.come_back(departure)
    assert isinstance(outcome, Refused)
    assert outcome.reason == word
    assert known(outcome) == (departure.login_id, "/basket", "nl")
    assert told(site, 1) == [(departure.login_id, "refused", "register", word)]


def test_a_handler_that_raises_is_told_by_the_kind_of_error(site: Site, browser: Browser) -> None:
    def fail(_: str) -> None:
        raise LookupError("Lucas Maes, Tongeren")

    departure = approved(site, browser)
    site.in_handler = fail
    with pytest.raises(LookupError):
        browser.come_back(departure)
    assert told(site, 1) == [(departure.login_id, "failed", "register", "LookupError")]


def test_who_declines_when_another_worker_has_delivered_is_told_what_that_one_made_of_it(
    site: Site, browser: Browser
) -> None:
    def too_late(login_id: str) -> None:
        arrival = Arrival(reference="user of the other", service="register", next="/basket", locale="nl")
        cast("Store", site.store).delivered(login_id, site.room.seal_arrival(arrival, login_id))
        raise Declined("too_young")

    departure = approved(site, browser)
    site.in_handler = too_late
    outcome = browser.come_back(departure)
    assert isinstance(outcome, SignedInAgain)
    assert (outcome.reference, *known(outcome)) == ("user of the other", departure.login_id, "/basket", "nl")
    assert "refused" not in site.named(departure)


def test_a_handler_that_takes_so_long_that_the_identity_expires_meanwhile_has_taken_it(
    site: Site, browser: Browser
) -> None:
    def slow(_: str) -> None:
        site.clock.advance(site.room.lives.undelivered + 1)
        assert site.sweep().expired_with_identity == (departure.login_id,)

    departure = approved(site, browser)
    site.in_handler = slow
    assert isinstance(browser.come_back(departure), SignedIn)
    assert site.named(departure)[-2:] == ["expired", "delivered"]


def test_who_finds_that_another_worker_runs_the_handler_does_not_run_it(site: Site, browser: Browser) -> None:
    departure = approved(site, browser)
    Browser(site).come_back(departure)  # has the answer kept, so that delivering is a write of its own

    def faster(operation: Operation) -> None:
        if isinstance(operation, Swap) and operation.change.record.phase is Phase.DELIVERING:
            cast("Store", site.store).deliver(departure.login_id)

    site.before_store = faster
    assert isinstance(browser.come_back(departure), Busy)
    assert site.taken == []


@pytest.mark.parametrize("first", ["this browser", "another browser"])
def test_a_handler_has_as_long_as_the_flow_was_told(site: Site, browser: Browser, first: str) -> None:
    site.room = evolve(site.room, delivery_lease=7.0)
    left: list[float] = []

    def look(login_id: str) -> None:
        record = site.record(login_id)
        assert record is not None
        left.append((record.due_at or 0.0) - site.clock())

    site.in_handler = look
    departure = approved(site, browser)
    if first == "another browser":
        Browser(site).come_back(departure)
    assert isinstance(browser.come_back(departure), SignedIn)
    assert 6.0 < left[0] <= 7.0


def test_who_linked_an_account_and_comes_back_as_another_is_refused_where_the_login_was_meant_to_go(
    site: Site, browser: Browser
) -> None:
    departure = browser.start(next="/basket", locale="nl", account="alice")
    approve(site, departure)
    assert isinstance(browser.come_back(departure, account="alice"), SignedIn)
    assert [taken.login_id for taken in site.taken] == [departure.login_id]
    outcome = browser.come_back(departure, account="bob")
    assert isinstance(outcome, Refused)
    assert (outcome.reason, *known(outcome)) == ("account_changed", departure.login_id, "/basket", "nl")


def test_a_reference_is_kept_though_the_store_took_it_at_the_last_try_only(
    site: Site, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("itsme_facade.flow.delivering._TRIES_AGAIN_AFTER", (0.001,) * 3)
    failures = [1, 2, 3]

    def down(operation: Operation) -> None:
        if isinstance(operation, Swap) and operation.change.delivers and failures:
            failures.pop()
            raise StoreUnavailable("not today")

    departure = approved(site, browser)
    site.before_store = down
    assert isinstance(browser.come_back(departure), SignedIn)
    assert failures == []
    again = browser.come_back(departure)
    assert isinstance(again, SignedInAgain)
    assert again.reference == "user Lucas Maes"


def test_a_reference_may_be_a_thousand_characters_long_and_no_longer(make_site: MakeSite) -> None:
    def refer(length: int) -> FlowOutcome:
        def handler(*_: object) -> str:
            return "x" * length

        site = make_site(on_identity=handler)
        browser = Browser(site)
        return browser.come_back(approved(site, browser))

    outcome = refer(1_000)
    assert isinstance(outcome, SignedIn)
    assert len(outcome.reference) == 1_000
    with pytest.raises(TypeError, match="1 to 1000 characters"):
        refer(1_001)
