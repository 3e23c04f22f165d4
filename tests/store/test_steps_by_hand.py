"""Each step by hand, without any store: what it asks the store for, what it makes of the answer, when it goes on."""

from collections.abc import Callable, Generator
from typing import Any

import pytest
from attrs import evolve

from itsme_facade.store import Lives, Phase, Record, phases, steps
from itsme_facade.store.phases import CODE_TRIES
from itsme_facade.store.record import UNFINISHED, Change, Seen
from itsme_facade.store.steps import Due, Erase, Insert, Read, Swap

NOW, LATER = 1_000.0, 1_007.0
LIVES = Lives(open=11.0, undelivered=22.0, finished=33.0)
STARTED = Record(login_id="login", version=3, expires_at=2_000.0)
CAPTURED = evolve(STARTED, phase=Phase.CAPTURED, answer=b"answer")
TAKEN = evolve(CAPTURED, phase=Phase.DELIVERING, bound=True, due_at=1_030.0)
CODE = evolve(CAPTURED, code_digest=b"digest", code_until=1_100.0)
STATED = evolve(STARTED, phase=Phase.CLAIMED, due_at=1_010.0)
GONE = evolve(STARTED, phase=Phase.EXPIRED, reason="captured")

Run = Generator[Any, Any, Any]
STEPS: dict[str, tuple[Record, Callable[[Seen | None], Run], Change | None]] = {
    "claim": (
        STARTED,
        lambda held: steps.claim("login", bound=True, lease=5.0, held=held),
        phases.claim(STARTED, NOW, bound=True, lease=5.0),
    ),
    "release": (
        STATED,
        lambda held: steps.release("login", Phase.REFUSED, "failure", lives=LIVES, held=held),
        phases.release(STATED, Phase.REFUSED, "failure", lives=LIVES),
    ),
    "capture": (
        STATED,
        lambda held: steps.capture("login", b"answer", bound=True, lives=LIVES, held=held),
        phases.capture(STATED, b"answer", bound=True, lives=LIVES),
    ),
    "keep odd": (
        STATED,
        lambda held: steps.keep_odd("login", b"odd", held=held),
        phases.keep_odd(STATED, b"odd"),
    ),
    "bind": (
        CAPTURED,
        lambda held: steps.bind("login", lives=LIVES, held=held),
        phases.bind(CAPTURED, lives=LIVES),
    ),
    "deliver": (
        evolve(CAPTURED, bound=True),
        lambda held: steps.deliver("login", lease=6.0, held=held),
        phases.deliver(evolve(CAPTURED, bound=True), NOW, lease=6.0),
    ),
    "delivered": (
        TAKEN,
        lambda held: steps.delivered("login", b"reference", lives=LIVES, held=held),
        phases.delivered(TAKEN, b"reference", lives=LIVES),
    ),
    "declined": (
        TAKEN,
        lambda held: steps.declined("login", "too_young", lives=LIVES, held=held),
        phases.declined(TAKEN, "too_young", lives=LIVES),
    ),
    "failed": (TAKEN, lambda held: steps.failed("login", held=held), phases.failed(TAKEN)),
}
BY_READING: dict[str, tuple[Record, Callable[[], Run], Change | None]] = {
    "sign out": (STARTED, lambda: steps.sign_out("login"), phases.sign_out(STARTED)),
    "offer code": (
        CAPTURED,
        lambda: steps.offer_code("login", b"digest", 120.0),
        phases.offer_code(CAPTURED, b"digest", 120.0),
    ),
    "wrong code": (CODE, lambda: steps.wrong_code("login"), phases.wrong_code(CODE)),
}


def ended(run: Run, came: object) -> Any:
    """What it comes to, when this is the last answer."""
    with pytest.raises(StopIteration) as end:
        run.send(came)
    return end.value.value


def written(operation: object) -> Change:
    """What is to be written."""
    assert isinstance(operation, Swap)
    assert operation.before is not None, "a store may write only what differs"
    assert operation.before.version == operation.change.record.version - 1
    return operation.change


@pytest.mark.parametrize("name", STEPS)
def test_a_step_reads_then_writes_what_the_rules_say_and_gives_back_what_stands_there(name: str) -> None:
    before, step, change = STEPS[name]
    assert change is not None
    run = step(None)
    assert next(run) == Read("login")
    assert written(run.send(Seen(before, NOW))) == change
    assert ended(run, LATER) == Seen(steps.stamped(change, before, LATER), LATER, mine=True)


@pytest.mark.parametrize("name", STEPS)
def test_what_was_read_a_moment_ago_saves_the_reading_but_only_the_first(name: str) -> None:
    before, step, change = STEPS[name]
    assert change is not None
    run = step(Seen(before, NOW))
    assert written(next(run)) == change
    assert run.send(None) == Read("login")  # somebody was faster
    assert ended(run, Seen(None, LATER)) == Seen(None, LATER)


@pytest.mark.parametrize("name", BY_READING)
def test_a_step_that_is_never_handed_a_reading_reads_and_writes_likewise(name: str) -> None:
    before, step, change = BY_READING[name]
    assert change is not None
    run = step()
    assert next(run) == Read("login")
    assert written(run.send(Seen(before, NOW))) == change
    assert ended(run, LATER) == Seen(steps.stamped(change, before, LATER), LATER, mine=True)


@pytest.mark.parametrize("name", STEPS)
def test_what_the_rules_do_not_allow_is_not_written_and_is_not_this_calls(name: str) -> None:
    _, step, _ = STEPS[name]
    over = evolve(STARTED, phase=Phase.DELIVERED, bound=True)
    assert ended(start(step(None)), Seen(over, NOW, mine=True)) == Seen(over, NOW, mine=False)


@pytest.mark.parametrize("name", STEPS)
def test_a_login_whose_life_is_over_is_none(name: str) -> None:
    before, step, _ = STEPS[name]
    assert ended(start(step(None)), Seen(evolve(before, expires_at=NOW), NOW)) == Seen(None, NOW)


def start(run: Run) -> Run:
    assert next(run) == Read("login")
    return run


def test_release_starts_a_login_again_unless_it_is_told_otherwise() -> None:
    run = start(steps.release("login", lives=LIVES))
    assert run.send(Seen(STATED, NOW)).change == phases.release(STATED, Phase.STARTED, "", lives=LIVES)
    run = start(steps.release("login", Phase.LOST, lives=LIVES))
    assert run.send(Seen(STATED, NOW)).change.record.reason == ""


def test_neither_a_claim_nor_a_capture_binds_unless_it_is_told_to() -> None:
    run = start(steps.claim("login"))
    claimed = run.send(Seen(STARTED, NOW)).change
    assert (claimed.record.bound, claimed.due_in) == (False, phases.READ_LEASE)
    run = start(steps.capture("login", b"answer", lives=LIVES))
    assert run.send(Seen(STATED, NOW)).change.record.bound is False


def test_a_delivery_has_half_a_minute_unless_it_is_told_otherwise() -> None:
    run = start(steps.deliver("login"))
    assert run.send(Seen(evolve(CAPTURED, bound=True), NOW)).change.due_in == phases.DELIVERY_LEASE


def test_a_login_is_added_for_as_long_as_an_open_one_may_live() -> None:
    run = steps.add(STARTED, lives=LIVES)
    assert next(run) == Insert(STARTED, 11.0)
    assert ended(run, NOW) is None


def test_a_look_is_one_reading() -> None:
    assert ended(start(steps.look("login")), Seen(STARTED, NOW)) == Seen(STARTED, NOW)
    assert ended(start(steps.look("login")), Seen(STARTED, 2_000.0)) == Seen(None, 2_000.0)
    assert ended(start(steps.look("login")), Seen(None, NOW)) == Seen(None, NOW)


def test_a_try_counts_before_the_digest_is_given_to_compare_with() -> None:
    run = start(steps.try_code("login"))
    change = phases.wrong_code(CODE)
    assert change is not None
    assert written(run.send(Seen(CODE, NOW))) == change
    assert ended(run, LATER) == (Seen(steps.stamped(change, CODE, LATER), LATER, mine=True), b"digest")


@pytest.mark.parametrize(("now", "digest"), [(1_099.9, b"digest"), (1_100.0, b""), (1_100.1, b"")])
def test_a_code_is_good_until_its_time_by_the_clock_of_the_write(now: float, digest: bytes) -> None:
    run = start(steps.try_code("login"))
    run.send(Seen(CODE, NOW))
    assert ended(run, now)[1] == digest


@pytest.mark.parametrize(
    "seen",
    [Seen(None, NOW), Seen(CAPTURED, NOW), Seen(evolve(CODE, expires_at=NOW), NOW)],
    ids=["no login", "no code", "a login whose life is over"],
)
def test_where_there_is_no_code_there_is_nothing_to_compare_with(seen: Seen) -> None:
    looked, digest = ended(start(steps.try_code("login")), seen)
    assert (looked.mine, digest) == (False, b"")


def test_a_try_is_counted_again_from_what_stands_there_when_somebody_was_faster() -> None:
    run = start(steps.try_code("login"))
    run.send(Seen(CODE, NOW))
    assert run.send(None) == Read("login")
    last = evolve(CODE, version=4, code_tries=CODE_TRIES - 1)
    swap = run.send(Seen(last, NOW))
    assert (swap.change.record.version, swap.change.record.code_digest) == (5, b"")
    assert ended(run, LATER)[1] == b"digest"


def test_a_sweep_erases_before_it_names_what_is_due() -> None:
    run = steps.sweep(lives=LIVES)
    assert next(run) == Erase(100, life=33.0)
    assert run.send(([STATED], [GONE])) == Due(100)
    assert ended(run, ["login"]) == (["login"], [STATED, GONE])
    assert next(steps.sweep(7, lives=LIVES)) == Erase(7, life=33.0)


def test_what_was_told_of_as_expired_is_not_told_of_again_when_it_is_erased() -> None:
    run = steps.sweep(lives=LIVES)
    next(run)
    run.send(([GONE, STATED], []))
    assert ended(run, []) == ([], [STATED])


@pytest.mark.parametrize("record", [CAPTURED, TAKEN, evolve(STARTED, answer=b"odd"), evolve(STATED, answer=b"odd")])
def test_who_holds_an_answer_at_the_end_is_written_down_and_not_erased(record: Record) -> None:
    kept = steps.expired(Erase(1, life=33.0), record, NOW)
    assert kept is not None
    assert (kept.phase, kept.answer, kept.expires_at, kept.due_at) == (Phase.EXPIRED, b"", NOW + 33.0, None)
    assert steps.expired(Erase(1, 5.0), record, NOW) is None  # by age everything goes


@pytest.mark.parametrize(
    "record", [STARTED, STATED, *(evolve(CAPTURED, phase=phase) for phase in Phase if phase not in UNFINISHED)]
)
def test_who_holds_nothing_or_has_been_told_of_is_erased_at_the_end(record: Record) -> None:
    assert steps.expired(Erase(1), record, NOW) is None


def test_a_purge_goes_on_until_nothing_is_left_and_counts_what_it_erased() -> None:
    run = steps.purge(5.0)
    assert next(run) == Erase(1_000, 5.0)
    assert run.send(([STARTED, CODE], [])) == Erase(1_000, 5.0)
    assert run.send(([STATED], [])) == Erase(1_000, 5.0)
    nothing: tuple[list[Record], list[Record]] = ([], [])
    assert ended(run, nothing) == 3
    assert next(steps.purge()) == Erase(1_000, 0.0)
