"""`SqlStore` with `await`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from itsme_facade.store.base import AsyncStore, this_event_loop
from itsme_facade.store.phases import Lives
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

    async def open(self) -> None:
        """As `SqlStore.open`."""
        await _in_greenlet(self._work.open)

    async def do(self, operation: Operation) -> object:
        """As `Store.do`."""
        return await _in_greenlet(lambda: self._work.do(operation))

    async def stats(self) -> StoreStats:
        """As `Store.stats`."""
        return await _in_greenlet(self._work.stats)

    async def aclose(self) -> None:
        """Closes the connections; the next step opens it again."""
        await _in_greenlet(self._work.close)

    def __repr__(self) -> str:
        return f"AsyncSqlStore({self._work.dialect.called}, prefix={self._work.prefix!r})"


async def _in_greenlet(work: Callable[[], _T]) -> _T:
    from sqlalchemy.util import greenlet_spawn

    this_event_loop("SqlStore")
    return await greenlet_spawn(work)
