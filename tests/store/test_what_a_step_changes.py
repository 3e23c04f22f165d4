"""What each step changes of a record, which of its times it sets, and from when on: the rules, without any store."""

import pytest
from attrs import evolve, fields

from itsme_facade.store import Lives, Phase, Record, phases
from itsme_facade.store.phases import CODE_TRIES, DELIVERY_LEASE, READ_LEASE
from itsme_facade.store.record import Change
from itsme_facade.store.steps import stamped
from tests.store.rules import LIVES, NOW, STEPS, C, D, K, L, R, S, V, X, in_phase


def changed(change: Change | None, before: Record) -> dict[str, object]:
    """What of the record is to be another than before, beside its version, which must be the next one."""
    assert change is not None
    assert change.record.version == before.version + 1
    names = [field.name for field in fields(Record) if field.name != "version"]
    after = change.record
    return {name: getattr(after, name) for name in names if getattr(after, name) != getattr(before, name)}


def times(change: Change | None) -> tuple[object, ...]:
    """Due in, keeps due, life, delivers, code's life."""
    assert change is not None
    return change.due_in, change.keeps_due, change.life, change.delivers, change.code_life


NONE = (None, False, None, False, None)


def test_a_claim_takes_the_lease_and_notes_the_proof_and_nothing_else() -> None:
    before = in_phase(S)
    change = phases.claim(before, NOW, bound=False)
    assert changed(change, before) == {"phase": C}
    assert times(change) == (READ_LEASE, False, None, False, None)
    assert changed(phases.claim(before, NOW, bound=True), before) == {"phase": C, "bound": True}
    assert changed(phases.claim(in_phase(S, bound=True), NOW, bound=False), in_phase(S, bound=True)) == {"phase": C}
    assert times(phases.claim(before, NOW, bound=True, lease=3.0)) == (3.0, False, None, False, None)


def test_a_login_that_goes_on_lives_no_longer_for_it() -> None:
    before = in_phase(C)
    change = STEPS["start again"](before)
    assert (changed(change, before), times(change)) == ({"phase": S}, NONE)


@pytest.mark.parametrize(("step", "phase", "reason"), [("refuse", R, "cancelled"), ("lose", L, "")])
def test_the_end_of_a_login_is_kept_with_its_reason_for_a_while(step: str, phase: Phase, reason: str) -> None:
    before = in_phase(C)
    change = STEPS[step](before)
    assert changed(change, before) == {"phase": phase, "reason": reason}
    assert times(change) == (None, False, LIVES.finished, False, None)


@pytest.mark.parametrize("bound", [True, False])
@pytest.mark.parametrize("was_bound", [True, False])
def test_a_bound_answer_is_due_at_once_and_lives_longer_and_an_unbound_one_waits(bound: bool, was_bound: bool) -> None:
    before = in_phase(C, bound=was_bound)
    change = phases.capture(before, b"new", bound=bound, lives=LIVES)
    expected: dict[str, object] = {"phase": K, "answer": b"new", "reason": ""}
    if bound and not was_bound:
        expected["bound"] = True
    assert changed(change, before) == expected
    assert times(change) == ((0.0, False, LIVES.undelivered, False, None) if bound or was_bound else NONE)


def test_binding_ends_the_code_and_makes_a_captured_answer_due() -> None:
    captured, claimed = in_phase(K), in_phase(C)
    for before in (captured, claimed):
        assert changed(phases.bind(before, lives=LIVES), before) == {"bound": True, "code_digest": b""}
        assert phases.bind(evolve(before, bound=True), lives=LIVES) is None
    assert times(phases.bind(captured, lives=LIVES)) == (0.0, False, LIVES.undelivered, False, None)
    assert times(phases.bind(claimed, lives=LIVES)) == (None, True, None, False, None)


def test_delivering_takes_a_lease_and_changes_nothing_else() -> None:
    before = in_phase(K, bound=True)
    change = phases.deliver(before, NOW)
    assert (changed(change, before), times(change)) == ({"phase": V}, (DELIVERY_LEASE, False, None, False, None))
    assert times(phases.deliver(before, NOW, lease=4.0)) == (4.0, False, None, False, None)


def test_delivered_keeps_only_the_reference_and_what_recognises_the_browser() -> None:
    before = in_phase(V, bound=True)
    change = STEPS["delivered"](before)
    erased: dict[str, object] = {"departure": b"", "answer": b"", "code_digest": b""}
    assert changed(change, before) == {"phase": D, "reference": b"new reference", **erased}
    assert times(change) == (None, False, LIVES.finished, True, None)


def test_an_identity_that_is_declined_is_erased() -> None:
    before = in_phase(V, bound=True)
    change = STEPS["decline"](before)
    assert changed(change, before) == {"phase": R, "reason": "too_young", "answer": b"", "code_digest": b""}
    assert times(change) == (None, False, LIVES.finished, False, None)


@pytest.mark.parametrize(
    ("phase", "reason"),
    [(S, "unreadable_answer"), (C, "unreadable_answer"), (K, "captured"), (V, "captured")],
)
def test_what_expires_loses_its_answer_and_says_what_that_was(phase: Phase, reason: str) -> None:
    before = in_phase(phase, due_at=NOW)
    change = STEPS["expire"](before)
    assert changed(change, before) == {"phase": X, "reason": reason, "answer": b"", "code_digest": b""}
    assert times(change) == (None, False, 44.0, False, None)
    assert STEPS["expire"](evolve(before, answer=b"")) is None


@pytest.mark.parametrize(
    ("attempts", "wait"), [(0, 30.0), (1, 60.0), (2, 120.0), (6, 1_920.0), (7, 3_600.0), (10_000, 3_600.0)]
)
def test_after_each_failure_the_wait_is_twice_as_long_up_to_an_hour(attempts: int, wait: float) -> None:
    before = in_phase(V, attempts=attempts)
    change = phases.failed(before)
    assert changed(change, before) == {"phase": K, "attempts": attempts + 1}
    assert times(change) == (wait, False, None, False, None)


def test_an_odd_answer_is_kept_and_the_login_goes_on() -> None:
    before = in_phase(C)
    change = STEPS["keep odd"](before)
    assert (changed(change, before), times(change)) == ({"phase": S, "answer": b"odd"}, NONE)


def test_a_logout_changes_no_time_and_is_noted_once() -> None:
    before = in_phase(D)
    change = phases.sign_out(before)
    assert (changed(change, before), times(change)) == ({"signed_out": True}, (None, True, None, False, None))
    assert phases.sign_out(evolve(before, signed_out=True)) is None


def test_a_new_code_takes_the_place_of_the_last_and_none_is_offered_to_the_right_browser() -> None:
    before = in_phase(K)
    change = phases.offer_code(before, b"new code", 120.0)
    assert changed(change, before) == {"code_digest": b"new code", "code_tries": 0}
    assert times(change) == (None, False, None, False, 120.0)
    assert phases.offer_code(evolve(before, bound=True), b"new code", 120.0) is None


def test_the_last_wrong_try_ends_the_code() -> None:
    record = in_phase(K, code_tries=0)
    for tries in range(1, CODE_TRIES + 1):
        change = phases.wrong_code(record)
        assert change is not None
        assert times(change) == (None, True, None, False, None)
        record = change.record
        assert (record.code_tries, record.code_digest) == (tries, b"code" if tries < CODE_TRIES else b"")
    assert phases.wrong_code(record) is None


def test_the_times_of_a_write_are_counted_from_the_write() -> None:
    before = in_phase(C, due_at=NOW + 5)
    after = evolve(before, version=8)
    assert stamped(Change(record=after), before, NOW) == evolve(after, due_at=None)
    assert stamped(Change(record=after, keeps_due=True), before, NOW) == after
    assert stamped(Change(record=after, due_in=0.0), before, NOW) == evolve(after, due_at=NOW)
    everything = Change(record=after, due_in=1.0, life=2.0, delivers=True, code_life=3.0)
    assert stamped(everything, before, NOW) == evolve(
        after, due_at=NOW + 1, expires_at=NOW + 2, delivered_at=NOW, code_until=NOW + 3
    )


def test_that_it_is_lost_and_what_arrived_of_it_are_one_write() -> None:
    record = Record(login_id="login", phase=Phase.CLAIMED, due_at=NOW + 5, answer=b"older")
    lost = phases.release(record, Phase.LOST, "no_data", answer=b"a part", lives=Lives())
    assert lost is not None
    assert (lost.record.phase, lost.record.answer) == (Phase.LOST, b"a part")
    without = phases.release(record, Phase.LOST, "no_data", lives=Lives())
    assert without is not None
    assert without.record.answer == b"older"
