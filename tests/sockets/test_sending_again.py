"""A request is sent again only by the facade's own decision: a POST if it never left, a GET if no answer arrived."""

from contextlib import ExitStack

import anyio
import pytest

from itsme_facade import AsyncItsme, NotConnected, Outcome, ReadInterrupted, Started, Success, TimedOut
from tests.sockets.behaviours import answer, drop, refusing_port, reset, send, send_and_close, silent_port
from tests.sockets.caller import Caller
from tests.sockets.conftest import Connect
from tests.sockets.fault_server import Behaviour, FaultServer
from tests.sockets.people import CREATED, OPEN, TOKEN, TRANSACTION, WITH_PERSON, WITHOUT_PERSON, as_usual

LOSSES: dict[str, Behaviour] = {
    "dropped before the answer": drop,
    "reset before the answer": reset,
    "dropped within the status line": send_and_close(b"HTTP/1.1 2"),
    "dropped within the headers": send_and_close(b"HTTP/1.1 200 OK\r\ncontent-le"),
    "dropped after the headers": send_and_close(answer(content_length="500")),
    "dropped within the body": send_and_close(answer(WITH_PERSON)[:-40]),
    "dropped within a chunk": send_and_close(
        answer(content_length="", transfer_encoding="chunked") + b"500\r\n" + WITH_PERSON[:99].encode()
    ),
    "no HTTP": send_and_close(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"),
}
lossy = pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)


def test_a_refused_connection_is_an_error_after_which_trying_again_is_safe(connect: Connect) -> None:
    with refusing_port() as port:
        caller = connect(f"http://127.0.0.1:{port}")
        with pytest.raises(NotConnected, match="not reached") as caught:
            caller.login()
        assert caught.value.retry_safe
        with pytest.raises(NotConnected) as caught:
            caller.status()
        assert caught.value.retry_safe


def test_a_create_request_that_never_left_is_sent_when_the_server_is_back(connect: Connect) -> None:
    with ExitStack() as later:
        with refusing_port() as port:
            caller = connect(f"http://127.0.0.1:{port}")
            started: list[FaultServer] = []
        caller.hurry(
            lambda: started.append(later.enter_context(FaultServer(as_usual, at=port))) if not started else None
        )
        assert isinstance(caller.login(), Started)
        assert started[0].asked("POST") == 1


def test_a_name_that_does_not_exist_is_not_connected(connect: Connect) -> None:
    caller = connect("https://no-such-host.invalid", timeout=5)
    with pytest.raises((NotConnected, TimedOut)) as caught:
        caller.login()
    assert caught.value.retry_safe


@lossy
@pytest.mark.parametrize("kept_alive", [False, True])
def test_a_create_request_is_sent_once_whatever_becomes_of_its_answer(
    caller: Caller, server: FaultServer, loss: Behaviour, kept_alive: bool
) -> None:
    if kept_alive:
        caller.login()
    before = server.asked("POST")
    server.tell(loss)
    with pytest.raises(NotConnected, match="no answer arrived") as caught:
        caller.login()
    assert not caught.value.retry_safe
    assert caught.value.raw is not None
    assert server.asked("POST") == before + 1
    assert caller.login().transaction_token == TRANSACTION
    assert server.asked("POST") == before + 2


@lossy
@pytest.mark.parametrize("kept_alive", [False, True])
def test_a_status_whose_answer_was_lost_is_asked_for_once_more(
    caller: Caller, server: FaultServer, loss: Behaviour, kept_alive: bool
) -> None:
    if kept_alive:
        caller.status("another")
    before = server.asked("GET")
    server.tell(loss, send(answer(WITH_PERSON)))
    result = caller.status(scopes=["email"])
    assert isinstance(result, Success)
    assert result.outcome is Outcome.GIVEN
    assert server.asked("GET") == before + 2


@lossy
def test_a_status_is_asked_for_three_times_in_one_call_and_not_more(
    caller: Caller, server: FaultServer, loss: Behaviour
) -> None:
    server.otherwise = loss
    with pytest.raises(ReadInterrupted) as caught:
        caller.status()
    assert server.asked("GET") == 3
    assert caught.value.retry_safe
    assert caught.value.raw is not None
    assert caught.value.raw.truncated


def test_what_arrived_of_a_broken_answer_is_on_the_error(caller: Caller, server: FaultServer) -> None:
    server.otherwise = send_and_close(answer(WITH_PERSON)[:-40])
    with pytest.raises(ReadInterrupted) as caught:
        caller.status()
    assert caught.value.status_code == 200
    assert caught.value.raw is not None
    assert caught.value.raw.body == WITH_PERSON[:-40].encode()


def test_a_server_that_hangs_up_on_arrival_gets_each_create_request_once_at_most(
    caller: Caller, server: FaultServer
) -> None:
    server.hang_up_on_arrival = True
    with pytest.raises(NotConnected):
        caller.login()
    assert server.connections == 1
    with pytest.raises(ReadInterrupted):
        caller.status()
    assert server.connections == 4


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_connection_that_the_server_has_closed_is_noticed_before_it_is_used(
    caller: Caller, server: FaultServer, method: str
) -> None:
    server.tell(*[send_and_close(answer(CREATED if method == "POST" else OPEN))] * 5)
    for _ in range(5):
        if method == "POST":
            caller.login()
        else:
            caller.status()
        server.wait_until(lambda it: it.open_connections == 0)
    assert server.asked(method) == server.connections == 5


def test_a_server_that_says_connection_close_is_not_sent_to_on_it(caller: Caller, server: FaultServer) -> None:
    server.otherwise = send(answer(OPEN, connection="close"))
    for _ in range(3):
        assert caller.status().status == "open"
    assert server.asked("GET") == server.connections == 3


def test_an_unused_connection_that_says_something_by_itself_is_not_used(caller: Caller, server: FaultServer) -> None:
    server.tell(send(answer(OPEN)))
    assert caller.status("one").status == "open"
    server.say_on_all_connections(answer(WITH_PERSON))
    result = caller.status("another")
    assert (result.status, result.identity) == ("open", None)
    assert server.connections == 2


def test_a_connection_that_cannot_be_made_in_time_is_safe_to_try_again(connect: Connect) -> None:
    with silent_port() as port:
        caller = connect(f"http://127.0.0.1:{port}", timeout=0.3)
        with pytest.raises(TimedOut, match="not reached") as caught:
            caller.login()
        assert caught.value.retry_safe


def test_a_status_that_was_never_asked_for_is_no_interrupted_read(connect: Connect) -> None:
    with silent_port() as port:
        caller = connect(f"http://127.0.0.1:{port}", timeout=0.3)
        with pytest.raises(TimedOut):
            caller.status()
    with FaultServer(send(answer(WITHOUT_PERSON)), at=port):
        result = caller.status(scopes=["email"], timeout=5)
    assert isinstance(result, Success)
    assert result.outcome is Outcome.ALREADY_GIVEN


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_read_that_is_cancelled_before_there_is_a_connection_is_no_interrupted_read(backend: str) -> None:
    async def story() -> None:
        with silent_port() as port:
            itsme = AsyncItsme(TOKEN, base_url=f"http://127.0.0.1:{port}")
            with anyio.move_on_after(0.1):
                await itsme.status(TRANSACTION)
        with FaultServer(send(answer(WITHOUT_PERSON)), at=port):
            result = await itsme.status(TRANSACTION, scopes=["email"])
            await itsme.aclose()
        assert isinstance(result, Success)
        assert result.outcome is Outcome.ALREADY_GIVEN

    anyio.run(story, backend=backend)
