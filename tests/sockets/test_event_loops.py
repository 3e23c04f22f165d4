"""One async client works in one event loop after the other, and in several at once."""

import asyncio
import gc
import threading
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest
import trio

from itsme_facade import AsyncItsme
from tests.sockets.fault_server import LONGEST_WAIT, FaultServer
from tests.sockets.people import TOKEN, TRANSACTION, person_of, somebody_of_their_own


@pytest.mark.parametrize(
    "loops", [("asyncio", "asyncio"), ("asyncio", "trio"), ("trio", "asyncio"), ("trio", "trio")], ids="-".join
)
def test_an_async_client_works_in_one_event_loop_after_the_other(server: FaultServer, loops: tuple[str, str]) -> None:
    server.otherwise = somebody_of_their_own
    itsme = AsyncItsme(TOKEN, base_url=server.url)

    async def ask() -> None:
        for token in ("one", "another"):
            result = await itsme.status(token)
            assert result.identity is not None
            assert result.identity.user_id == person_of(token)
        await itsme.aclose()

    for loop in loops:
        anyio.run(ask, backend=loop)
    assert server.connections == 2
    server.wait_until(lambda it: it.open_connections == 0)


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # Python's word on what the story is about
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_an_event_loop_that_ended_without_closing_leaves_no_connection_for_ever(
    server: FaultServer, backend: str
) -> None:
    itsme = AsyncItsme(TOKEN, base_url=server.url)
    for _ in range(5):
        assert anyio.run(itsme.status, TRANSACTION, backend=backend).status == "open"
    gc.collect()
    server.wait_until(lambda it: it.open_connections <= 1)
    assert server.connections == 5

    async def ask_and_close() -> None:
        async with itsme:
            await itsme.status(TRANSACTION)

    anyio.run(ask_and_close, backend=backend)
    gc.collect()
    server.wait_until(lambda it: it.open_connections == 0)


@pytest.mark.parametrize("how", ["asyncio", "trio"])
def test_an_async_client_works_in_two_event_loops_at_once(server: FaultServer, how: str) -> None:
    server.otherwise = somebody_of_their_own
    itsme = AsyncItsme(TOKEN, base_url=server.url)
    together = threading.Barrier(2, timeout=LONGEST_WAIT)

    async def ask(name: str) -> list[str | None]:
        found: list[str | None] = []
        for number in range(50):
            together.wait()  # both loops ask at the same moment, over and over
            result = await itsme.status(f"{name}{number}")
            found.append(None if result.identity is None else result.identity.user_id)
        await itsme.aclose()
        return found

    def run(name: str) -> list[str | None]:
        return asyncio.run(ask(name)) if how == "asyncio" else trio.run(ask, name)

    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(run, ["a", "b"]))
    assert found == [[person_of(f"{name}{number}") for number in range(50)] for name in "ab"]
    assert server.connections == 2
