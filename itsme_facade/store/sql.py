"""A store in an SQL database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from itsme_facade.store.base import Store
from itsme_facade.store.phases import Lives
from itsme_facade.store.sql_work import SqlWork

if TYPE_CHECKING:
    from itsme_facade.store.record import StoreStats
    from itsme_facade.store.steps import Operation


class SqlStore(Store):
    """Keeps logins in SQLite or PostgreSQL, in tables that it makes and migrates by itself.

    SQLite is for one machine: its file must be on a local disk. Other databases are not supported. What is committed
    is on the disk: what SQLite needs for that is set, what PostgreSQL needs is checked when the store opens. Threads
    may share a store; a forked child goes on over connections of its own.

    Args:
        url: `sqlite:///logins.db` (four slashes for a path from the root) or `postgresql://user@host/database`, with
            whatever else libpq takes as a query (`?sslmode=verify-full`). A secret if there is a password in it.
        prefix: what the tables' names begin with: several applications may share one database.
        accept_loss: open a database, too, that may lose what it has confirmed.
        lives: how long things are kept.

    Raises:
        InvalidArguments: the URL names another database, or the prefix will not do.
        MissingExtra: SQLAlchemy or the database's driver is not installed.

    >>> SqlStore("postgresql://shop:secret@db/shop")
    SqlStore(PostgreSQL, prefix='itsme_')
    """

    def __init__(
        self, url: str, prefix: str = "itsme_", *, accept_loss: bool = False, lives: Lives | None = None
    ) -> None:
        self.lives = lives or Lives()
        self._work = SqlWork(url, prefix, awaited=False, accept_loss=accept_loss)

    def open(self) -> None:
        """Checks that what is written stays written, and makes or migrates the tables. Safe to call again.

        Raises:
            StoreNotDurable: names the setting that must change.
            StoreUnavailable: it was not reached, is read-only, or its tables are of a newer version.
        """
        self._work.open()

    def do(self, operation: Operation) -> object:
        """As `Store.do`."""
        return self._work.do(operation)

    def stats(self) -> StoreStats:
        """As `Store.stats`."""
        return self._work.stats()

    def close(self) -> None:
        """Closes the connections; the next step opens it again."""
        self._work.close()

    def __repr__(self) -> str:
        return f"SqlStore({self._work.dialect.called}, prefix={self._work.prefix!r})"
