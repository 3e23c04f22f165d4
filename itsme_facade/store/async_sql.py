"""`SqlStore` with `await`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

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
    """`SqlStore` with `await`, by aiosqlite or psycopg. It works on asyncio, in the event loop that it was opened in.

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
        self._turns: tuple[asyncio.AbstractEventLoop, asyncio.Semaphore] | None = None

    async def open(self) -> None:
        """As `SqlStore.open`."""
        await _in_greenlet(self._work.open)

    async def do(self, operation: Operation) -> object:
        """As `Store.do`."""
        turn = await self._turn()
        try:
            return await _in_greenlet(lambda: self._work.do(operation))
        finally:
            turn.release()

    async def stats(self) -> StoreStats:
        """As `Store.stats`."""
        return await _in_greenlet(self._work.stats)

    async def aclose(self) -> None:
        """Closes the connections; the next step opens it again."""
        await _in_greenlet(self._work.close)

    async def _turn(self) -> asyncio.Semaphore:
        """Waits until it is this task's turn. The pool alone lets whoever comes go before those who wait."""
        loop = this_event_loop("SqlStore")
        if self._turns is None or self._turns[0] is not loop:
            self._turns = loop, asyncio.Semaphore(self._work.connections.size)
        turn = self._turns[1]
        try:
            async with asyncio.timeout(BUSY if turn.locked() else None):
                await turn.acquire()
        except TimeoutError:
            raise self._work.connections.none_was_free() from None
        return turn

    def __repr__(self) -> str:
        return f"AsyncSqlStore({self._work.dialect.called}, prefix={self._work.prefix!r})"


async def _in_greenlet(work: Callable[[], _T]) -> _T:
    from sqlalchemy.util import greenlet_spawn

    this_event_loop("SqlStore")
    return await greenlet_spawn(work)
