"""Tells open pages that the world has changed, by server-sent events; the pages then ask for themselves anew."""

from __future__ import annotations

import asyncio
import contextlib
import re
from typing import TYPE_CHECKING, Final

from starlette.responses import StreamingResponse
from starlette.routing import Route

from .headers import HEADERS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from itsme_facade.sandbox.world import World

LIVE_PATH: Final = "/live"
_VERSION: Final = re.compile("[0-9]{1,18}")
_LOOK_EVERY: Final = 1.0  # seconds: what happens by itself happens when somebody looks
_TOGETHER: Final = 0.1  # seconds within which changes are told at once


class Live:
    """Counts the changes of a world and streams the count.

    Args:
        world: It tells its own changes.
        beside: What else pages show and nothing tells about; it is looked at every second while a page is open.

    Attributes:
        version: How many changes there were.
    """

    def __init__(self, world: World, beside: Callable[[], object]) -> None:
        self.version = 0
        self._world = world
        self._beside = beside
        self._beside_seen = beside()
        self._streams: set[_Stream] = set()
        self._closings = 0
        world.listen(self._changed)

    def _changed(self, _change: object) -> None:
        # Called under the world's lock, from whichever thread changed it.
        self.version += 1
        for stream in tuple(self._streams):
            stream.wake()

    def close(self) -> None:
        """End all streams, so that the server need not wait for them."""
        self._closings += 1
        for stream in tuple(self._streams):
            stream.wake()

    def routes(self) -> list[Route]:
        """The route of the stream: `GET /live?since=VERSION`.

        Anybody may follow: it tells that something has changed, and nothing else.
        """

        async def stream(request: Request) -> Response:
            since = request.headers.get("last-event-id") or request.query_params.get("since", "")
            told = int(since) if _VERSION.fullmatch(since) else self.version
            return StreamingResponse(self._lines(told, self._closings), headers=HEADERS, media_type="text/event-stream")

        return [Route(LIVE_PATH, stream, methods=["GET"])]

    def _look(self) -> None:
        with self._world.basis.lock:
            self._world.basis.catch_up()
            beside = self._beside()
            if beside != self._beside_seen:
                self._beside_seen = beside
                self._changed(beside)

    async def _lines(self, told: int, closings: int) -> AsyncIterator[str]:
        stream = _Stream()
        self._streams.add(stream)
        try:
            yield "retry: 1000\n\n"
            # Counted before the answer began: a stream that is closed before its first line must end as well.
            while closings == self._closings:
                if self.version != told:
                    told = self.version
                    yield f"id: {told}\nevent: change\ndata: {told}\n\n"
                    await asyncio.sleep(_TOGETHER)
                await stream.sleep(_LOOK_EVERY)
                self._look()
                # A comment; where nobody listens any more, the server learns of it by this.
                yield ":\n\n"
        finally:
            self._streams.discard(stream)


class _Stream:
    """One open page, asleep until something happens."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._awake = asyncio.Event()

    def wake(self) -> None:
        """Wake it, from any thread."""
        # The loop is closed when the server was stopped under it.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._awake.set)

    async def sleep(self, seconds: float) -> None:
        """Sleep until woken, or for so long."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._awake.wait(), seconds)
        self._awake.clear()
