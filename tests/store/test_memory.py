"""The store in memory by a clock that stands still: every edge of its five operations, its numbers, its defaults."""

from typing import cast

import pytest
from anyio import run
from attrs import evolve

from itsme_facade import InvalidArguments
from itsme_facade.store import AsyncMemoryStore, MemoryStore, Phase, Record, phases
from itsme_facade.store.record import Seen
from itsme_facade.store.steps import Due, Erase, Insert, Read, Swap

NOW = 1_000.0


class Still:
    """A clock that stands still until it is set."""

    now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Still:
    return Still()


@pytest.fixture
def store(clock: Still) -> MemoryStore:
    return MemoryStore(clock=clock)


def login(number: int = 0) -> Record:
    return Record(login_id=f"{number:026}")


def claim(store: MemoryStore, record: Record, lease: float) -> None:
    assert store.claim(record.login_id, lease=lease).mine


def test_a_login_is_added_once_with_times_by_the_clock(store: MemoryStore) -> None:
    assert store.do(Insert(login(), 11.0)) == NOW
    assert store.do(Read(login().login_id)) == Seen(evolve(login(), created_at=NOW, expires_at=NOW + 11.0), NOW)
    with pytest.raises(InvalidArguments) as caught:
        store.do(Insert(login(), 11.0))
    assert [problem.argument for problem in caught.value.problems] == ["login_id"]


def test_a_write_takes_place_onto_the_version_before_it_alone(store: MemoryStore) -> None:
    store.do(Insert(login(), 11.0))
    change = phases.claim(login(), NOW, bound=False, lease=5.0)
    assert change is not None
    assert store.do(Swap(change)) == NOW
    assert store.do(Swap(change)) is None
    further = evolve(change, record=evolve(change.record, version=4))
    assert store.do(Swap(further)) is None
    assert store.do(Swap(evolve(change, record=evolve(change.record, login_id="z" * 26)))) is None


def test_the_longest_waiting_is_named_first_and_what_is_over_not_at_all(store: MemoryStore, clock: Still) -> None:
    for number, lease in ((0, 7.0), (1, 3.0), (2, 5.0), (3, 9.0)):
        store.add(login(number))
        claim(store, login(number), lease)
    store.add(login(4))
    assert store.do(Due(10)) == []
    clock.now = NOW + 7.0
    assert store.do(Due(10)) == [login(1).login_id, login(2).login_id, login(0).login_id]
    assert store.do(Due(2)) == [login(1).login_id, login(2).login_id]
    clock.now = NOW + store.lives.open
    assert store.do(Due(10)) == []


def test_what_is_over_is_erased_up_to_a_limit(store: MemoryStore, clock: Still) -> None:
    for number in range(3):
        store.add(login(number))
    clock.now = NOW + store.lives.open - 0.1
    assert store.do(Erase(10)) == ([], [])
    clock.now = NOW + store.lives.open
    erased, expired = cast("tuple[list[Record], list[Record]]", store.do(Erase(2)))
    assert (len(erased), expired) == (2, [])
    assert sum(store.stats().by_phase.values()) == 1


@pytest.mark.parametrize(("age", "left"), [(5.0, 1), (4.9, 1), (5.1, 2), (0.0, 0)])
def test_what_is_old_is_erased_by_its_age(store: MemoryStore, clock: Still, age: float, left: int) -> None:
    store.add(login(0))
    clock.now = NOW + 5.0
    store.add(login(1))
    store.do(Erase(10, age))
    assert sum(store.stats().by_phase.values()) == left


def test_its_numbers_are_those_of_what_is_in_it(store: MemoryStore, clock: Still) -> None:
    empty = store.stats()
    assert (empty.by_phase, empty.overdue, empty.expired, empty.oldest) == ({}, 0, 0, 0.0)
    for number in range(3):
        store.add(login(number))
    claim(store, login(0), 5.0)
    clock.now = NOW + 5.0
    seen = store.stats()
    assert (seen.by_phase, seen.overdue, seen.expired, seen.oldest) == (
        {Phase.STARTED: 2, Phase.CLAIMED: 1},
        1,
        0,
        5.0,
    )
    clock.now = NOW + store.lives.open
    over = store.stats()
    assert (over.overdue, over.expired) == (0, 3)


def test_the_defaults_of_both_sides_are_the_same() -> None:
    store, other = MemoryStore(), AsyncMemoryStore()

    async def of_the_other() -> Record | None:
        await other.add(login())
        await other.claim(login().login_id)
        await other.release(login().login_id)
        await other.claim(login().login_id)
        await other.release(login().login_id, Phase.LOST)
        assert await other.sweep() == ([], [])
        seen = await other.look(login().login_id)
        assert await other.purge() == 1
        return seen.record

    store.add(login())
    store.claim(login().login_id)
    store.release(login().login_id)
    store.claim(login().login_id)
    store.release(login().login_id, Phase.LOST)
    assert store.sweep() == ([], [])
    record = store.look(login().login_id).record
    assert store.purge() == 1
    there = run(of_the_other)
    assert record is not None
    assert there is not None
    for each in (record, there):
        assert (each.phase, each.reason, each.bound, each.version) == (Phase.LOST, "", False, 5)


def test_a_sweep_erases_a_hundred_unless_told_otherwise(clock: Still) -> None:
    store, other = MemoryStore(clock=clock), AsyncMemoryStore(clock=clock)

    async def fill() -> None:
        for number in range(101):
            await other.add(login(number))

    run(fill)
    for number in range(101):
        store.add(login(number))
    clock.now = NOW + store.lives.open
    assert [len(store.sweep()[1]) for _ in range(3)] == [100, 1, 0]
    assert [len(run(other.sweep)[1]) for _ in range(3)] == [100, 1, 0]


def test_an_answer_is_kept_for_nobody_unless_somebody_has_come_back() -> None:
    store, other = MemoryStore(), AsyncMemoryStore()

    async def of_the_other() -> Seen:
        await other.add(login())
        return await other.capture(login().login_id, b"sealed")

    store.add(login())
    for seen in (store.capture(login().login_id, b"sealed"), run(of_the_other)):
        assert seen.record is not None
        assert seen.record.bound is False
