"""A browser that comes back while another worker is at its login waits for it, and takes what that one leaves."""

from typing import cast

import pytest
from attrs import evolve

from itsme_facade import RawAnswer
from itsme_facade.flow import Busy, Flow, Refused, SignedInAgain, StillOpen
from itsme_facade.flow.delivering import outcome_of
from itsme_facade.flow.effects import AskStatus, Pause
from itsme_facade.flow.room import Arrival, login_in
from itsme_facade.store import Phase, Store
from itsme_facade.store.record import Seen
from itsme_facade.store.steps import Operation, Read
from tests.flow.site import Browser, Site, approve

pytestmark = pytest.mark.parametrize("kind", ["sync-memory"], indirect=True)


def store_of(site: Site) -> Store:
    return cast("Store", site.store)


def test_it_asks_itself_when_the_other_worker_gave_back_its_claim(site: Site, browser: Browser) -> None:
    departure = browser.start()
    store_of(site).claim(departure.login_id)

    def gives_back(operation: Operation) -> None:
        if isinstance(operation, Read):
            store_of(site).release(departure.login_id)

    site.before_store = gives_back
    with site.patience(5.0):
        assert isinstance(browser.come_back(departure), StillOpen)
    assert site.reads(departure) == 1


def test_it_is_told_what_the_other_worker_delivered_for_its_account(site: Site, browser: Browser) -> None:
    departure = browser.start(account="alice")
    approve(site, departure)
    sealed = site.room.seal_answer(RawAnswer(b'{"userId": "Q1"}').to_dict(), departure.login_id)
    store_of(site).capture(departure.login_id, sealed, bound=True)
    store_of(site).deliver(departure.login_id)
    arrival = Arrival(reference="user", service="login", account="alice")

    def delivers(operation: Operation) -> None:
        if isinstance(operation, Read):
            store_of(site).delivered(departure.login_id, site.room.seal_arrival(arrival, departure.login_id))

    site.before_store = delivers
    with site.patience(5.0):
        outcome = browser.come_back(departure, account="alice")
    assert isinstance(outcome, SignedInAgain)
    assert (outcome.reference, outcome.linked) == ("user", True)


def test_it_looks_again_after_longer_and_longer_pauses_and_not_for_ever(site: Site, browser: Browser) -> None:
    departure = browser.start()
    store_of(site).claim(departure.login_id)
    pauses: list[float] = []
    cast("Flow", site.flow)._doing[Pause] = lambda step: pauses.append(step.seconds)
    with site.patience(1.0):
        assert isinstance(browser.come_back(departure), Busy)
    assert pauses == [0.05, 0.1, 0.2, 0.25, 0.25, 0.25]


@pytest.mark.parametrize("again", [False, True])
def test_a_worker_has_as_long_to_ask_as_the_flow_was_told(site: Site, browser: Browser, again: bool) -> None:
    site.room = evolve(site.room, read_lease=7.0)
    departure = browser.start()
    doing = cast("Flow", site.flow)._doing
    asks, left = doing[AskStatus], list[float]()

    def look(step: AskStatus) -> object:
        record = site.record(departure)
        assert record is not None
        left.append((record.due_at or 0.0) - site.clock())
        return asks(step)

    doing[AskStatus] = look
    assert isinstance(browser.come_back(departure), StillOpen)
    if again:
        assert isinstance(browser.wait(departure), StillOpen)
    assert len(left) == 1 + again
    assert all(6.0 < each <= 7.0 for each in left)


def test_what_somebody_faster_made_of_a_login_is_what_the_slower_one_is_told(site: Site, browser: Browser) -> None:
    departure = browser.start(next="/basket", locale="nl", account="alice")
    record = site.record(departure)
    assert record is not None
    login = login_in(site.room, record)
    arrival = Arrival(reference="user", service="login", next="/basket", locale="nl", account="alice")
    sealed = site.room.seal_arrival(arrival, departure.login_id)
    delivered = evolve(record, phase=Phase.DELIVERED, reference=sealed, delivered_at=1_000.0)
    again = outcome_of(site.room, login, Seen(delivered, 1_060.0))
    assert isinstance(again, SignedInAgain)
    assert (again.reference, again.signs_in, again.linked) == ("user", True, True)
    late = outcome_of(site.room, login, Seen(delivered, 1_060.1))
    assert isinstance(late, SignedInAgain)
    assert not late.signs_in
    refused = outcome_of(site.room, login, Seen(evolve(record, phase=Phase.REFUSED, reason="too_young"), 0.0))
    assert isinstance(refused, Refused)
    assert (refused.reason, refused.login_id, refused.next, refused.locale) == (
        "too_young",
        departure.login_id,
        "/basket",
        "nl",
    )
    assert outcome_of(site.room, login, Seen(record, 0.0)) is None
    assert outcome_of(site.room, login, Seen(None, 0.0)) is None
