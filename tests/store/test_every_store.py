"""What every store does, whichever engine it stands on: each test runs for each of `kinds`, sync and async."""

import time
from typing import Any

import pytest

from itsme_facade.carrying import carry_out
from itsme_facade.errors import InvalidArguments
from itsme_facade.store import Lives, Phase, steps
from itsme_facade.store.base import Store
from itsme_facade.store.phases import CODE_TRIES
from itsme_facade.store.record import Change, Record, Seen
from itsme_facade.store.steps import Due, Erase, Insert, Read, Swap, Take
from tests.store.kinds import SHARED, Place, steps_of
from tests.store.logins import FAST, login, new_id, put, short, started, there, wait

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


def test_one_claim_is_granted_until_its_lease_ends_by_the_stores_clock(store: Store) -> None:
    login_id = started(store)
    first = store.claim(login_id, lease=0.2)
    assert first.mine
    assert first.record is not None
    assert first.record.due_at == pytest.approx(first.now + 0.2)
    second = store.claim(login_id)
    assert second.record is not None
    assert (second.mine, second.record.version) == (False, 2)
    wait(0.2)
    third = store.claim(login_id)
    assert third.record is not None
    assert (third.mine, third.record.version) == (True, 3)


def take(store: Store, record: Record, **changed: Any) -> Seen:
    """As when the browser comes back with what belongs to this record, or with something else."""
    known: dict[str, Any] = {
        "login_id": record.login_id,
        "state_digest": record.state_digest,
        "browser_digest": record.browser_digest,
        "lease": 0.2,
    }
    known.update(changed)
    seen = store.do(Take(**known))
    assert isinstance(seen, Seen)
    return seen


def test_a_browser_that_has_both_secrets_reads_and_claims_at_once(store: Store) -> None:
    login_id = started(store)
    record = there(store, login_id)
    first = take(store, record)
    assert first.record is not None
    assert (first.mine, first.record.phase, first.record.bound, first.record.version) == (True, Phase.CLAIMED, True, 2)
    assert first.record.due_at == pytest.approx(first.now + 0.2, abs=1e-6)
    assert first.record == there(store, login_id)
    second = take(store, record)
    assert (second.mine, second.record) == (False, first.record)  # it is told what there is
    wait(0.2)
    assert not take(store, record).mine  # a lease that is over is for the claim, which looks at it
    assert store.claim(login_id).mine
    store.release(login_id)
    again = take(store, record)
    assert again.record is not None
    assert (again.mine, again.record.version) == (True, 5)


@pytest.mark.parametrize("wrong", ["state_digest", "browser_digest"])
def test_a_browser_that_has_one_secret_only_reads(store: Store, wrong: str) -> None:
    record = there(store, started(store))
    for value in (b"", b"\0", b"another", bytes(32), getattr(record, wrong)[:-1]):
        seen = take(store, record, **{wrong: value})
        assert (seen.mine, seen.record) == (False, record)
    assert there(store, record.login_id) == record


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase not in (Phase.STARTED, Phase.EXPIRED)])
def test_a_login_that_is_further_is_only_read(store: Store, phase: Phase) -> None:
    record = there(store, put(store, phase))
    seen = take(store, record)
    assert (seen.mine, seen.record) == (False, record)


def test_a_login_whose_life_is_over_cannot_be_taken(store: Store) -> None:
    record = there(store, short(store))
    wait(0.2)
    seen = take(store, record)
    assert not seen.mine
    assert seen.record is None or seen.record == record
    assert carry_out(steps.take(record.login_id, state_digest=b"", browser_digest=b""), store.do).record is None


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


def test_a_claim_remembers_that_the_browser_came_back(store: Store) -> None:
    login_id = started(store)
    store.claim(login_id, bound=True)
    store.release(login_id)
    store.claim(login_id, bound=False)
    assert there(store, login_id).bound


def test_a_released_claim_is_free_at_once(store: Store) -> None:
    login_id = put(store, Phase.CLAIMED)
    assert store.release(login_id).mine
    assert (there(store, login_id).phase, there(store, login_id).due_at) == (Phase.STARTED, None)
    assert store.claim(login_id).mine


@pytest.mark.parametrize("phase", [Phase.REFUSED, Phase.LOST])
def test_a_login_that_ended_without_an_identity_is_not_asked_for_again(store: Store, phase: Phase) -> None:
    login_id = put(store, Phase.CLAIMED)
    seen = store.release(login_id, phase, "word")
    assert seen.record is not None
    assert (seen.mine, seen.record.phase, seen.record.reason, seen.record.due_at) == (True, phase, "word", None)
    assert seen.record.expires_at == pytest.approx(seen.now + store.lives.finished)
    assert not store.claim(login_id).mine
    assert not store.deliver(login_id).mine
    assert not store.delivered(login_id, b"x").mine


@pytest.mark.parametrize("phase", [Phase.STARTED, Phase.CLAIMED, Phase.REFUSED, Phase.LOST])
def test_an_answer_with_an_identity_is_kept_even_over_lost(store: Store, phase: Phase) -> None:
    login_id = put(store, phase)
    seen = store.capture(login_id, b"sealed answer", bound=True)
    assert seen.mine
    found = there(store, login_id)
    assert (found.phase, found.answer, found.bound, found.reason) == (Phase.CAPTURED, b"sealed answer", True, "")
    assert found.expires_at == pytest.approx(seen.now + store.lives.undelivered)


@pytest.mark.parametrize("phase", [Phase.CAPTURED, Phase.DELIVERING, Phase.DELIVERED])
def test_the_first_answer_stays(store: Store, phase: Phase) -> None:
    login_id = put(store, phase)
    before = there(store, login_id)
    assert not store.capture(login_id, b"another answer", bound=True).mine
    assert there(store, login_id) == before


def test_a_late_answer_of_a_worker_whose_lease_is_over_is_kept(store: Store) -> None:
    login_id = started(store)
    store.claim(login_id, lease=0.0)
    assert store.claim(login_id).mine
    assert store.capture(login_id, b"the first worker's").mine
    assert not store.capture(login_id, b"the second worker's").mine
    assert there(store, login_id).answer == b"the first worker's"


def test_an_answer_is_delivered_by_one_worker_until_its_lease_ends(store: Store) -> None:
    login_id = put(store, Phase.CAPTURED)
    assert store.deliver(login_id, lease=0.2).mine
    assert not store.deliver(login_id).mine
    wait(0.2)
    assert store.deliver(login_id).mine


def test_an_answer_for_a_browser_that_did_not_come_back_is_not_delivered(store: Store) -> None:
    login_id = put(store, Phase.CAPTURED, bound=False)
    assert not store.deliver(login_id).mine
    assert store.sweep() == ([], [])
    assert steps_of(store)(steps.bind(login_id, lives=store.lives)).mine
    assert store.sweep() == ([login_id], [])
    assert store.deliver(login_id).mine


@pytest.mark.parametrize("phase", [Phase.CAPTURED, Phase.DELIVERING])
def test_delivered_erases_the_answer_and_keeps_the_reference(store: Store, phase: Phase) -> None:
    login_id = put(store, phase)
    seen = store.delivered(login_id, b"sealed reference")
    found = there(store, login_id)
    assert (seen.mine, found.phase, found.reference) == (True, Phase.DELIVERED, b"sealed reference")
    assert (found.answer, found.departure, found.code_digest, found.due_at) == (b"", b"", b"", None)
    assert found.delivered_at == seen.now
    assert found.expires_at == pytest.approx(seen.now + store.lives.finished)
    assert not store.delivered(login_id, b"another").mine
    assert there(store, login_id) == found


def test_an_identity_that_is_not_wanted_is_erased(store: Store) -> None:
    login_id = put(store, Phase.DELIVERING)
    assert steps_of(store)(steps.declined(login_id, "too_young", lives=store.lives)).mine
    found = there(store, login_id)
    assert (found.phase, found.reason, found.answer) == (Phase.REFUSED, "too_young", b"")


def test_a_delivery_that_failed_is_tried_again_later(store: Store) -> None:
    login_id = put(store, Phase.DELIVERING)
    seen = steps_of(store)(steps.failed(login_id))
    found = there(store, login_id)
    assert (found.phase, found.attempts, found.answer) == (Phase.CAPTURED, 1, b"sealed answer")
    assert found.due_at == pytest.approx(seen.now + 30)
    assert store.sweep() == ([], [])
    assert store.deliver(login_id).mine


def test_an_answer_that_cannot_be_read_is_kept_and_the_login_goes_on(store: Store) -> None:
    login_id = put(store, Phase.CLAIMED)
    assert steps_of(store)(steps.keep_odd(login_id, b"odd")).mine
    assert (there(store, login_id).phase, there(store, login_id).answer) == (Phase.STARTED, b"odd")
    store.claim(login_id)
    store.capture(login_id, b"good")
    assert there(store, login_id).answer == b"good"


def test_a_logout_is_noted_once_and_changes_no_time(store: Store) -> None:
    login_id = put(store, Phase.DELIVERED)
    before = there(store, login_id)
    assert steps_of(store)(steps.sign_out(login_id)).mine
    assert not steps_of(store)(steps.sign_out(login_id)).mine
    after = there(store, login_id)
    assert (after.signed_out, after.expires_at, after.delivered_at) == (True, before.expires_at, before.delivered_at)


def test_binding_a_claimed_login_leaves_the_lease_as_it_is(store: Store) -> None:
    login_id = put(store, Phase.CLAIMED, bound=False)
    before = there(store, login_id)
    assert steps_of(store)(steps.bind(login_id, lives=store.lives)).mine
    assert (there(store, login_id).bound, there(store, login_id).due_at) == (True, before.due_at)


def test_a_code_is_offered_for_a_while_and_gone_after_the_last_wrong_try(store: Store) -> None:
    login_id = put(store, Phase.CAPTURED, bound=False)
    seen = steps_of(store)(steps.offer_code(login_id, b"digest", 120.0))
    found = there(store, login_id)
    assert (found.code_digest, found.code_tries) == (b"digest", 0)
    assert found.code_until == pytest.approx(seen.now + 120)
    for tries in range(1, CODE_TRIES + 1):
        steps_of(store)(steps.wrong_code(login_id))
        found = there(store, login_id)
        assert (found.code_tries, found.code_digest) == (tries, b"digest" if tries < CODE_TRIES else b"")
    assert not steps_of(store)(steps.wrong_code(login_id)).mine


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
    assert store.stats().by_phase == {}


def test_what_is_due_is_named_the_longest_waiting_first(store: Store) -> None:
    later, never, soon, now = (started(store) for _ in range(4))
    store.claim(later, lease=60)
    store.claim(soon, lease=0.1)
    store.claim(now, lease=0.0)
    assert never not in store.sweep()[0]
    wait(0.1)
    assert store.do(Due(10)) == [now, soon]
    assert store.do(Due(1)) == [now]
    assert store.do(Due(0)) == []


def test_what_is_due_and_over_is_erased_instead(store: Store) -> None:
    login_id = short(store, 0.15)
    store.claim(login_id, lease=0.0)
    assert store.do(Due(10)) == [login_id]
    wait(0.15)
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
    wait(0.0)
    assert [len(store.do(Erase(2, 0.0))) for _ in range(3)] == [2, 1, 0]  # type: ignore[arg-type]


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
