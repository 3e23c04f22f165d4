"""What a call does when things go wrong: what is sent again, when, and how it ends."""

from itertools import repeat
from typing import Any

import httpx
import pytest

from itsme_facade import (
    Identity,
    ItsmeError,
    NotConnected,
    Outcome,
    ReadInterrupted,
    RequestRefused,
    ServerFailed,
    Started,
    TimedOut,
    Timeouts,
    UnreadableAnswer,
)
from itsme_facade import steps as call
from itsme_facade.arguments import transaction_request
from tests.facade.carried_out import (
    ASKED,
    BROKEN,
    CREATED,
    EMPTY_SUCCESS,
    GIVEN,
    LIMITS,
    UNREACHED,
    Clock,
    Reaction,
    World,
    answers,
    breaks,
    outcome,
    status,
)
from tests.facade.values import BACK, GUID


def create(world: World, limits: Timeouts = LIMITS) -> Started:
    request = transaction_request(token=GUID, service="login", redirect_url=BACK, scopes=["profile"])
    return world.run(call.create(world.machinery, request, limits))


# creating


def test_a_creation_is_sent_once_if_all_goes_well() -> None:
    world = World([CREATED])
    started = create(world)
    assert (started.transaction_token, started.scopes, world.pauses) == ("abc", ASKED, [])
    (exchange,) = world.exchanges
    assert (exchange.method, exchange.path) == ("POST", "/transactions")


@pytest.mark.parametrize("error", UNREACHED)
def test_a_creation_is_sent_again_if_it_certainly_never_left(error: type[httpx.HTTPError]) -> None:
    world = World([breaks(error), breaks(error), CREATED])
    assert create(world).transaction_token == "abc"
    assert len(world.exchanges) == 3
    first, second = world.pauses
    assert 0.05 <= first <= 0.1 < second <= 0.3


@pytest.mark.parametrize("error", BROKEN)
def test_a_creation_that_may_have_left_is_never_sent_again(error: type[httpx.HTTPError]) -> None:
    world = World([breaks(error)])
    with pytest.raises((NotConnected, TimedOut)) as caught:
        create(world)
    assert len(world.exchanges) == 1
    assert not caught.value.retry_safe
    assert isinstance(caught.value, TimedOut) is issubclass(error, httpx.TimeoutException)
    assert "Let the person start again" in str(caught.value)


@pytest.mark.parametrize("code", [400, 429, 500, 502, 503])
def test_a_creation_that_was_answered_is_never_sent_again(code: int) -> None:
    world = World([answers(b"", code)])
    with pytest.raises((RequestRefused, ServerFailed)):
        create(world)
    assert len(world.exchanges) == 1


def test_a_creation_gives_up_after_three_tries_and_says_that_it_was_not_reached() -> None:
    world = World(repeat(breaks(httpx.ConnectError)))
    with pytest.raises(NotConnected, match=r"not reached .*Trying again is safe") as caught:
        create(world)
    assert caught.value.retry_safe
    assert len(world.exchanges) == 3


def test_no_try_begins_after_the_time_limit() -> None:
    clock = Clock()
    world = World(repeat(breaks(httpx.ConnectTimeout, takes=0.9, clock=clock)), clock)
    with pytest.raises(TimedOut, match="not reached within the time limit"):
        create(world, Timeouts(total=1.5))
    assert len(world.exchanges) == 2
    assert all(exchange.deadline == 1001.5 for exchange in world.exchanges)


def test_a_creations_whole_answer_counts_even_if_the_connection_broke_after_it() -> None:
    body = b'{"transactionToken": "abc", "authenticationUrl": "https://login.example/1"}'
    assert create(World([breaks(httpx.ReadError, after=body)])).transaction_token == "abc"


def test_half_an_answer_to_a_creation_stays_at_hand() -> None:
    with pytest.raises(NotConnected) as caught:
        create(World([breaks(httpx.ReadError, after=b'{"transactionTok')]))
    assert caught.value.raw is not None
    assert (caught.value.raw.body, caught.value.raw.truncated) == (b'{"transactionTok', True)


# reading


def test_a_read_is_sent_once_if_all_goes_well() -> None:
    world = World([GIVEN])
    assert status(world).identity == Identity(user_id="Q1")
    (exchange,) = world.exchanges
    assert (exchange.method, exchange.path, world.pauses) == ("GET", "/status/abc", [])


@pytest.mark.parametrize("error", BROKEN)
def test_a_read_that_broke_is_repeated_and_data_that_went_out_on_it_is_called_lost(
    error: type[httpx.HTTPError],
) -> None:
    world = World([breaks(error), EMPTY_SUCCESS])
    assert outcome(status(world)) is Outcome.LOST
    assert len(world.exchanges) == 2


@pytest.mark.parametrize("error", BROKEN)
def test_a_read_that_broke_before_the_data_was_handed_out_loses_nothing(error: type[httpx.HTTPError]) -> None:
    result = status(World([breaks(error), GIVEN]))
    assert (outcome(result), result.identity) == (Outcome.GIVEN, Identity(user_id="Q1"))


@pytest.mark.parametrize("error", UNREACHED)
def test_a_read_that_never_left_is_repeated_and_nothing_is_called_lost(error: type[httpx.HTTPError]) -> None:
    world = World([breaks(error), EMPTY_SUCCESS])
    assert outcome(status(world)) is Outcome.ALREADY_GIVEN


def test_a_read_gives_up_after_three_tries_with_what_arrived_at_hand() -> None:
    world = World(repeat(breaks(httpx.ReadError, after=b'{"status": "succ')))
    with pytest.raises(ReadInterrupted, match="Trying again is safe") as caught:
        status(world)
    assert caught.value.raw is not None
    assert (caught.value.raw.body, caught.value.status_code) == (b'{"status": "succ', 200)
    assert len(world.exchanges) == 3


def test_the_error_about_a_read_without_any_answer_has_no_status() -> None:
    with pytest.raises(ReadInterrupted) as caught:
        status(World(repeat(breaks(httpx.ReadTimeout))))
    assert caught.value.status_code is None
    assert caught.value.raw is not None
    assert (caught.value.raw.body, caught.value.raw.status_code, caught.value.raw.truncated) == (b"", 0, True)


def test_what_a_call_remembers_of_a_broken_read_tells_the_next_call_what_was_lost() -> None:
    world = World([*[breaks(httpx.ReadError)] * 3, EMPTY_SUCCESS])
    with pytest.raises(ReadInterrupted):
        status(world)
    assert outcome(status(world)) is Outcome.LOST


def test_a_reads_whole_answer_counts_even_if_the_connection_broke_after_it() -> None:
    world = World([breaks(httpx.ReadError, after=b'{"status": "success", "userId": "Q1"}')])
    result = status(world)
    assert (outcome(result), result.identity) == (Outcome.GIVEN, Identity(user_id="Q1"))


def test_a_read_without_time_left_is_not_repeated() -> None:
    clock = Clock()
    world = World([breaks(httpx.ReadTimeout, takes=30, clock=clock)], clock)
    with pytest.raises(ReadInterrupted):
        status(world)


@pytest.mark.parametrize(
    ("reaction", "kind"), [(answers(b"", 500), ServerFailed), (answers(b"<html>"), UnreadableAnswer)]
)
def test_an_answer_that_nobody_can_read_is_remembered_as_a_broken_read(
    reaction: Reaction, kind: type[ItsmeError]
) -> None:
    world = World([reaction, EMPTY_SUCCESS])
    with pytest.raises(kind):
        status(world)
    assert outcome(status(world)) is Outcome.LOST


@pytest.mark.parametrize("code", [400, 404, 429])
def test_a_refused_read_hands_nothing_out(code: int) -> None:
    world = World([answers(b"", code), EMPTY_SUCCESS])
    with pytest.raises(RequestRefused):
        status(world)
    assert outcome(status(world)) is Outcome.ALREADY_GIVEN


def test_data_that_was_given_once_is_afterwards_called_given_whatever_breaks() -> None:
    world = World([GIVEN, breaks(httpx.ReadError), EMPTY_SUCCESS])
    assert outcome(status(world)) is Outcome.GIVEN
    assert outcome(status(world)) is Outcome.ALREADY_GIVEN


class Cancelled(BaseException):
    """As an event loop cancels: no Exception."""


def test_an_answer_that_came_just_as_its_caller_was_cancelled_is_what_the_next_call_returns() -> None:
    def cancelled_after(exchange: Any) -> None:
        GIVEN(exchange)
        raise Cancelled

    world = World([cancelled_after])
    with pytest.raises(Cancelled):
        status(world)
    result = status(world)
    assert (outcome(result), result.identity, len(world.exchanges)) == (Outcome.GIVEN, Identity(user_id="Q1"), 1)


def test_a_read_that_was_cancelled_underway_is_remembered_as_broken() -> None:
    world = World([breaks(Cancelled), EMPTY_SUCCESS])
    with pytest.raises(Cancelled):
        status(world)
    assert outcome(status(world)) is Outcome.LOST


def test_a_read_that_was_cancelled_before_it_left_loses_nothing() -> None:
    def cancelled_before(exchange: Any) -> None:
        exchange.answer.left = False
        raise Cancelled

    world = World([cancelled_before, EMPTY_SUCCESS])
    with pytest.raises(Cancelled):
        status(world)
    assert outcome(status(world)) is Outcome.ALREADY_GIVEN
