"""Whatever is done to them, every store is left with what the memory store is left with."""

from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from itsme_facade.carrying import carry_out
from itsme_facade.store import Lives, MemoryStore, Phase, Record, steps
from itsme_facade.store.base import Store
from itsme_facade.store.record import Change, Seen
from itsme_facade.store.steps import Due, Erase, Read, Swap
from tests.store.kinds import SHARED
from tests.store.logins import login

LIVES = Lives()
IDS = ["one", "two"]
# No lease and no life ends while the test runs, or each ends at once: the stores' clocks are not the same.
leases = st.sampled_from([0.0, 600.0])
blobs = st.binary(max_size=40)
words = st.text(st.characters(exclude_categories=["C"]), max_size=10)
lives = st.just(LIVES)
digests = st.sampled_from([b"right", b"wrong"])
ends = st.sampled_from([Phase.STARTED, Phase.REFUSED, Phase.LOST])
OPTIONS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "take": {"state_digest": digests, "browser_digest": digests, "lease": leases},
    "claim": {"bound": st.booleans(), "lease": leases},
    "release": {"to": ends, "reason": words, "lives": lives},
    "capture": {"answer": blobs, "bound": st.booleans(), "lives": lives},
    "keep_odd": {"answer": blobs},
    "bind": {"lives": lives},
    "deliver": {"lease": leases},
    "delivered": {"reference": blobs, "lives": lives},
    "declined": {"reason": words, "lives": lives},
    "failed": {},
    "sign_out": {},
    "offer_code": {"digest": blobs, "life": st.just(60.0)},
    "wrong_code": {},
}
each_step = st.one_of(
    [
        st.tuples(st.just(name), st.sampled_from([*IDS, "nobody"]), st.fixed_dictionaries(options))
        for name, options in OPTIONS.items()
    ]
)


def told(record: Record | None) -> Record | None:
    """Without its times, save whether there is one: each store has its own clock."""
    if record is None:
        return None
    return evolve(
        record,
        created_at=0.0,
        expires_at=round((record.expires_at - record.created_at) / 60),
        due_at=None if record.due_at is None else round((record.due_at - record.created_at) / 60),
        delivered_at=None if record.delivered_at is None else 1.0,
        code_until=round((record.code_until - record.created_at) / 60) if record.code_until else 0.0,
    )


def state(store: Store) -> list[Any]:
    stats = store.stats()
    due: Any = store.do(Due(10))
    erased = store.do(Erase(10))
    seen = [store.do(Read(login_id)) for login_id in IDS]
    records = [told(each.record) for each in seen if isinstance(each, Seen)]
    return [records, dict(stats.by_phase), stats.overdue, stats.expired, sorted(map(str, due)), erased]


def _step(name: str, login_id: str, options: dict[str, Any]) -> steps.Steps[Seen]:
    step: steps.Steps[Seen] = getattr(steps, name)(login_id, **options)
    return step


@pytest.mark.parametrize("kind", SHARED)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(taken=st.lists(each_step, max_size=15))
def test_after_any_steps_every_store_holds_the_same(store: Store, taken: list[tuple[str, str, dict[str, Any]]]) -> None:
    model = MemoryStore()
    stores = store, model
    store.purge(-60.0)
    for login_id in IDS:
        record = login(login_id=login_id, state_digest=b"right", browser_digest=b"right")
        for each in stores:
            each.add(record)
    for name, login_id, options in taken:
        ours, theirs = [carry_out(_step(name, login_id, options), each.do) for each in stores]
        assert (ours.mine, told(ours.record)) == (theirs.mine, told(theirs.record))
    assert state(store) == state(model)


@pytest.mark.parametrize("kind", SHARED)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    phase=st.sampled_from(list(Phase)),
    keeps_due=st.booleans(),
    due_in=st.none() | leases,
    life=st.none() | st.just(1_200.0),
    delivers=st.booleans(),
    code_life=st.none() | st.just(60.0),
    blob=blobs,
    word=words,
    count=st.integers(0, 2**31 - 1),
)
def test_any_change_is_written_as_the_memory_store_writes_it(
    store: Store,
    phase: Phase,
    keeps_due: bool,
    due_in: float | None,
    life: float | None,
    delivers: bool,
    code_life: float | None,
    blob: bytes,
    word: str,
    count: int,
) -> None:
    model = MemoryStore()
    store.purge(-60.0)
    record = login(login_id="one")
    for each in (store, model):
        each.add(record)
        before = each.look("one").record
        assert before is not None
        after = evolve(before, version=2, phase=phase, bound=True, attempts=count, answer=blob, reason=word)
        after = evolve(after, reference=blob, signed_out=True, code_digest=blob, code_tries=count, departure=blob)
        change = Change(
            record=after, keeps_due=keeps_due, due_in=due_in, life=life, delivers=delivers, code_life=code_life
        )
        assert each.do(Swap(change)) is not None
    assert state(store) == state(model)
