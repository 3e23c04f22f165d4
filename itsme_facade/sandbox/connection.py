"""One connection of the web server, which faults can stall and break."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Protocol, cast

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from collections.abc import Coroutine

    import uvicorn
    from uvicorn.protocols.http.h11_impl import RequestResponseCycle
    from uvicorn.server import ServerState


class Door(Protocol):
    """What lets connections in."""

    @property
    def is_shut(self) -> bool:
        """Whether new connections are refused."""
        ...

    async def close_door(self, seconds: float | None) -> None:
        """Refuse new connections for so many seconds, or until `open_door`; end the others once they are idle."""

    async def open_door(self) -> None:
        """Accept connections again."""

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Do one of these from another thread than the server's."""


class SandboxConnection(H11Protocol):
    """Keeps no access log, whatever loggers this process has: the API's paths hold transaction tokens.

    uvicorn's own switch for it would silence a logger that belongs to every server in the process. And always
    h11, also where a faster parser is installed, so that odd requests get the same answer everywhere.

    It lends itself to what it serves as `scope["state"]["connection"]`.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, {"connection": self}, _loop)
        self.access_log = False
        self._door: Door = app_state["door"]
        self._over = asyncio.Event()
        self._pausing = False

    def connection_lost(self, exc: Exception | None) -> None:
        """Wake who waits for it."""
        super().connection_lost(exc)
        self._over.set()

    def shutdown(self) -> None:
        """End it: at once if it is idle, stalls or streams, else after its answer."""
        # None before the first request, whatever uvicorn's types say.
        cycle = cast("RequestResponseCycle | None", self.cycle)
        if self._pausing:
            self.transport.abort()
        elif cycle is not None and cycle.response_started and not cycle.response_complete:
            self.transport.close()
        else:
            super().shutdown()

    async def pause(self, seconds: float | None) -> None:
        """Wait so many seconds of the machine, or for ever; less if the connection ends."""
        self._pausing = True
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), seconds)
        finally:
            self._pausing = False

    def drop(self) -> None:
        """Break it at once; what is not on the wire yet is lost."""
        self.transport.abort()

    def hang_up(self) -> None:
        """End it once everything is sent, without having said so."""
        self.transport.close()

    async def refuse_others(self, seconds: float) -> None:
        """Refuse new connections for so many seconds and end the kept-alive ones."""
        await self._door.close_door(seconds)
