"""`SqlStore` with `await`."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from attrs import frozen

from itsme_facade.store.base import AsyncStore, this_event_loop
from itsme_facade.store.phases import Lives
from itsme_facade.store.sql_durability import BUSY
from itsme_facade.store.sql_work import SqlWork

if TYPE_CHECKING:
    from collections.abc import Callable

    from itsme_facade.store.record import StoreStats
    from itsme_facade.store.steps import Operation

_T = TypeVar("_T")


class AsyncSqlStore(AsyncStore):
    """`SqlStore` with `await`. It works on asyncio, in the event loop that it was opened in.

    PostgreSQL is awaited by psycopg. SQLite, which cannot be, blocks a thread that does nothing else.

    Args:
        url: as for `SqlStore`; the same URL will do.
        prefix: what the tables' names begin with.
        accept_loss: open a database, too, that may lose what it has confirmed.
        lives: how long things are kept.

    Raises:
        InvalidArguments: the URL names another database, or the prefix will not do.
        MissingExtra: SQLAlchemy, greenlet or the database's driver is not installed.
    """

    def __init__(
        self, url: str, prefix: str = "itsme_", *, accept_loss: bool = False, lives: Lives | None = None
    ) -> None:
        self.lives = lives or Lives()
        self._work = SqlWork(url, prefix, awaited=True, accept_loss=accept_loss)
        self._place: _Place | None = None

    async def open(self) -> None:
        """As `SqlStore.open`."""
        await self._here().run(self._work.open)

    async def do(self, operation: Operation) -> object:
        """As `Store.do`."""
        place = self._here()
        await self._turn(place)
        try:
            return await place.run(lambda: self._work.do(operation))
        finally:
            place.turns.release()

    async def stats(self) -> StoreStats:
        """As `Store.stats`."""
        return await self._here().run(self._work.stats)

    async def aclose(self) -> None:
        """Closes the connections; the next step opens it again."""
        place, self._place = self._here(), None  # its thread ends when nobody uses it any more
        await place.run(self._work.close)

    def _here(self) -> _Place:
        loop = this_event_loop("SqlStore")
        place = self._place
        if place is None or place.loop is not loop:
            connections = self._work.connections
            thread = None if connections.awaited else ThreadPoolExecutor(1, "itsme-store")
            self._place = place = _Place(loop, asyncio.Semaphore(connections.size), thread)
        return place

    async def _turn(self, place: _Place) -> None:
        """Waits until it is this task's turn. The pool alone lets whoever comes go before those who wait."""
        try:
            async with asyncio.timeout(BUSY if place.turns.locked() else None):
                await place.turns.acquire()
        except TimeoutError:
            raise self._work.connections.none_was_free() from None

    def __repr__(self) -> str:
        return f"AsyncSqlStore({self._work.dialect.called}, prefix={self._work.prefix!r})"


@frozen
class _Place:
    """Where the work of one event loop is done. It is made for each: the thread would not survive a fork either.

    Args:
        loop: the event loop.
        turns: one for each connection.
        thread: what blocks for it; None where the driver is awaited.
    """

    loop: asyncio.AbstractEventLoop
    turns: asyncio.Semaphore
    thread: ThreadPoolExecutor | None

    async def run(self, work: Callable[[], _T]) -> _T:
        if self.thread is not None:
            return await self.loop.run_in_executor(self.thread, work)
        from sqlalchemy.util import greenlet_spawn

        return await greenlet_spawn(work)
