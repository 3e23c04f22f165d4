"""A read that its caller cancels is an interrupted read: what went out with it is lost, what came is kept."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any

import anyio
import httpx
import pytest
import trio

from itsme_facade import AsyncItsme, Itsme, Outcome, Success
from tests.sockets.behaviours import answer, hang, interrupt_the_caller, send
from tests.sockets.fault_server import FaultServer
from tests.sockets.people import TOKEN, TRANSACTION, WITH_PERSON, WITHOUT_PERSON

given = send(answer(WITH_PERSON))
not_given = send(answer(WITHOUT_PERSON))


def test_a_keyboard_interrupt_within_a_read_is_an_interrupted_read(server: FaultServer) -> None:
    server.tell(interrupt_the_caller, not_given)
    with Itsme(TOKEN, base_url=server.url) as itsme:
        with pytest.raises(KeyboardInterrupt):
            itsme.status(TRANSACTION)
        server.wait_until(lambda it: it.open_connections == 0)
        result = itsme.status(TRANSACTION)
    assert isinstance(result, Success)
    assert result.outcome is Outcome.LOST


Read = Callable[[], Coroutine[Any, Any, object]]


async def seen(server: FaultServer, condition: Callable[[FaultServer], bool]) -> None:
    await anyio.to_thread.run_sync(server.wait_until, condition)


async def cancelled_by_asyncio(server: FaultServer, read: Read) -> None:
    task = asyncio.ensure_future(read())
    await seen(server, lambda it: it.asked("GET") == 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def cancelled_by_a_scope(server: FaultServer, read: Read) -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(read)
        await seen(server, lambda it: it.asked("GET") == 1)
        tasks.cancel_scope.cancel()


async def cancelled_by_trio(server: FaultServer, read: Read) -> None:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(read)
        await seen(server, lambda it: it.asked("GET") == 1)
        nursery.cancel_scope.cancel()


Cancel = Callable[[FaultServer, Read], Awaitable[None]]
CANCELLATIONS: dict[str, tuple[str, Cancel]] = {
    "an asyncio task": ("asyncio", cancelled_by_asyncio),
    "a scope on asyncio": ("asyncio", cancelled_by_a_scope),
    "a scope on trio": ("trio", cancelled_by_a_scope),
    "a trio nursery": ("trio", cancelled_by_trio),
}


@pytest.mark.parametrize(("backend", "cancel"), CANCELLATIONS.values(), ids=CANCELLATIONS)
def test_a_cancelled_read_is_an_interrupted_read(server: FaultServer, backend: str, cancel: Cancel) -> None:
    async def story() -> None:
        async with AsyncItsme(TOKEN, base_url=server.url) as itsme:
            server.tell(hang, not_given)
            await cancel(server, lambda: itsme.status(TRANSACTION))
            await seen(server, lambda it: it.open_connections == 0)
            result = await itsme.status(TRANSACTION, scopes=["email"])
            assert isinstance(result, Success)
            assert result.outcome is Outcome.LOST

    anyio.run(story, backend=backend)
    assert server.asked("GET") == 2
    assert server.connections == 2


class SlowToClose(httpx.AsyncHTTPTransport):
    """Gives the whole answer, then takes until it is cancelled to close it."""

    def __init__(self) -> None:
        super().__init__()
        self.closing = threading.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        body = await response.aread()
        return httpx.Response(response.status_code, headers=response.headers, stream=_ClosesSlowly(body, self.closing))


class _ClosesSlowly(httpx.AsyncByteStream):
    def __init__(self, body: bytes, closing: threading.Event) -> None:
        self._body, self._closing = body, closing

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body

    async def aclose(self) -> None:
        if not self._closing.is_set():
            self._closing.set()
            await anyio.sleep_forever()


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_an_answer_that_a_cancelled_read_had_already_is_what_the_next_call_gives(
    server: FaultServer, backend: str
) -> None:
    async def story() -> None:
        async with SlowToClose() as transport:
            itsme = AsyncItsme(TOKEN, base_url=server.url, transport=transport)
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(itsme.status, TRANSACTION)
                await anyio.to_thread.run_sync(transport.closing.wait)
                tasks.cancel_scope.cancel()
            result = await itsme.status(TRANSACTION)
            assert isinstance(result, Success)
            assert result.outcome is Outcome.GIVEN
            assert server.asked("GET") == 1
            server.tell(not_given)
            again = await itsme.status(TRANSACTION)
            assert isinstance(again, Success)
            assert again.outcome is Outcome.ALREADY_GIVEN
            assert server.asked("GET") == 2

    server.tell(given)
    anyio.run(story, backend=backend)
