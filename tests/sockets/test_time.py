"""Every call ends within its limits, whatever the server does, and `wait` knows when to go on and when to stop."""

import json
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

import httpx
import pytest

from itsme_facade import (
    Cancelled,
    ItsmeError,
    NotConnected,
    Outcome,
    ReadInterrupted,
    RequestRefused,
    Success,
    TimedOut,
    Timeouts,
    UnreadableAnswer,
    WaitTimeout,
)
from tests.sockets.behaviours import answer, dribble, drop, hang, refusing_port, send, send_and_hang, silent_port
from tests.sockets.caller import Caller
from tests.sockets.conftest import Connect
from tests.sockets.fault_server import Behaviour, FaultServer
from tests.sockets.people import CREATED, OPEN, WITH_PERSON

LIMIT = 0.15
TOLERANCE = 1.0
"""Seconds that a busy machine may be late."""

SLOW: dict[str, Behaviour] = {
    "a hang": hang,
    "a hang within the status line": send_and_hang(b"HTTP/1.1 2"),
    "a hang after the headers": send_and_hang(answer(content_length="500")),
    "a hang within the body": send_and_hang(answer(WITH_PERSON)[:-1]),
    "dribbled headers": dribble(answer(CREATED, x_more="y" * 5000), 0.01),
    "a dribbled body": dribble(answer(" " * 5000 + CREATED), 0.002),
    "dribbled chunks": dribble(answer(content_length="", transfer_encoding="chunked") + b"1\r\n \r\n" * 1000, 0.002),
    "informational answers without end": dribble(b"HTTP/1.1 102 Processing\r\n\r\n" * 1000, 0.001),
}
slow = pytest.mark.parametrize("behaviour", SLOW.values(), ids=SLOW)


@contextmanager
def about(seconds: float) -> Generator[None]:
    """What is in it takes so long, and not much longer."""
    begun = time.monotonic()
    yield
    taken = time.monotonic() - begun
    assert seconds - 0.05 <= taken <= seconds + TOLERANCE, f"took {taken:.2f} s instead of {seconds}"


@slow
def test_a_create_request_ends_within_its_limit(caller: Caller, server: FaultServer, behaviour: Behaviour) -> None:
    server.otherwise = behaviour
    with about(LIMIT), pytest.raises(TimedOut) as caught:
        caller.login(timeout=LIMIT)
    assert not caught.value.retry_safe
    assert server.asked("POST") == 1


@slow
def test_a_status_call_ends_within_its_limit(caller: Caller, server: FaultServer, behaviour: Behaviour) -> None:
    server.otherwise = behaviour
    with about(LIMIT), pytest.raises(ReadInterrupted) as caught:
        caller.status(timeout=LIMIT)
    assert caught.value.retry_safe
    assert server.asked("GET") == 1
    server.wait_until(lambda it: it.open_connections == 0)


@pytest.mark.parametrize("limit", [LIMIT, Timeouts(total=LIMIT)], ids=["a number", "Timeouts"])
def test_the_clients_own_limit_holds_for_a_call_without_one(
    connect: Connect, server: FaultServer, limit: float | Timeouts
) -> None:
    server.otherwise = hang
    with about(LIMIT), pytest.raises(TimedOut):
        connect(timeout=limit).login()


def test_a_call_over_a_connection_that_worked_before_ends_within_its_limit(caller: Caller, server: FaultServer) -> None:
    caller.login()
    server.otherwise = SLOW["dribbled headers"]
    with about(LIMIT), pytest.raises(TimedOut):
        caller.login(timeout=LIMIT)
    assert server.connections == 1


def test_a_call_lasts_no_longer_than_its_limit_through_several_tries(caller: Caller, server: FaultServer) -> None:
    server.tell(drop, dribble(answer(WITH_PERSON), 0.05))
    with about(LIMIT), pytest.raises(ReadInterrupted):
        caller.status(timeout=LIMIT)
    assert server.asked("GET") == 2


def test_the_limit_between_two_bytes_holds(caller: Caller, server: FaultServer) -> None:
    server.otherwise = hang
    with about(3 * 0.1), pytest.raises(ReadInterrupted):
        caller.status(timeout=Timeouts(total=9, read=0.1))
    assert server.asked("GET") == 3
    server.tell(dribble(answer(OPEN, content_type=""), 0.005))
    assert caller.status(timeout=Timeouts(total=9, read=0.4)).status == "open"
    with about(0.1), pytest.raises(TimedOut):
        caller.login(timeout=Timeouts(total=9, read=0.1))


@pytest.mark.parametrize(
    "limit", [LIMIT, Timeouts(total=LIMIT), Timeouts(total=LIMIT, connect=9)], ids=["a number", "total", "both"]
)
def test_connecting_ends_within_the_limit(connect: Connect, limit: float | Timeouts) -> None:
    with silent_port() as port:
        caller = connect(f"http://127.0.0.1:{port}", timeout=limit)
        calls: list[Callable[[], object]] = [caller.login, caller.status]
        for call in calls:
            with about(LIMIT), pytest.raises(TimedOut) as caught:
                call()
            assert caught.value.retry_safe


def test_the_limit_to_connect_holds_by_itself(connect: Connect) -> None:
    with silent_port() as port:
        caller = connect(f"http://127.0.0.1:{port}", timeout=Timeouts(total=9, connect=0.1))
        with about(3 * 0.1), pytest.raises(TimedOut):
            caller.login()


def test_a_server_that_never_says_a_word_of_tls_is_held_to_the_limit(connect: Connect, server: FaultServer) -> None:
    caller = connect(server.url.replace("http:", "https:"), timeout=LIMIT)
    calls: list[Callable[[], object]] = [caller.login, caller.status]
    for call in calls:
        with about(LIMIT), pytest.raises(TimedOut) as caught:
            call()
        assert caught.value.retry_safe
    assert server.requests == []


def test_a_slow_answer_that_ends_in_time_is_read(caller: Caller, server: FaultServer) -> None:
    server.otherwise = dribble(answer(WITH_PERSON), 0.0005)
    assert caller.status(timeout=5).identity is not None


@pytest.mark.parametrize("fault", ["a hang", "a hang within the body", "a dribbled body", "dribbled chunks"])
def test_a_transport_of_the_callers_is_held_to_the_limit_too(
    kind: str, connect: Connect, server: FaultServer, fault: str
) -> None:
    transport = httpx.HTTPTransport() if kind == "sync" else httpx.AsyncHTTPTransport()
    server.otherwise = SLOW[fault]
    with about(LIMIT), pytest.raises(ReadInterrupted):
        connect(transport=transport).status(timeout=LIMIT)


# --- wait


def test_wait_asks_until_the_transaction_is_over(caller: Caller, server: FaultServer) -> None:
    server.tell(*[send(answer(OPEN))] * 4, send(answer('{"status": "cancelled"}')))
    assert isinstance(caller.wait(timeout=5), Cancelled)
    assert server.asked("GET") == 5


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 520])
def test_wait_gets_through_troubles_that_pass(caller: Caller, server: FaultServer, status: int) -> None:
    server.tell(send(answer("", status)), send(answer("{}", status)), drop, send(answer(WITH_PERSON)))
    result = caller.wait(timeout=5)
    assert isinstance(result, Success)
    assert result.outcome is Outcome.GIVEN


def test_wait_gets_through_a_server_that_is_away_for_a_moment(connect: Connect) -> None:
    with refusing_port() as port:
        caller = connect(f"http://127.0.0.1:{port}")
        with pytest.raises(WaitTimeout) as caught:
            caller.wait(timeout=0.2)
    assert isinstance(caught.value.__cause__, NotConnected)
    assert caught.value.raw is None
    with FaultServer(send(answer(WITH_PERSON)), at=port):
        assert caller.wait(timeout=5).identity is not None


@pytest.mark.parametrize("status", [400, 401, 403, 404, 499])
def test_wait_gives_up_at_once_when_it_is_refused(caller: Caller, server: FaultServer, status: int) -> None:
    server.tell(send(answer('{"message": "no"}', status)))
    with pytest.raises(RequestRefused):
        caller.wait(timeout=5)
    assert server.asked("GET") == 1


def test_wait_gives_up_at_once_on_an_answer_that_it_cannot_read(caller: Caller, server: FaultServer) -> None:
    server.tell(send(answer("<html>")))
    with pytest.raises(UnreadableAnswer) as caught:
        caller.wait(timeout=5)
    assert caught.value.raw is not None
    assert caught.value.raw.body == b"<html>"
    assert server.asked("GET") == 1


def test_wait_that_ends_too_early_has_the_last_answer(caller: Caller, server: FaultServer) -> None:
    with about(0.3), pytest.raises(WaitTimeout) as caught:
        caller.wait(timeout=0.3)
    assert caught.value.retry_safe
    assert caught.value.raw is not None
    assert caught.value.raw.body == OPEN.encode()
    assert server.asked("GET") > 2


def test_wait_that_ends_in_trouble_has_the_troubles_answer(caller: Caller, server: FaultServer) -> None:
    server.otherwise = send(answer('{"message": "busy"}', 503))
    with pytest.raises(WaitTimeout) as caught:
        caller.wait(timeout=0.2)
    assert isinstance(caught.value.__cause__, ItsmeError)
    assert caught.value.raw is not None
    assert caught.value.raw.status_code == 503


def test_wait_of_no_time_asks_once(caller: Caller, server: FaultServer) -> None:
    with pytest.raises(WaitTimeout):
        caller.wait(timeout=0)
    assert server.asked("GET") == 1


def test_wait_finishes_a_read_that_is_under_way_when_its_time_ends(caller: Caller, server: FaultServer) -> None:
    server.tell(dribble(answer(WITH_PERSON), 0.001))
    begun = time.monotonic()
    result = caller.wait(timeout=0.1)
    assert time.monotonic() - begun > 0.3
    assert result.identity is not None


def test_wait_respects_retry_after(caller: Caller, server: FaultServer) -> None:
    server.tell(send(answer("{}", 429, retry_after="1")), send(answer(OPEN)), send(answer(WITH_PERSON)))
    with about(1.0):
        assert caller.wait(timeout=5).identity is not None
    assert server.asked("GET") == 3


def test_wait_does_not_wait_for_what_comes_too_late(caller: Caller, server: FaultServer) -> None:
    server.tell(send(answer("{}", 429, retry_after="60")))
    with about(0), pytest.raises(WaitTimeout) as caught:
        caller.wait(timeout=5)
    assert caught.value.raw is not None
    assert caught.value.raw.status_code == 429
    assert server.asked("GET") == 1


def test_wait_respects_retry_after_on_an_open_answer_too(caller: Caller, server: FaultServer) -> None:
    server.tell(send(answer(OPEN, retry_after="60")))
    with about(0), pytest.raises(WaitTimeout):
        caller.wait(timeout=5)


def test_wait_ends_when_an_identity_comes_whatever_the_status(caller: Caller, server: FaultServer) -> None:
    server.tell(send(answer(json.dumps({"status": "newWord", "userId": "u"}))))
    result = caller.wait(timeout=5)
    assert (result.status, result.over) == ("newWord", False)
    assert result.identity is not None
    assert server.asked("GET") == 1
