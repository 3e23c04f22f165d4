"""What is written to any store stands there as it was written, under its id, in its own place, and at one moment."""

import time

import pytest

from itsme_facade.errors import InvalidArguments
from itsme_facade.store import Phase, steps
from itsme_facade.store.base import Store
from itsme_facade.store.record import Change, Seen
from itsme_facade.store.steps import Swap
from tests.store.kinds import SHARED, Place, steps_of
from tests.store.logins import login, new_id, put, started, take, there

ODD_IDS = ["", " ", "' OR 1=1 --", "%s:login_id?", "a" * 5_000, "{}[]*?\\", "é\U0001f98a", "\0", "a\0b", "\n", "\ud800"]


def test_a_login_is_added_as_it_is_with_times_by_the_stores_clock(store: Store) -> None:
    record = login(code_digest=b"\x00\xff", attempts=3, reason="odd", signed_out=True)
    before = time.time()
    store.add(record)
    seen = store.look(record.login_id)
    found = there(store, record.login_id)
    assert before - 1 < found.created_at <= seen.now < before + 10
    assert found.expires_at - found.created_at == pytest.approx(store.lives.open, abs=0.01)
    assert (found.phase, found.version, found.due_at, found.delivered_at) == (Phase.STARTED, 1, None, None)
    for name in ("state_digest", "browser_digest", "departure", "code_digest", "attempts", "reason", "signed_out"):
        assert getattr(found, name) == getattr(record, name)


def test_a_second_login_of_the_same_id_is_refused_and_the_first_one_stays(store: Store) -> None:
    first = login()
    store.add(first)
    with pytest.raises(InvalidArguments, match="there is such a login already"):
        store.add(login(login_id=first.login_id))
    assert there(store, first.login_id).state_digest == first.state_digest


@pytest.mark.parametrize("odd", ODD_IDS)
def test_an_id_that_is_none_finds_nothing_and_harms_nothing(store: Store, odd: str) -> None:
    kept = started(store)
    assert store.look(odd).record is None
    found = take(store, there(store, kept), login_id=odd)
    for seen in (found, store.claim(odd), store.release(odd), store.capture(odd, b"x"), store.deliver(odd)):
        assert (seen.record, seen.mine) == (None, False)
    assert store.delivered(odd, b"x").record is None
    assert there(store, kept).phase is Phase.STARTED


def test_a_write_of_an_unknown_login_writes_nothing(store: Store) -> None:
    assert store.do(Swap(Change(record=login(version=2)))) is None
    assert store.stats().by_phase == {}


def test_what_a_step_returns_is_what_is_kept(store: Store) -> None:
    login_id = started(store)

    def agrees(seen: Seen) -> None:
        assert seen.mine
        assert store.look(login_id).record == seen.record

    agrees(store.claim(login_id, bound=True))
    agrees(store.release(login_id))
    agrees(store.claim(login_id))
    agrees(store.capture(login_id, b"answer"))
    agrees(store.deliver(login_id))
    agrees(store.delivered(login_id, b"reference"))


def test_a_write_onto_another_version_is_not_made(store: Store) -> None:
    login_id = started(store)
    record = there(store, login_id)
    for version in (1, 3, 0, -1):
        change = Change(record=login(login_id=login_id, version=version, reason="wrong"))
        assert store.do(Swap(change)) is None
    assert there(store, login_id) == record


def test_every_time_of_a_write_is_one_and_the_same_moment(store: Store) -> None:
    login_id = started(store)
    change = Change(record=login(login_id=login_id, version=2), due_in=1.0, life=2.0, delivers=True, code_life=3.0)
    now = store.do(Swap(change))
    found = there(store, login_id)
    assert isinstance(now, float)
    assert found.due_at == pytest.approx(now + 1.0, abs=1e-6)
    assert found.expires_at == pytest.approx(now + 2.0, abs=1e-6)
    assert found.delivered_at == pytest.approx(now, abs=1e-6)
    assert found.code_until == pytest.approx(now + 3.0, abs=1e-6)


@pytest.mark.parametrize("size", [0, 1, 1 << 20])
def test_answers_of_any_size_and_any_bytes_come_back_as_they_were(store: Store, size: int) -> None:
    login_id = put(store, Phase.CLAIMED)
    answer = bytes(range(256)) * (size // 256) or b"\0" * size
    store.capture(login_id, answer, bound=True)
    assert there(store, login_id).answer == answer
    store.deliver(login_id)
    assert there(store, login_id).answer == answer
    store.delivered(login_id, answer[:1_000])
    assert (there(store, login_id).answer, there(store, login_id).reference) == (b"", answer[:1_000])


def test_two_stores_at_one_place_see_the_same(place: Place) -> None:
    one, other = place.open(), place.open()
    login_id = started(one)
    assert other.claim(login_id).mine
    assert not one.claim(login_id).mine
    assert one.capture(login_id, b"answer").mine
    assert there(other, login_id).answer == b"answer"


@pytest.mark.parametrize("kind", SHARED)
def test_two_prefixes_at_one_place_do_not_see_each_other(place: Place) -> None:
    mine = place.open()
    place.prefix += "other_"
    other = place.open()
    login_id = started(mine)
    assert other.look(login_id).record is None
    other.purge()
    assert (other.stats().by_phase, mine.stats().by_phase) == ({}, {Phase.STARTED: 1})
    other.add(login(login_id=login_id))
    assert other.claim(login_id).mine
    assert there(mine, login_id).phase is Phase.STARTED


def test_what_is_kept_is_there_after_closing_and_opening(place: Place) -> None:
    store = place.open()
    login_id = put(store, Phase.CAPTURED)
    store.close()
    store.open()
    store.open()
    assert there(store, login_id).answer == b"sealed answer"


def test_a_held_record_saves_a_reading_and_is_read_anew_when_it_is_stale(store: Store) -> None:
    login_id = started(store)
    held = store.look(login_id)
    assert steps_of(store)(steps.claim(login_id, held=held)).mine
    late = steps_of(store)(steps.claim(login_id, held=held))
    assert late.record is not None
    assert (late.mine, late.record.version) == (False, 2)


def test_ids_that_differ_in_case_only_are_two(store: Store) -> None:
    lower = new_id()
    store.add(login(login_id=lower))
    assert store.look(lower.upper()).record is None
