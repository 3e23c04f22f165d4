"""A wait goes on through open statuses and troubles that pass, until the end or its own."""

from itertools import repeat
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsme_facade import (
    Identity,
    ItsmeError,
    Outcome,
    RequestRefused,
    ServerFailed,
    Success,
    UnreadableAnswer,
    WaitTimeout,
)
from tests.facade.carried_out import (
    BROKEN,
    EMPTY_SUCCESS,
    GIVEN,
    OPEN,
    UNREACHED,
    Clock,
    Reaction,
    World,
    answers,
    breaks,
    outcome,
    wait,
)


def test_a_wait_asks_until_the_transaction_is_over() -> None:
    world = World([OPEN, OPEN, GIVEN])
    assert outcome(wait(world)) is Outcome.GIVEN
    assert len(world.pauses) == 2
    assert world.pauses[0] > world.pauses[1]


@pytest.mark.parametrize("word", ["cancelled", "failure", "expired", "success"])
def test_a_wait_ends_with_any_end(word: str) -> None:
    world = World([OPEN, answers(f'{{"status": "{word}"}}'.encode())])
    assert wait(world).status == word


@pytest.mark.parametrize(
    "body", [b'{"status": "open", "userId": "Q1"}', b'{"userId": "Q1"}', b'{"status": "new", "userId": "Q1"}']
)
def test_a_wait_ends_with_an_identity_whatever_the_status_says(body: bytes) -> None:
    assert wait(World([OPEN, answers(body)])).identity == Identity(user_id="Q1")


@pytest.mark.parametrize("body", [b'{"status": "paused"}', b"{}"])
def test_a_status_that_is_not_known_is_waited_out(body: bytes) -> None:
    assert outcome(wait(World([answers(body), GIVEN]))) is Outcome.GIVEN


@pytest.mark.parametrize(
    "trouble", [answers(b"", 429), answers(b"", 408), answers(b"", 500), answers(b"", 503), answers(b"", 520)]
)
def test_troubles_that_pass_are_waited_out(trouble: Reaction) -> None:
    assert outcome(wait(World([trouble, trouble, GIVEN]))) is Outcome.GIVEN


@pytest.mark.parametrize("error", [*UNREACHED, *BROKEN])
def test_lost_connections_are_waited_out(error: type[httpx.HTTPError]) -> None:
    assert outcome(wait(World([*[breaks(error)] * 7, GIVEN]))) is Outcome.GIVEN


@pytest.mark.parametrize(
    ("reaction", "kind"),
    [(answers(b"", 404), RequestRefused), (answers(b"", 400), RequestRefused), (answers(b"<html>"), UnreadableAnswer)],
)
def test_what_waiting_does_not_mend_is_raised_at_once(reaction: Reaction, kind: type[ItsmeError]) -> None:
    world = World([reaction])
    with pytest.raises(kind):
        wait(world)


def test_a_wait_ends_when_its_time_does_with_the_last_answer_at_hand() -> None:
    world = World(repeat(OPEN))
    with pytest.raises(WaitTimeout, match="not over after 60 s") as caught:
        wait(world, timeout=60)
    assert world.clock.now == pytest.approx(1060)
    assert caught.value.raw is not None
    assert caught.value.raw.body == b'{"status": "open"}'
    assert caught.value.retry_safe


def test_a_wait_of_no_time_asks_once() -> None:
    world = World([OPEN])
    with pytest.raises(WaitTimeout):
        wait(world, timeout=0)
    assert (len(world.exchanges), world.pauses) == (1, [])


def test_a_wait_that_ended_in_trouble_says_which() -> None:
    with pytest.raises(WaitTimeout) as caught:
        wait(World(repeat(answers(b"", 503))), timeout=10)
    assert isinstance(caught.value.__cause__, ServerFailed)


def test_retry_after_is_respected() -> None:
    world = World([answers(b"", 429, retry_after="20"), OPEN, answers(b'{"status": "open"}', retry_after="15"), GIVEN])
    assert outcome(wait(world)) is Outcome.GIVEN
    first, second, third = world.pauses
    assert (first, third) == (20, 15)
    assert second < 5


def test_to_be_asked_to_wait_exactly_as_long_as_there_is_time_is_to_ask_once_more_at_its_end() -> None:
    world = World([answers(b"", 429, retry_after="60"), GIVEN])
    assert outcome(wait(world, timeout=60)) is Outcome.GIVEN
    assert world.pauses == [60]


def test_to_be_asked_to_wait_longer_than_there_is_time_ends_the_wait_at_once() -> None:
    world = World([answers(b"", 429, retry_after="600")])
    with pytest.raises(WaitTimeout):
        wait(world, timeout=60)
    assert world.pauses == []


def test_a_read_that_begins_in_time_is_finished_after_it() -> None:
    clock = Clock()

    def slow(exchange: Any) -> None:
        clock.now += 25
        GIVEN(exchange)

    world = World([OPEN, slow], clock)
    assert outcome(wait(world, timeout=5)) is Outcome.GIVEN
    assert clock.now > 1025


troubles = st.sampled_from([*map(breaks, (*UNREACHED, *BROKEN)), answers(b"", 429), answers(b"", 500), OPEN])


@given(before=st.lists(troubles, max_size=12), end=st.sampled_from([GIVEN, EMPTY_SUCCESS]))
def test_whatever_happens_before_it_a_wait_returns_the_end(before: list[Reaction], end: Reaction) -> None:
    world = World([*before, end])
    result = wait(world, timeout=10_000)
    assert isinstance(result, Success)
    assert (result.outcome is Outcome.GIVEN) is (end is GIVEN)
    assert len(world.exchanges) == len(before) + 1


@given(reactions=st.lists(troubles, min_size=200, max_size=200), timeout=st.floats(0, 300))
def test_a_wait_never_takes_longer_than_its_time_but_for_the_read_underway(
    reactions: list[Reaction], timeout: float
) -> None:
    world = World([*reactions, *repeat(OPEN, 1000)])
    with pytest.raises(WaitTimeout):
        wait(world, timeout)
    # The backoffs within one read come on top; nothing else does.
    assert world.clock.now - 1000 <= timeout + 0.5
    assert all(seconds > 0 for seconds in world.pauses)
