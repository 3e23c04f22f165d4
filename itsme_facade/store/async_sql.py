"""`SqlStore` with `await`."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from itsme_facade.store.base import AsyncStore, this_event_loop
from itsme_facade.store.phases import Lives
from itsme_facade.store.sql_durability import BUSY
from itsme_facade.store.sql_work import SqlWork

if TYPE_CHECKING:
    from collections.abc import Callable

    from itsme_facade.store.record import StoreStats
    from itsme_facade.store.sql_connections import Connections
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
        self._place: _Greenlets | _Thread | None = None

    async def open(self) -> None:
        """As `SqlStore.open`."""
        await self._here().in_turn(self._work.open)

    async def do(self, operation: Operation) -> object:
        """As `Store.do`."""
        return await self._here().in_turn(lambda: self._work.do(operation))

    async def stats(self) -> StoreStats:
        """As `Store.stats`."""
        return await self._here().in_turn(self._work.stats)

    async def aclose(self) -> None:
        """Closes the connections; the next step opens it again."""
        place, self._place = self._here(), None  # a thread ends when nobody uses it any more
        await place.run(self._work.close)

    def _here(self) -> _Greenlets | _Thread:
        """Where the work of this event loop is done. It is made anew for each; a fork, too, is followed by another."""
        loop = this_event_loop("SqlStore")
        if self._place is None or self._place.loop is not loop:
            connections = self._work.connections
            self._place = _Greenlets(loop, connections) if connections.awaited else _Thread(loop, connections)
        return self._place

    def __repr__(self) -> str:
        return f"AsyncSqlStore({self._work.dialect.called}, prefix={self._work.prefix!r})"


class _Greenlets:
    """Where an async driver is awaited from inside the work, by as many at once as there are connections."""

    def __init__(self, loop: asyncio.AbstractEventLoop, connections: Connections) -> None:
        self.loop, self._connections = loop, connections
        self._turns = asyncio.Semaphore(connections.size)

    async def run(self, work: Callable[[], _T]) -> _T:
        from sqlalchemy.util import greenlet_spawn

        return await greenlet_spawn(work)

    async def in_turn(self, work: Callable[[], _T]) -> _T:
        """Runs it in the order of asking. The pool alone lets whoever comes go before those who wait."""
        try:
            async with asyncio.timeout(BUSY if self._turns.locked() else None):
                await self._turns.acquire()
        except TimeoutError:
            raise self._connections.none_was_free() from None
        try:
            return await self.run(work)
        finally:
            self._turns.release()


class _Thread:
    """Where SQLite blocks: one thread, whose queue keeps the order of asking.

    It goes from one piece of work to the next without the event loop, which is busy meanwhile.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, connections: Connections) -> None:
        self.loop, self._connections = loop, connections
        self._thread = ThreadPoolExecutor(1, "itsme-store")

    async def run(self, work: Callable[[], _T]) -> _T:
        return await self.loop.run_in_executor(self._thread, work)

    async def in_turn(self, work: Callable[[], _T]) -> _T:
        """Runs it, unless it has waited for too long by then: whoever asked need not wait as long as all before it."""
        asked = time.monotonic()

        def now() -> _T:
            if time.monotonic() - asked > BUSY:
                raise self._connections.none_was_free()
            return work()

        return await self.run(now)
