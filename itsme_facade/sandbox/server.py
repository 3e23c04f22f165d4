"""A web server in a thread of its own, which starts and stops in a few milliseconds."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Any, Final

import uvicorn

from .connection import SandboxConnection
from .world import CannotStart

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from starlette.types import ASGIApp

_TICK: Final = 1.0  # seconds; all that uvicorn's tick does for us is to renew the Date header
_GRACE: Final = 1.0  # seconds that answers under way get to finish
_BACKLOG: Final = 2048


class ServerThread:
    """Serves an ASGI application on one socket from `start` to `stop`.

    It drives uvicorn's own steps (start up, tick, connections) instead of its `serve`, which looks only every
    100 ms whether it should end, and then rests for another 100 ms.
    """

    def __init__(self, app: ASGIApp, listener: socket.socket) -> None:
        config = uvicorn.Config(
            app,
            http=SandboxConnection,
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            proxy_headers=False,
            backlog=_BACKLOG,
        )
        config.load()
        # Without the wrapper that would write every path into a log of level TRACE.
        config.loaded_app = app
        self._server = uvicorn.Server(config)
        self._server.lifespan = config.lifespan_class(config)
        self._server.lifespan.state["door"] = self
        self._listener = listener
        self._address: tuple[Any, ...] = listener.getsockname()
        self._answering = threading.Event()
        self._stop = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="itsme-sandbox", daemon=True)
        self._door = asyncio.Lock()
        self._shut = False
        self._reopening: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Return as soon as it answers.

        Raises:
            CannotStart: The server ended before it answered.
        """
        self._thread.start()
        self._answering.wait()
        if not self._server.started:
            raise CannotStart("the web server did not start; its thread has said why")

    def stop(self) -> None:
        """Return when every connection is closed and the thread is gone."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    @property
    def is_shut(self) -> bool:
        """Whether new connections are refused."""
        return self._shut

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something in the server's own thread, such as `close_door`, and return when it is done there."""
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def close_door(self, seconds: float | None) -> None:
        """Refuse new connections for so many seconds; None: until `open_door`. The others end once they are idle."""
        async with self._door:
            self._forget_reopening()
            if not self._shut:
                self._shut = True
                self._stop_listening()
                # A socket that is bound but does not listen refuses, and keeps the port from others.
                self._listener = listen(*self._address[:2])
                for connection in list(self._server.server_state.connections):
                    connection.shutdown()
                # The idle ones close in the loop's next round: nobody is to send a request on them any more.
                await asyncio.sleep(0)
            if seconds is not None:
                self._reopening = self._loop.create_task(self._open_later(seconds))

    async def open_door(self) -> None:
        """Accept connections again. Harmless if it does."""
        async with self._door:
            self._forget_reopening()
            await self._listen_again()

    async def _open_later(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        async with self._door:
            await self._listen_again()

    def _forget_reopening(self) -> None:
        if self._reopening is not None:
            self._reopening.cancel()
            self._reopening = None

    async def _listen_again(self) -> None:
        if not self._shut:
            return
        config, state = self._server.config, self._server.server_state

        def connection() -> SandboxConnection:
            return SandboxConnection(config, state, self._server.lifespan.state)

        self._server.servers = [await self._loop.create_server(connection, sock=self._listener, backlog=_BACKLOG)]
        self._shut = False

    def _stop_listening(self) -> None:
        for listening in self._server.servers:
            listening.close()
        self._server.servers = []

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._serve())
        finally:
            self._answering.set()

    async def _serve(self) -> None:
        await self._server.startup(sockets=[self._listener])
        await self._server.on_tick(0)
        self._answering.set()
        while not self._stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), _TICK)
            await self._server.on_tick(0)
        await self._shut_down()

    async def _shut_down(self) -> None:
        self._stop_listening()
        if self._shut:
            self._listener.close()
        state = self._server.server_state
        for connection in list(state.connections):
            connection.shutdown()
        if state.tasks:
            _, late = await asyncio.wait(list(state.tasks), timeout=_GRACE)
            for task in late:
                task.cancel()
        # Connections that were told to shut down close in the loop's next rounds.
        deadline = self._loop.time() + _GRACE
        while state.connections and self._loop.time() < deadline:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.001)


def listen(host: str, port: int) -> socket.socket:
    """Take an address; it is listened on later. Port 0 takes a free one.

    Raises:
        CannotStart: The address cannot be had; the message says why.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's algorithm off only if the protocol is spelled out; else answers lose 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise CannotStart(f"cannot listen on {host} port {port}: {getattr(error, 'strerror', None) or error}") from None
    return listener
