"""Every result is told apart by its class, and a checker knows when one is forgotten."""

from typing import assert_never, assert_type

from itsme_facade import (
    Cancelled,
    Expired,
    Failed,
    Identity,
    Itsme,
    Open,
    Outcome,
    RawAnswer,
    Result,
    Success,
    Unrecognised,
)


def page(result: Result) -> str:
    match result:
        case Success(identity=Identity() as identity):
            return f"Welcome, {identity.name.full if identity.name else 'you'}"
        case Success(outcome=Outcome.LOST):
            return "Please go through itsme once more"
        case Success():
            return "Welcome back"
        case Cancelled() | Failed() | Expired():
            return "Start again"
        case Open() | Unrecognised():
            return "Wait"
        case _:
            assert_never(result)


def why(outcome: Outcome) -> str:
    match outcome:
        case Outcome.GIVEN | Outcome.NOT_ASKED | Outcome.ALREADY_GIVEN:
            return "fine"
        case Outcome.LOST | Outcome.UNKNOWN:
            return "ask again"
        case _:
            assert_never(outcome)


def what_every_result_has(itsme: Itsme) -> None:
    result = itsme.wait("abc", timeout=60)
    assert_type(result.raw, RawAnswer)
    assert_type(result.raw.body, bytes)
    assert_type(result.identity, Identity | None)
    assert_type(result.over, bool)
    assert_type(result.status, str | None)
    if isinstance(result, Success):
        assert_type(result.outcome, Outcome)
        assert_type(result.status, str)
