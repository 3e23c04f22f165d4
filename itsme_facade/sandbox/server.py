"""A web server in a thread of its own, which starts and stops in a few milliseconds."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Any, Final

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from .errors import CannotStart

if TYPE_CHECKING:
    from starlette.types import ASGIApp
    from uvicorn.server import ServerState

_TICK: Final = 1.0  # seconds; all that uvicorn's tick does for us is to renew the Date header
_GRACE: Final = 1.0  # seconds that answers under way get to finish


class _QuietProtocol(H11Protocol):
    """Keeps no access log, whatever loggers this process has: the API's paths hold transaction tokens.

    uvicorn's own switch for it would silence a logger that belongs to every server in the process. And always
    h11, also where a faster parser is installed, so that odd requests get the same answer everywhere.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.access_log = False


class ServerThread:
    """Serves an ASGI application on one socket from `start` to `stop`.

    It drives uvicorn's own steps (start up, tick, connections) instead of its `serve`, which looks only every
    100 ms whether it should end, and then rests for another 100 ms.
    """

    def __init__(self, app: ASGIApp, listener: socket.socket) -> None:
        config = uvicorn.Config(
            app,
            http=_QuietProtocol,
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            proxy_headers=False,
        )
        config.load()
        # Without the wrapper that would write every path into a log of level TRACE.
        config.loaded_app = app
        self._server = uvicorn.Server(config)
        self._server.lifespan = config.lifespan_class(config)
        self._listener = listener
        self._answering = threading.Event()
        self._stop = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="itsme-sandbox", daemon=True)

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
        for listening in self._server.servers:
            listening.close()
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
    """Open a listening socket; port 0 takes a free one.

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
