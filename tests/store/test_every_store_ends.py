"""Any store tells what is due and what there is, and erases every login at the end of its life, by its own clock."""

from typing import cast

import pytest

from itsme_facade.store import Lives, Phase, Record
from itsme_facade.store.base import Store
from itsme_facade.store.steps import Due, Erase, Insert, Read
from tests.store.kinds import Place
from tests.store.logins import FAST, holding, login, put, short, started, there, wait


def test_a_login_whose_life_is_over_is_as_good_as_none(store: Store) -> None:
    login_id = short(store)
    assert store.look(login_id).record
    wait(0.2)
    seen = store.do(Read(login_id))
    assert seen
    assert store.look(login_id).record is None
    assert store.claim(login_id).record is None
    assert not store.capture(login_id, b"answer", bound=True).mine


def test_what_has_outlived_its_life_is_erased_and_given_back(store: Store) -> None:
    kept = started(store)
    gone = {short(store) for _ in range(3)}
    assert store.sweep() == ([], [])
    wait(0.2)
    due, erased = store.sweep()
    assert due == []
    assert {record.login_id for record in erased} == gone
    assert all(record.departure == b"sealed departure" for record in erased)
    assert store.do(Read(kept)) != store.do(Read(next(iter(gone))))
    assert store.sweep() == ([], [])
    assert store.stats().by_phase == {Phase.STARTED: 1}


def test_only_so_many_are_erased_at_a_time(store: Store) -> None:
    for _ in range(5):
        short(store, 0.01)
    wait(0.05)
    counts = [len(store.sweep(limit=2)[1]) for _ in range(4)]
    assert counts == [2, 2, 1, 0]


def test_a_capture_shortly_before_the_end_saves_the_login(place: Place) -> None:
    store = place.open(lives=Lives(open=0.3, undelivered=60, finished=60))
    login_id = started(store)
    store.claim(login_id, bound=True)
    store.capture(login_id, b"answer")
    wait(0.3)
    assert store.sweep() == ([login_id], [])
    assert there(store, login_id).answer == b"answer"


def test_every_life_ends(place: Place) -> None:
    store = place.open(lives=FAST)
    phases = [Phase.STARTED, Phase.CLAIMED, Phase.CAPTURED, Phase.DELIVERING, Phase.DELIVERED]
    ids = {put(store, phase) for phase in [*phases, Phase.REFUSED, Phase.LOST]}
    wait(0.25)
    assert {record.login_id for record in store.sweep()[1]} == ids
    assert store.stats().by_phase == {Phase.EXPIRED: 2}  # what held an identity; the next test is about those
    wait(0.25)
    assert store.sweep() == ([], [])
    assert store.stats().by_phase == {}


@pytest.mark.parametrize(
    ("phase", "bound", "reason"),
    [
        (Phase.CAPTURED, False, "captured"),
        (Phase.CAPTURED, True, "captured"),
        (Phase.DELIVERING, True, "captured"),
        (Phase.STARTED, False, "unreadable_answer"),
        (Phase.CLAIMED, True, "unreadable_answer"),
    ],
)
def test_an_answer_that_nobody_took_is_erased_at_the_end_and_that_is_written_down(
    place: Place, phase: Phase, bound: bool, reason: str
) -> None:
    store = place.open(lives=Lives(open=0.2, undelivered=0.2, finished=60))
    login_id = holding(store, phase, bound=bound)
    before = there(store, login_id)
    assert (before.phase, before.bound, before.answer) == (phase, bound, b"sealed answer")
    wait(0.25)
    due, (ended,) = store.sweep()
    assert due == []
    assert ended == there(store, login_id)  # whoever dies now, and has told nobody, has not lost it without a word
    assert (ended.phase, ended.reason, ended.version) == (Phase.EXPIRED, reason, before.version + 1)
    assert (ended.answer, ended.code_digest, ended.due_at) == (b"", b"", None)
    assert (ended.departure, ended.state_digest) == (before.departure, before.state_digest)
    assert ended.expires_at > before.expires_at + 30
    assert store.sweep() == ([], [])
    assert store.capture(login_id, b"it turned up", bound=True).mine  # over lost and expired alike


def test_a_handler_that_returns_after_the_end_has_taken_the_identity(place: Place) -> None:
    store = place.open(lives=Lives(open=0.2, undelivered=0.2, finished=60))
    login_id = holding(store, Phase.DELIVERING, bound=True)
    wait(0.25)
    assert [record.phase for record in store.sweep()[1]] == [Phase.EXPIRED]
    assert store.delivered(login_id, b"reference").mine
    kept = there(store, login_id)
    assert (kept.phase, kept.reference, kept.answer) == (Phase.DELIVERED, b"reference", b"")


def test_an_identity_that_expired_is_told_of_once(place: Place) -> None:
    store = place.open(lives=Lives(open=0.2, undelivered=0.2, finished=0.2))
    login_id = holding(store, Phase.DELIVERING, bound=True)
    wait(0.25)
    assert [record.login_id for record in store.sweep()[1]] == [login_id]
    wait(0.25)
    assert store.sweep() == ([], [])
    assert store.stats().by_phase == {}


def test_what_ends_in_either_way_keeps_to_one_limit(place: Place) -> None:
    store = place.open(lives=Lives(open=0.2, undelivered=0.2, finished=60))
    for _ in range(3):
        holding(store, Phase.CAPTURED, bound=True)
        started(store)
    wait(0.25)
    assert [len(store.sweep(4)[1]) for _ in range(3)] == [4, 2, 0]
    assert store.stats().by_phase == {Phase.EXPIRED: 3}


def test_what_is_due_is_named_the_longest_waiting_first(store: Store) -> None:
    later, never, soon, now = (started(store) for _ in range(4))
    store.claim(later, lease=60)
    store.claim(soon, lease=0.6)
    store.claim(now, lease=0.0)
    assert never not in store.sweep()[0]
    wait(0.6)
    assert store.do(Due(10)) == [now, soon]
    assert store.do(Due(1)) == [now]
    assert store.do(Due(0)) == []


def test_what_is_due_and_over_is_erased_instead(store: Store) -> None:
    login_id = short(store, 0.6)
    store.claim(login_id, lease=0.0)
    assert store.do(Due(10)) == [login_id]
    wait(0.6)
    assert store.do(Due(10)) == []


def test_purge_erases_by_age_whatever_the_phase(store: Store) -> None:
    old = [put(store, phase) for phase in (Phase.STARTED, Phase.CAPTURED, Phase.DELIVERED)]
    wait(0.3)
    young = started(store)
    assert store.purge(0.3) == len(old)
    assert there(store, young).phase is Phase.STARTED
    assert store.purge(3_600) == 0
    wait(0.0)
    assert store.purge() == 1
    assert store.purge() == 0


def test_erasing_by_age_keeps_to_its_limit(store: Store) -> None:
    for _ in range(3):
        started(store)
    holding(store, Phase.CAPTURED, bound=True)
    wait(0.0)
    batches = [cast("tuple[list[Record], list[Record]]", store.do(Erase(2, 0.0))) for _ in range(3)]
    assert [len(erased) for erased, _ in batches] == [2, 2, 0]
    assert [expired for _, expired in batches] == [[], [], []]


def test_stats_say_what_there_is_in_numbers(store: Store) -> None:
    assert (store.stats().by_phase, store.stats().oldest) == ({}, 0.0)
    put(store, Phase.STARTED)
    put(store, Phase.DELIVERED)
    put(store, Phase.CAPTURED)  # due at once
    store.claim(started(store), lease=0.0)
    store.do(Insert(login(), 0.1))
    wait(0.1)
    stats = store.stats()
    expected = {Phase.STARTED: 2, Phase.DELIVERED: 1, Phase.CAPTURED: 1, Phase.CLAIMED: 1}
    assert (dict(stats.by_phase), stats.overdue, stats.expired) == (expected, 2, 1)
    assert 0.1 <= stats.oldest < 60
