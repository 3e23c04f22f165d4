"""One client serves many threads, tasks and event loops over a bounded number of connections."""

import asyncio
import gc
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import anyio
import httpx
import pytest

from itsme_facade import AsyncItsme, Itsme, TimedOut, Timeouts, UnreadableAnswer
from tests.sockets.behaviours import answer, flood, hang, send, send_after
from tests.sockets.caller import Caller, Kind
from tests.sockets.conftest import Connect
from tests.sockets.fault_server import LONGEST_WAIT, FaultServer
from tests.sockets.people import OPEN, TOKEN, person_of, somebody_of_their_own

MOST_CONNECTIONS = 100


def test_calls_one_after_the_other_share_one_connection(caller: Caller, server: FaultServer) -> None:
    started = caller.login()
    for _ in range(20):
        caller.status(started)
    assert server.connections == 1


def test_many_calls_at_once_never_mix_up_their_results(caller: Caller, server: FaultServer) -> None:
    server.otherwise = somebody_of_their_own
    tokens = [f"t{number}" for number in range(800)]
    results = caller.status_of_all(tokens, at_once=16)
    assert [result.identity and result.identity.user_id for result in results] == [person_of(it) for it in tokens]
    assert server.asked("GET") == len(tokens)
    assert server.connections <= 16


def test_two_hundred_calls_at_once_wait_for_a_connection_instead_of_failing(
    connect: Connect, server: FaultServer
) -> None:
    gate = threading.Event()
    everybody = [send_after(gate, answer(OPEN))] * 200
    server.tell(*everybody)
    caller = connect(timeout=Timeouts(total=30, connect=30))
    with ThreadPoolExecutor(1) as thread:
        calls = thread.submit(caller.status_of_all, [f"t{number}" for number in range(200)], at_once=200)
        server.wait_until(lambda it: it.asked("GET") == MOST_CONNECTIONS)
        gate.set()
        results = calls.result(LONGEST_WAIT)
    assert {result.status for result in results} == {"open"}
    assert server.asked("GET") == 200
    assert server.most_open_connections == MOST_CONNECTIONS


def test_a_call_that_gets_no_connection_in_time_has_not_left(connect: Connect, server: FaultServer) -> None:
    gate = threading.Event()
    server.tell(*[send_after(gate, answer(OPEN))] * MOST_CONNECTIONS)
    caller = connect(timeout=Timeouts(total=30, connect=30))
    with ThreadPoolExecutor(1) as thread:
        calls = thread.submit(
            caller.status_of_all, [f"t{number}" for number in range(MOST_CONNECTIONS)], at_once=MOST_CONNECTIONS
        )
        server.wait_until(lambda it: it.asked("GET") == MOST_CONNECTIONS)
        with pytest.raises(TimedOut) as caught:
            caller.login(timeout=0.2)
        assert caught.value.retry_safe
        gate.set()
        calls.result(LONGEST_WAIT)
    assert server.asked("POST") == 0


def test_calls_that_fail_give_their_connections_back(caller: Caller, server: FaultServer) -> None:
    server.otherwise = hang
    for _ in range(3):
        with ThreadPoolExecutor(60) as threads:
            calls = [threads.submit(caller.login, timeout=0.2) for _ in range(60)]
        assert all(isinstance(call.exception(), TimedOut) for call in calls)
    server.wait_until(lambda it: it.open_connections == 0)
    server.otherwise = somebody_of_their_own
    assert caller.status("one").identity is not None


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_calls_that_are_cancelled_give_their_connections_back(server: FaultServer, backend: str) -> None:
    async def story() -> None:
        async with AsyncItsme(TOKEN, base_url=server.url) as itsme:
            for turn in (1, 2, 3):
                server.otherwise = hang
                async with anyio.create_task_group() as tasks:
                    for number in range(MOST_CONNECTIONS + 20):  # the last twenty are cancelled in the queue
                        tasks.start_soon(itsme.status, f"t{number}")
                    await anyio.to_thread.run_sync(wait_for, turn * MOST_CONNECTIONS)
                    tasks.cancel_scope.cancel()
            await anyio.to_thread.run_sync(wait_for_the_end)
            server.otherwise = somebody_of_their_own
            assert (await itsme.status("one")).identity is not None

    def wait_for(number: int) -> None:
        server.wait_until(lambda it: it.asked("GET") == number)

    def wait_for_the_end() -> None:
        server.wait_until(lambda it: it.open_connections == 0)

    anyio.run(story, backend=backend)
    assert server.asked("GET") == 3 * MOST_CONNECTIONS + 1


def test_closing_closes_the_connections(connect: Connect, server: FaultServer) -> None:
    caller = connect()
    caller.status_of_all([f"t{number}" for number in range(50)], at_once=8)
    assert server.open_connections > 0
    caller.close()
    server.wait_until(lambda it: it.open_connections == 0)


def test_closing_lets_a_call_that_is_under_way_end_and_then_closes_its_connection(
    connect: Connect, server: FaultServer
) -> None:
    gate = threading.Event()
    server.tell(send_after(gate, answer(OPEN)))
    caller = connect()
    with ThreadPoolExecutor(1) as thread:
        call = thread.submit(caller.status)
        server.wait_until(lambda it: it.asked("GET") == 1)
        caller.close()
        gate.set()
        assert call.result(LONGEST_WAIT).status == "open"
    server.wait_until(lambda it: it.open_connections == 0)


def test_a_client_that_was_closed_still_works_over_new_connections(connect: Connect, server: FaultServer) -> None:
    caller = connect()
    for _ in range(2):
        caller.status()
        caller.status()
        caller.close()
    assert server.connections == 2
    server.wait_until(lambda it: it.open_connections == 0)


def test_connections_that_stay_unused_are_not_used_again_after_a_while(
    caller: Caller, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller.status("one")
    real = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: real() + 60)
    caller.status("another", timeout=120)
    monkeypatch.undo()
    assert server.connections == 2
    server.wait_until(lambda it: it.open_connections == 1)


def test_a_client_or_transport_of_the_callers_is_used_and_left_open(
    kind: str, connect: Connect, server: FaultServer
) -> None:
    if kind == "sync":
        with httpx.Client(headers={"x-ours": "yes"}) as http_client, httpx.HTTPTransport() as transport:
            for caller in (connect(http_client=http_client), connect(transport=transport)):
                caller.login()
                caller.status()
                caller.close()
            assert server.open_connections == server.connections == 2
            assert not http_client.is_closed
            assert http_client.get(server.url).status_code == 200
    else:
        async_client, async_transport = httpx.AsyncClient(headers={"x-ours": "yes"}), httpx.AsyncHTTPTransport()
        first, second = connect(http_client=async_client), connect(transport=async_transport)
        for caller in (first, second):
            caller.login()
            caller.status()
            caller.close()
        assert server.open_connections == server.connections == 2
        assert not async_client.is_closed
        assert first.portal is not None
        first.portal.call(async_client.aclose)
        first.portal.call(async_transport.aclose)
    assert [b"x-ours: yes" in asked.head.lower() for asked in server.requests[:4]] == [True, True, False, False]
    server.wait_until(lambda it: it.open_connections == 0)


def test_a_client_of_the_callers_that_follows_redirects_does_not_follow_ours(
    kind: str, connect: Connect, server: FaultServer
) -> None:
    maker = httpx.Client if kind == "sync" else httpx.AsyncClient
    http_client = maker(follow_redirects=True)
    caller = connect(http_client=http_client)
    with FaultServer(send(answer(OPEN))) as elsewhere:
        server.tell(send(answer("", 302, location=elsewhere.url)))
        with pytest.raises(Exception, match="redirect"):
            caller.status()
        assert elsewhere.connections == 0
    if isinstance(http_client, httpx.Client):
        http_client.close()
    else:
        assert caller.portal is not None
        caller.portal.call(http_client.aclose)


def test_two_hundred_tasks_share_one_async_client(server: FaultServer) -> None:
    server.otherwise = somebody_of_their_own

    async def story() -> None:
        async with AsyncItsme(TOKEN, base_url=server.url) as itsme:
            tokens = [f"t{number}" for number in range(200)]
            results = await asyncio.gather(*(itsme.status(token) for token in tokens))
            assert [result.identity and result.identity.user_id for result in results] == [
                person_of(token) for token in tokens
            ]

    asyncio.run(story())
    assert server.most_open_connections <= MOST_CONNECTIONS


@pytest.mark.parametrize("maker", [Itsme, AsyncItsme])
def test_a_second_client_shares_the_first_ones_tls_and_takes_no_time(maker: type[Itsme | AsyncItsme]) -> None:
    maker(TOKEN)
    taken: list[float] = []
    for _ in range(20):
        begun = time.perf_counter()
        maker(TOKEN)
        taken.append(time.perf_counter() - begun)
    assert min(taken) < 0.001  # the least, because other programs use this machine too


def test_an_answer_cut_off_leaves_nothing_behind_in_a_client_of_the_callers(
    kind: Kind, connect: Connect, server: FaultServer
) -> None:
    # trio warns of every generator that is left to the garbage collector, and a warning fails the test.
    http_client = httpx.Client() if kind == "sync" else httpx.AsyncClient()
    caller = connect(http_client=http_client, timeout=5)
    server.tell(*[flood(answer(content_length=""), b" " * 65_536)] * 2)
    for _ in range(2):
        with pytest.raises(UnreadableAnswer) as caught:
            caller.status()
        assert caught.value.raw is not None
        assert caught.value.raw.truncated
        if caller.portal is None:
            gc.collect()
        else:
            caller.portal.call(gc.collect)
    if isinstance(http_client, httpx.Client):
        http_client.close()
    elif caller.portal is not None:
        caller.portal.call(http_client.aclose)
