"""What a status says becomes a result of its own, and a success says what became of the person's data."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from itsme_facade import (
    Cancelled,
    Expired,
    Failed,
    Identity,
    Open,
    Outcome,
    RawAnswer,
    Result,
    Scope,
    Success,
    Unrecognised,
)
from itsme_facade.answers import read_status

ASKED = (Scope.PROFILE,)


@pytest.mark.parametrize(
    ("word", "kind", "over"),
    [
        ("open", Open, False),
        ("success", Success, True),
        ("cancelled", Cancelled, True),
        ("failure", Failed, True),
        ("expired", Expired, True),
    ],
)
def test_each_status_has_a_result_of_its_own_that_keeps_the_wires_word(
    word: str, kind: type[Result], over: bool
) -> None:
    result = read_status(RawAnswer(json.dumps({"status": word}).encode()), scopes=None)
    assert type(result) is kind
    assert (result.status, result.over, result.identity) == (word, over, None)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("OPEN", Open),
        (" Success", Success),
        ("Cancelled", Cancelled),
        ("FAILURE", Failed),
        ("expired ", Expired),
        ("paused", Unrecognised),
        (None, Unrecognised),
    ],
)
def test_a_result_has_the_word_the_bytes_and_the_data_that_came_whatever_it_is(
    word: str | None, kind: Callable[..., Result]
) -> None:
    raw = RawAnswer(json.dumps({"status": word, "userId": "Q1"}).encode())
    known: dict[str, Any] = {"outcome": Outcome.GIVEN} if kind is Success else {}
    assert read_status(raw, scopes=None) == kind(status=word, raw=raw, identity=Identity(user_id="Q1"), **known)


def test_what_arrived_of_a_broken_read_is_given_along_with_what_is_lost_alone() -> None:
    half, document = RawAnswer(b'{"status'), {"status": "success"}
    lost = read_status(RawAnswer(json.dumps(document).encode()), scopes=None, was_interrupted=True, partial=half)
    there = read_status(
        RawAnswer(json.dumps(document | {"userId": "Q1"}).encode()), scopes=None, was_interrupted=True, partial=half
    )
    assert isinstance(lost, Success)
    assert isinstance(there, Success)
    assert (lost.partial, there.partial) == (half, None)


# (identity came, scopes, given here before, a read broke before) and what that makes of a success
OUTCOMES = [
    *(
        (True, scopes, given_, broke, Outcome.GIVEN)
        for scopes in (None, (), ASKED)
        for given_ in (0, 1)
        for broke in (0, 1)
    ),
    *((False, scopes, 1, broke, Outcome.ALREADY_GIVEN) for scopes in (None, (), ASKED) for broke in (0, 1)),
    *((False, (), 0, broke, Outcome.NOT_ASKED) for broke in (0, 1)),
    *((False, scopes, 0, 1, Outcome.LOST) for scopes in (None, ASKED)),
    (False, None, 0, 0, Outcome.UNKNOWN),
    (False, ASKED, 0, 0, Outcome.ALREADY_GIVEN),
]


@pytest.mark.parametrize(("came", "scopes", "was_given", "broke", "outcome"), OUTCOMES)
def test_the_outcome_of_a_success_is(
    came: bool, scopes: tuple[Scope, ...] | None, was_given: int, broke: int, outcome: Outcome
) -> None:
    body = b'{"status": "success", "userId": "Q1"}' if came else b'{"status": "success"}'
    result = read_status(RawAnswer(body), scopes=scopes, was_given=bool(was_given), was_interrupted=bool(broke))
    assert isinstance(result, Success)
    assert result.outcome is outcome
    assert result.identity == (Identity(user_id="Q1") if came else None)


def test_nothing_is_taken_for_given_or_broken_unless_that_is_said() -> None:
    result = read_status(RawAnswer(b'{"status": "success"}'), scopes=None)
    assert isinstance(result, Success)
    assert result.outcome is Outcome.UNKNOWN


def test_the_table_of_outcomes_has_every_case_once() -> None:
    cases = [case[:4] for case in OUTCOMES]
    assert len(set(cases)) == len(cases) == 2 * 3 * 2 * 2
