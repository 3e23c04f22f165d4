"""Which step may be taken in which phase, and that none of them loses an identity: the rules, without any store."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsme_facade.store import Lives, Phase, Record, phases
from itsme_facade.store.phases import CODE_TRIES, DELIVERY_LEASE, READ_LEASE
from itsme_facade.store.steps import stamped
from tests.store.rules import LIVES, NOW, STEPS, C, D, K, L, R, S, V, X, in_phase

ALLOWED: dict[str, set[Phase]] = {
    "claim": {S, C},
    "start again": {S, C},
    "refuse": {S, C},
    "lose": {S, C},
    "bind": set(Phase),
    "capture": {S, C, R, L, X},
    "deliver": {K, V},
    "delivered": {K, V, X},
    "decline": {K, V, X},
    "fail": {V},
    "expire": {S, C, K, V},
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
    "expire": X,
    "keep odd": S,
}


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


@pytest.mark.parametrize(
    ("reason", "kept"),
    [("cancelled", True), ("failure", True), ("expired", True), ("too_young", False), ("account_changed", False)],
)
def test_an_answer_wins_over_what_cm_refused_and_never_over_what_this_site_refused(reason: str, kept: bool) -> None:
    change = phases.capture(in_phase(R, reason=reason), b"new", bound=True, lives=LIVES)
    assert (change is not None) is kept


@pytest.mark.parametrize(("due_at", "due"), [(None, False), (NOW - 1, True), (NOW, True), (NOW + 1, False)])
def test_due_means_that_its_time_has_come(due_at: float | None, due: bool) -> None:
    assert phases.is_due(in_phase(C, due_at=due_at), NOW) == due


@pytest.mark.parametrize(("expires_at", "over"), [(NOW - 1, True), (NOW, True), (NOW + 1, False)])
def test_over_means_that_its_life_has_ended(expires_at: float, over: bool) -> None:
    assert phases.is_over(in_phase(C, expires_at=expires_at), NOW) == over


def test_the_lives_are_an_hour_to_finish_and_three_days_for_the_only_copy_of_an_identity() -> None:
    assert (Lives().open, Lives().undelivered, Lives().finished) == (3_600.0, 3 * 86_400.0, 3_600.0)
    assert (READ_LEASE, DELIVERY_LEASE, CODE_TRIES) == (10.0, 30.0, 3)


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=25), st.booleans())
def test_whatever_happens_an_identity_is_kept_until_it_is_taken_or_declined_or_over(
    steps: list[str], bound: bool
) -> None:
    record = Record(login_id="login", expires_at=NOW + 10, departure=b"departure", bound=bound)
    kept = b""
    for step in steps:
        change = STEPS[step](record)
        if change is None:
            continue
        after = stamped(change, record, NOW)
        assert after.version == record.version + 1
        if record.phase in {K, V}:
            over = after.phase in {D, R, X}
            assert after.answer == (b"" if over else kept)
            assert over == (step in {"delivered", "decline", "expire"})
        if after.phase is K and record.phase not in {K, V}:
            kept = after.answer
            assert kept == b"new answer"
        if after.phase is D:
            assert (after.answer, after.departure) == (b"", b"")
            assert record.phase is not D or after.reference == record.reference
        assert after.bound >= record.bound
        assert after.phase is not V or after.bound
        record = after
