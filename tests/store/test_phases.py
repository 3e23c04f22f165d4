"""What may become of a record in each phase, and which times a change sets: the rules, without any store."""

from collections.abc import Callable

import pytest
from attrs import evolve, fields
from hypothesis import given
from hypothesis import strategies as st

from itsme_facade.store import Lives, Phase, Record, phases
from itsme_facade.store.phases import CODE_TRIES, DELIVERY_LEASE, READ_LEASE
from itsme_facade.store.record import Change
from itsme_facade.store.steps import stamped

NOW = 1_000.0
LIVES = Lives(open=11.0, undelivered=22.0, finished=33.0)
FULL = Record(
    login_id="login",
    version=7,
    created_at=900.0,
    expires_at=2_000.0,
    due_at=None,
    bound=False,
    attempts=2,
    state_digest=b"state",
    browser_digest=b"browser",
    departure=b"departure",
    answer=b"answer",
    reference=b"reference",
    reason="reason",
    delivered_at=950.0,
    signed_out=False,
    code_digest=b"code",
    code_until=1_100.0,
    code_tries=1,
)

STEPS: dict[str, Callable[[Record], Change | None]] = {
    "claim": lambda record: phases.claim(record, NOW, bound=False),
    "start again": lambda record: phases.release(record, Phase.STARTED, "ignored", lives=LIVES),
    "refuse": lambda record: phases.release(record, Phase.REFUSED, "cancelled", lives=LIVES),
    "lose": lambda record: phases.release(record, Phase.LOST, lives=LIVES),
    "bind": lambda record: phases.bind(record, lives=LIVES),
    "capture": lambda record: phases.capture(record, b"new answer", bound=False, lives=LIVES),
    "deliver": lambda record: phases.deliver(record, NOW),
    "delivered": lambda record: phases.delivered(record, b"new reference", lives=LIVES),
    "decline": lambda record: phases.declined(record, "too_young", lives=LIVES),
    "fail": phases.failed,
    "keep odd": lambda record: phases.keep_odd(record, b"odd"),
    "sign out": phases.sign_out,
    "offer code": lambda record: phases.offer_code(record, b"new code", 120.0),
    "wrong code": phases.wrong_code,
}
S, C, K, V, D, R, L, X = Phase  # started, claimed, captured (kept), delivering, delivered, refused, lost, expired
ALLOWED: dict[str, set[Phase]] = {
    "claim": {S, C},
    "start again": {S, C},
    "refuse": {S, C},
    "lose": {S, C},
    "bind": set(Phase),
    "capture": {S, C, R, L, X},
    "deliver": {K, V},
    "delivered": {K, V},
    "decline": {K, V},
    "fail": {V},
    "keep odd": {S, C},
    "sign out": set(Phase),
    "offer code": {K},
    "wrong code": set(Phase),
}
BECOMES = {
    "claim": C,
    "start again": S,
    "refuse": R,
    "lose": L,
    "capture": K,
    "deliver": V,
    "delivered": D,
    "decline": R,
    "fail": K,
    "keep odd": S,
}


def in_phase(phase: Phase, **known: object) -> Record:
    return evolve(FULL, phase=phase, **known)  # type: ignore[arg-type]


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


@pytest.mark.parametrize("step", list(STEPS))
@pytest.mark.parametrize("phase", list(Phase))
def test_each_step_is_allowed_in_its_phases_only(step: str, phase: Phase) -> None:
    # Where a lease or the binding decides, it is such that the step may take place.
    record = in_phase(phase, due_at=NOW, bound=step in {"deliver", "delivered", "decline"}, reason="cancelled")
    change = STEPS[step](record)
    assert (change is not None) == (phase in ALLOWED[step])
    if change is not None:
        assert change.record.phase is BECOMES.get(step, phase)
        assert change.record.version == record.version + 1
        assert change.record.login_id == record.login_id


@pytest.mark.parametrize(("due_at", "free"), [(None, False), (NOW + 0.001, False), (NOW, True), (NOW - 1, True)])
@pytest.mark.parametrize(("step", "phase"), [("claim", C), ("deliver", V)])
def test_a_lease_keeps_others_away_until_the_moment_it_ends(
    step: str, phase: Phase, due_at: float | None, free: bool
) -> None:
    assert (STEPS[step](in_phase(phase, due_at=due_at, bound=True)) is not None) == free


@pytest.mark.parametrize(("step", "phase"), [("claim", S), ("deliver", K)])
def test_what_nobody_has_taken_is_free_whatever_is_due(step: str, phase: Phase) -> None:
    for due_at in (None, NOW + 100, NOW - 100):
        assert STEPS[step](in_phase(phase, due_at=due_at, bound=True)) is not None


@pytest.mark.parametrize("phase", [K, V])
def test_an_unbound_answer_is_never_delivered(phase: Phase) -> None:
    assert phases.deliver(in_phase(phase, due_at=NOW), NOW) is None


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


@pytest.mark.parametrize(
    ("reason", "kept"),
    [("cancelled", True), ("failure", True), ("expired", True), ("too_young", False), ("account_changed", False)],
)
def test_an_answer_wins_over_what_cm_refused_and_never_over_what_this_site_refused(reason: str, kept: bool) -> None:
    change = phases.capture(in_phase(R, reason=reason), b"new", bound=True, lives=LIVES)
    assert (change is not None) is kept


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


@pytest.mark.parametrize(("due_at", "due"), [(None, False), (NOW - 1, True), (NOW, True), (NOW + 1, False)])
def test_due_means_that_its_time_has_come(due_at: float | None, due: bool) -> None:
    assert phases.is_due(in_phase(C, due_at=due_at), NOW) == due


@pytest.mark.parametrize(("expires_at", "over"), [(NOW - 1, True), (NOW, True), (NOW + 1, False)])
def test_over_means_that_its_life_has_ended(expires_at: float, over: bool) -> None:
    assert phases.is_over(in_phase(C, expires_at=expires_at), NOW) == over


def test_the_lives_are_an_hour_to_finish_and_three_days_for_the_only_copy_of_an_identity() -> None:
    assert (Lives().open, Lives().undelivered, Lives().finished) == (3_600.0, 3 * 86_400.0, 3_600.0)
    assert (READ_LEASE, DELIVERY_LEASE, CODE_TRIES) == (10.0, 30.0, 3)


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


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=25), st.booleans())
def test_whatever_happens_an_identity_is_kept_until_it_is_delivered_or_declined(steps: list[str], bound: bool) -> None:
    record = Record(login_id="login", expires_at=NOW + 10, departure=b"departure", bound=bound)
    kept = b""
    for step in steps:
        change = STEPS[step](record)
        if change is None:
            continue
        after = stamped(change, record, NOW)
        assert after.version == record.version + 1
        if record.phase in {K, V}:
            over = after.phase in {D, R}
            assert after.answer == (b"" if over else kept)
            assert over == (step in {"delivered", "decline"})
        if after.phase is K and record.phase not in {K, V}:
            kept = after.answer
            assert kept == b"new answer"
        if after.phase is D:
            assert (after.answer, after.departure) == (b"", b"")
            assert record.phase is not D or after.reference == record.reference
        assert after.bound >= record.bound
        assert after.phase is not V or after.bound
        record = after


def test_that_it_is_lost_and_what_arrived_of_it_are_one_write() -> None:
    record = Record(login_id="login", phase=Phase.CLAIMED, due_at=NOW + 5, answer=b"older")
    lost = phases.release(record, Phase.LOST, "no_data", answer=b"a part", lives=Lives())
    assert lost is not None
    assert (lost.record.phase, lost.record.answer) == (Phase.LOST, b"a part")
    without = phases.release(record, Phase.LOST, "no_data", lives=Lives())
    assert without is not None
    assert without.record.answer == b"older"
