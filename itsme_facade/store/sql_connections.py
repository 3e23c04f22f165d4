"""Connections to an SQL database: pooled by SQLAlchemy, used through the driver, with errors of ours.

Everything here is written without `await`. An async driver is awaited from inside by `await_only`, in a greenlet that
the async store spawns, which is how SQLAlchemy's own async side works.
"""

from __future__ import annotations

import contextlib
from collections import deque
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import frozen

from itsme_facade.errors import StoreUnavailable
from itsme_facade.forks import anew_after_fork
from itsme_facade.store import sql_durability
from itsme_facade.store.sql_statements import POSTGRESQL, SQLITE
from itsme_facade.store.sql_urls import missing_package, understood

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy.engine import URL, Engine
    from sqlalchemy.pool import PoolProxiedConnection


_T = TypeVar("_T")
Rows = list[tuple[Any, ...]]

CONNECT_TIMEOUT, STATEMENT_TIMEOUT = 5.0, 5.0
_POOL = {"sqlite": 1, "postgresql": 10}  # SQLite has one writer at a time; so its own processes queue in good order

_WORDS = {
    "SQLITE_BUSY": f"another process kept it locked for {sql_durability.BUSY:.0f} s",
    "SQLITE_FULL": "the disk is full",
    "SQLITE_CANTOPEN": "its file cannot be opened",
    "SQLITE_READONLY": "its file may not be written",
    "57014": f"a statement took longer than {STATEMENT_TIMEOUT:.0f} s",
    "25006": "it is read-only now",
    "28P01": "it refused the password",
    "3D000": "there is no such database",
    "53100": "the disk is full",
}


@frozen
class Run:
    """Runs statements on one connection.

    Args:
        repeated: whether the same work was begun on another connection, which broke.
    """

    _execute: Callable[..., Rows]
    _driver: Any
    repeated: bool

    def __call__(self, statement: str, values: Mapping[str, object] | None = None) -> Rows:
        """Returns all rows."""
        return self._execute(self._driver, statement, values)


class _Broken(Exception):
    """A connection that was good once has broken: another one may do."""


# What a forked child inherits is its parent's: closing it would end or unlock the parent's connections.
_left_alone: list[object] = []


class Connections:
    """A pool of connections to one database.

    Args:
        url: where it is; secret, because there may be a password in it.
        awaited: whether an async driver shall be used if there is one.
        accept_loss: whether a database that may lose what it has confirmed will do.

    Raises:
        InvalidArguments: no URL, or of a database that is not supported.
        MissingExtra: a package is not installed.
    """

    def __init__(self, url: str, *, awaited: bool, accept_loss: bool) -> None:
        self.dialect, made, self.awaited = understood(url, awaited=awaited)
        self.file = sql_durability.sqlite_file(made) if self.dialect is SQLITE else None
        self.size = _POOL[self.dialect.name]
        self._accept_loss = accept_loss
        self._engine = self._make(made)
        self._error: type[Exception] = self._engine.dialect.loaded_dbapi.Error
        self._execute = _EXECUTE[self.dialect.name, self.awaited]
        self._ready: deque[PoolProxiedConnection] = deque()
        self._lock, self._waiting = Lock(), 0
        anew_after_fork(self)

    def with_one(self, work: Callable[[Run], _T]) -> _T:
        """Does some work on one connection. Each of its statements is a transaction, unless it begins one itself.

        After a restart of the database every connection in the pool may be broken. Each is tried, so the work may be
        done more than once.

        Raises:
            StoreUnavailable: it did not work; the text says why, without any value.
        """
        repeated = False
        while True:
            try:
                return self._once(work, repeated=repeated)
            except _Broken:
                repeated = True

    def close(self) -> None:
        """Closes the connections. More may be opened later."""
        ready, self._ready = self._ready, deque()
        _into_the_pool(ready)
        self._engine.dispose()

    def begin_anew(self) -> None:
        """In a forked child: leaves the connections to the parent."""
        _left_alone.append((self._engine.pool, self._ready))
        self._ready, self._lock, self._waiting = deque(), Lock(), 0
        self._engine.dispose(close=False)

    def _once(self, work: Callable[[Run], _T], *, repeated: bool) -> _T:
        ready = self._ready
        lent = self._borrowed(ready)
        try:
            done = work(Run(self._execute, lent.driver_connection, repeated))
        except BaseException as error:
            translated = self._after(error, lent)
            if translated is error:
                raise
            raise translated from None
        lent.info["used"] = True
        self._give_back(lent, ready)
        return done

    def _borrowed(self, ready: deque[PoolProxiedConnection]) -> PoolProxiedConnection:
        """A connection that lies ready, else one from the pool, in the order of asking."""
        with contextlib.suppress(IndexError):
            return ready.pop()
        with self._lock:
            self._waiting += 1
        try:
            with contextlib.suppress(IndexError):
                return ready.pop()  # given back before it was known that somebody waits
            return self._engine.raw_connection()
        except Exception as error:  # noqa: BLE001 - what it is, is said by what is raised
            raise self._translated(error) from None
        finally:
            with self._lock:
                self._waiting -= 1

    def _give_back(self, lent: PoolProxiedConnection, ready: deque[PoolProxiedConnection]) -> None:
        """Has a connection lie ready, which is much quicker than the pool, unless somebody waits for the pool."""
        if ready is not self._ready:
            _throw_away(lent)  # closed meanwhile: the pool that it came from closes nothing any more
        elif self.awaited or self._waiting:
            lent.close()
        else:
            ready.append(lent)
            if ready is not self._ready:  # since a moment ago
                with contextlib.suppress(IndexError):
                    _throw_away(ready.pop())
            elif self._waiting:
                _into_the_pool(ready)

    def _after(self, error: BaseException, lent: PoolProxiedConnection) -> BaseException:
        """Throws a connection away after an error, and says what the error is to be."""
        stale = "used" in lent.info
        gone = bool(getattr(lent.driver_connection, "closed", False))
        _throw_away(lent)  # it may be in the middle of something, or talk to a server that is read-only now
        if not isinstance(error, Exception):
            return error  # cancelled
        return _Broken() if gone and stale else self._translated(error)

    def _translated(self, error: Exception) -> Exception:
        from sqlalchemy.exc import TimeoutError as NoneFree

        if isinstance(error, NoneFree):
            return self.none_was_free()
        if isinstance(error, (self._error, OSError)):
            code = str(getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None) or "")
            # Never the driver's own text: it may quote the URL or a row.
            why = _WORDS.get(code) or (f"it says {code}" if code else "it was not reached")
        else:
            return error
        return self._unavailable(why)

    def none_was_free(self) -> StoreUnavailable:
        """What is raised for whoever has waited for a connection too long."""
        return self._unavailable("every connection was in use for too long")

    def _unavailable(self, why: str) -> StoreUnavailable:
        return StoreUnavailable(f"The {self.dialect.called} store did not do it: {why}.", retry_safe=True)

    def _make(self, url: URL) -> Engine:
        from sqlalchemy import create_engine, event
        from sqlalchemy.pool import AsyncAdaptedQueuePool, QueuePool

        options: dict[str, Any] = {}
        if self.dialect is SQLITE:
            sql_durability.check_sqlite_version()
            options["timeout"] = sql_durability.BUSY
            options["check_same_thread"] = False
        else:
            limits = {"connect_timeout": round(CONNECT_TIMEOUT), "tcp_user_timeout": 10_000}
            options |= {name: value for name, value in limits.items() if name not in url.query}
        try:
            engine = create_engine(
                url,
                isolation_level="AUTOCOMMIT",
                connect_args=options,
                poolclass=AsyncAdaptedQueuePool if self.awaited else QueuePool,
                pool_size=self.size,
                max_overflow=0,
                pool_timeout=sql_durability.BUSY,
                pool_reset_on_return=None,  # nothing is left open: each statement is whole
                hide_parameters=True,
            )
        except ModuleNotFoundError as error:
            raise missing_package(error.name or "") from None
        event.listen(engine, "connect", self._prepare)
        return engine

    def _prepare(self, connection: Any, _: object) -> None:
        if self.dialect is SQLITE:
            sql_durability.prepare_sqlite(connection)
        else:
            sql_durability.prepare_postgresql(
                connection, statement_timeout=STATEMENT_TIMEOUT, durable=not self._accept_loss
            )


def _throw_away(lent: PoolProxiedConnection) -> None:
    """Closes a connection for good."""
    with contextlib.suppress(Exception):
        lent.invalidate()
    with contextlib.suppress(Exception):
        lent.close()


def _into_the_pool(ready: deque[PoolProxiedConnection]) -> None:
    with contextlib.suppress(IndexError):
        while True:
            ready.pop().close()


def _sqlite(driver: Any, statement: str, values: Mapping[str, object] | None = None) -> Rows:
    rows: Rows = driver.execute(statement, values or {}).fetchall()
    return rows


def _psycopg(driver: Any, statement: str, values: Mapping[str, object] | None = None) -> Rows:
    cursor = driver.execute(statement, values, binary=True)
    # Not `description`, which would describe every column.
    rows: Rows = [] if cursor.rownumber is None else cursor.fetchall()
    return rows


def _psycopg_async(driver: Any, statement: str, values: Mapping[str, object] | None = None) -> Rows:
    from sqlalchemy.util import await_only

    cursor: Any = await_only(driver.execute(statement, values, binary=True))
    rows: Rows = [] if cursor.rownumber is None else await_only(cursor.fetchall())
    return rows


_EXECUTE: dict[tuple[str, bool], Callable[..., Rows]] = {
    (SQLITE.name, False): _sqlite,
    (POSTGRESQL.name, False): _psycopg,
    (POSTGRESQL.name, True): _psycopg_async,
}
