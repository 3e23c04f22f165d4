"""A success says what became of the person's data, whatever happened on the wire before."""

from typing import Any

import pytest

from itsme_facade import Outcome, ReadInterrupted, RequestRefused, ServerFailed, Success, Timeouts, UnreadableAnswer
from tests.sockets.behaviours import answer, drop, hang, reset, send, send_and_close, send_and_hang
from tests.sockets.caller import Caller
from tests.sockets.conftest import Connect
from tests.sockets.fault_server import Behaviour, FaultServer
from tests.sockets.people import OPEN, TRANSACTION, WITH_PERSON, WITHOUT_PERSON

given = send(answer(WITH_PERSON))
not_given = send(answer(WITHOUT_PERSON))
BROKEN_AFTER_THE_DATA_WENT_OUT: dict[str, Behaviour] = {
    "dropped": drop,
    "reset": reset,
    "dropped within the headers": send_and_close(answer(WITH_PERSON)[:20]),
    "dropped within the body": send_and_close(answer(WITH_PERSON)[:-40]),
}


def outcome(caller: Caller, transaction: str = TRANSACTION, **options: Any) -> Outcome:
    result = caller.status(transaction, **options)
    assert isinstance(result, Success)
    return result.outcome


def test_data_that_came_is_given_and_the_next_read_says_that_it_was(caller: Caller, server: FaultServer) -> None:
    started = caller.login(scopes=["email"])
    server.tell(given, not_given)
    results = [caller.status(started), caller.status(started)]
    assert [result.outcome for result in results if isinstance(result, Success)] == [
        Outcome.GIVEN,
        Outcome.ALREADY_GIVEN,
    ]


def test_nothing_asked_for_is_not_asked(caller: Caller, server: FaultServer) -> None:
    started = caller.login()
    server.tell(not_given)
    result = caller.status(started)
    assert isinstance(result, Success)
    assert result.outcome is Outcome.NOT_ASKED


def test_a_read_by_another_process_before_is_already_given(connect: Connect, server: FaultServer) -> None:
    first, second = connect(), connect()
    started = first.login(scopes=["email"])
    server.tell(given, not_given)
    assert first.status(started).identity is not None
    result = second.status(started)
    assert isinstance(result, Success)
    assert result.outcome is Outcome.ALREADY_GIVEN


def test_a_bare_token_without_scopes_is_unknown(caller: Caller, server: FaultServer) -> None:
    server.tell(not_given, not_given)
    assert outcome(caller) is Outcome.UNKNOWN
    assert outcome(caller, scopes=["phone"]) is Outcome.ALREADY_GIVEN


@pytest.mark.parametrize("scopes", [["email"], None], ids=["scopes known", "a bare token"])
@pytest.mark.parametrize("broken", BROKEN_AFTER_THE_DATA_WENT_OUT.values(), ids=BROKEN_AFTER_THE_DATA_WENT_OUT)
def test_data_that_went_out_on_a_broken_connection_is_lost(
    caller: Caller, server: FaultServer, broken: Behaviour, scopes: list[str] | None
) -> None:
    server.tell(broken, not_given, not_given)
    assert outcome(caller, scopes=scopes) is Outcome.LOST
    assert outcome(caller, scopes=scopes) is Outcome.LOST
    assert server.asked("GET") == 3


def test_what_did_arrive_of_lost_data_stays_reachable(caller: Caller, server: FaultServer) -> None:
    server.tell(BROKEN_AFTER_THE_DATA_WENT_OUT["dropped within the body"], drop, not_given)
    result = caller.status(scopes=["email"])
    assert isinstance(result, Success)
    assert result.outcome is Outcome.LOST
    assert result.partial is not None
    assert result.partial.body == WITH_PERSON[:-40].encode()
    assert result.partial.truncated


def test_nothing_is_kept_of_a_broken_read_once_the_data_has_come(caller: Caller, server: FaultServer) -> None:
    server.tell(BROKEN_AFTER_THE_DATA_WENT_OUT["dropped within the body"], given, not_given)
    for result in (caller.status(scopes=["email"]), caller.status(scopes=["email"])):
        assert isinstance(result, Success)
        assert result.partial is None


def test_a_broken_read_loses_nothing_if_the_data_comes_with_the_next(caller: Caller, server: FaultServer) -> None:
    server.tell(drop, reset, given, not_given)
    assert outcome(caller) is Outcome.GIVEN
    assert outcome(caller) is Outcome.ALREADY_GIVEN


def test_a_broken_read_of_a_transaction_that_asked_for_nothing_loses_nothing(
    caller: Caller, server: FaultServer
) -> None:
    server.tell(drop, not_given)
    assert outcome(caller, scopes=[]) is Outcome.NOT_ASKED


def test_a_broken_read_says_nothing_of_other_transactions(caller: Caller, server: FaultServer) -> None:
    server.tell(drop, not_given, not_given)
    assert outcome(caller, "one", scopes=["email"]) is Outcome.LOST
    assert outcome(caller, "another", scopes=["email"]) is Outcome.ALREADY_GIVEN


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520])
def test_data_that_a_failing_server_took_along_is_lost(caller: Caller, server: FaultServer, status: int) -> None:
    server.tell(send(answer("{}", status)), not_given)
    with pytest.raises(ServerFailed):
        caller.status()
    assert outcome(caller, scopes=["email"]) is Outcome.LOST


def test_data_in_an_answer_that_nobody_can_read_is_lost_but_for_its_bytes(caller: Caller, server: FaultServer) -> None:
    server.tell(send(answer(WITH_PERSON[:-1])), not_given)
    with pytest.raises(UnreadableAnswer) as caught:
        caller.status()
    assert caught.value.raw is not None
    assert caught.value.raw.body == WITH_PERSON[:-1].encode()
    assert outcome(caller, scopes=["email"]) is Outcome.LOST


def test_a_refused_read_takes_no_data(caller: Caller, server: FaultServer) -> None:
    server.tell(send(answer("{}", 404)), not_given)
    with pytest.raises(RequestRefused):
        caller.status()
    assert outcome(caller, scopes=["email"]) is Outcome.ALREADY_GIVEN


def test_a_read_that_timed_out_may_have_taken_the_data(caller: Caller, server: FaultServer) -> None:
    server.tell(hang, not_given)
    with pytest.raises(ReadInterrupted):
        caller.status(timeout=0.2)
    assert outcome(caller, scopes=["email"]) is Outcome.LOST


def test_a_read_that_hangs_is_asked_again_when_its_own_limit_is_shorter_than_the_calls(
    caller: Caller, server: FaultServer
) -> None:
    server.tell(hang, not_given)
    assert outcome(caller, scopes=["email"], timeout=Timeouts(total=5, read=0.1)) is Outcome.LOST
    assert server.asked("GET") == 2


def test_a_whole_answer_on_a_connection_that_then_hangs_is_given(caller: Caller, server: FaultServer) -> None:
    server.tell(send_and_hang(answer(WITH_PERSON, content_length="9999")))
    assert outcome(caller, timeout=0.3) is Outcome.GIVEN
    assert server.asked("GET") == 1


def test_wait_says_that_the_data_was_lost(caller: Caller, server: FaultServer) -> None:
    server.tell(send(answer(OPEN)), drop, drop, drop, send(answer(OPEN)), not_given)
    result = caller.wait(scopes=["email"], timeout=5)
    assert isinstance(result, Success)
    assert result.outcome is Outcome.LOST
    assert server.asked("GET") == 6


def test_the_outcome_of_one_client_is_not_the_others(connect: Connect, server: FaultServer) -> None:
    first, second = connect(), connect()
    server.tell(drop, not_given, not_given)
    assert outcome(first, scopes=["email"]) is Outcome.LOST
    assert outcome(second, scopes=["email"]) is Outcome.ALREADY_GIVEN
