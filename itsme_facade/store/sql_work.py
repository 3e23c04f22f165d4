"""What an SQL store does, for the sync and the async one alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from itsme_facade.errors import InvalidArguments, Problem
from itsme_facade.store.record import Seen, StoreStats
from itsme_facade.store.sql_connections import Connections
from itsme_facade.store.sql_durability import check_postgresql, check_sqlite, empty_wal, make_private
from itsme_facade.store.sql_schema import checked_prefix, migrate
from itsme_facade.store.sql_statements import (
    PHASES,
    SQLITE,
    Statements,
    differing,
    record_of,
    values_of,
    values_to_swap,
)
from itsme_facade.store.steps import Due, Erase, Insert, Operation, Read, Swap, Take

if TYPE_CHECKING:
    from itsme_facade.store.record import Record
    from itsme_facade.store.sql_connections import Rows, Run

_NOBODY = ""  # no login is called so


class SqlWork:
    """One application's tables in one database.

    Args:
        url: where the database is.
        prefix: what the tables' names begin with.
        awaited: whether to use an async driver if there is one. Where `connections.awaited` says that it is used, all
            methods must be called in a greenlet.
        accept_loss: whether a database that may lose what it has confirmed will do.

    Raises:
        InvalidArguments: the URL or the prefix will not do.
        MissingExtra: a package is not installed.
    """

    def __init__(self, url: str, prefix: str, *, awaited: bool, accept_loss: bool) -> None:
        self.prefix = checked_prefix(prefix)
        self._accept_loss = accept_loss
        self.connections = Connections(url, awaited=awaited, accept_loss=accept_loss)
        self.dialect = self.connections.dialect
        self._statements = Statements(self.dialect, prefix)
        self._opened = False

    def open(self) -> None:
        """Checks that what is written stays, and makes or migrates the tables."""
        if self.connections.file is not None:
            make_private(self.connections.file)
        self.connections.with_one(self._check)
        self.connections.with_one(lambda run: migrate(self.dialect, self.prefix, run))
        self._opened = True

    def do(self, operation: Operation) -> object:
        """Does one operation."""
        if not self._opened:
            self.open()
        return self.connections.with_one(lambda run: self._do(operation, run))

    def stats(self) -> StoreStats:
        """What is there, in numbers."""
        if not self._opened:
            self.open()
        rows = self.connections.with_one(lambda run: run(self._statements.stats))
        return StoreStats(
            by_phase={PHASES[phase]: int(count) for phase, count, *_ in rows if phase in PHASES},
            overdue=sum(int(overdue) for _, _, overdue, _, _ in rows),
            expired=sum(int(expired) for _, _, _, expired, _ in rows),
            oldest=max((float(oldest) for *_, oldest in rows), default=0.0),
        )

    def close(self) -> None:
        """Closes the connections; the next operation opens it again."""
        self._opened = False
        self.connections.close()

    def _check(self, run: Run) -> None:
        check = check_sqlite if self.dialect is SQLITE else check_postgresql
        check(run, accept_loss=self._accept_loss)

    def _do(self, operation: Operation, run: Run) -> object:
        match operation:
            case Read(login_id):
                return self._read(login_id, run)
            case Take():
                return self._take(operation, run)
            case Insert(record, life):
                return self._insert(record, life, run)
            case Swap(change, before):
                if not _writable(change.record.login_id):
                    return None
                names = differing(change.record, before)
                # Repeated after a broken connection it is safe: if it was done then, the version is another one now.
                rows = run(self._statements.swap(change, names), values_to_swap(change, names))
                return rows[0][0] if rows else None
            case Due(limit):
                return [login_id for (login_id,) in run(self._statements.due, {"limit": limit})]
            case Erase():
                return self._erase(operation, run)

    def _read(self, login_id: str, run: Run) -> Seen:
        [(now, *row)] = run(self._statements.read, {"login_id": login_id if _writable(login_id) else _NOBODY})
        return Seen(None if row[0] is None else record_of(tuple(row)), now)

    def _take(self, take: Take, run: Run) -> Seen:
        digests = {"state_digest": take.state_digest, "browser_digest": take.browser_digest}
        values = {"login_id": take.login_id, "lease": take.lease, **digests}
        if _writable(take.login_id) and (rows := run(self._statements.take, values)):
            [(now, *row)] = rows
            return Seen(record_of(tuple(row)), now, mine=True)
        return self._read(take.login_id, run)

    def _insert(self, record: Record, life: float, run: Run) -> float:
        if not _writable(record.login_id):
            raise InvalidArguments((Problem("login_id", "holds characters that cannot be kept"),))
        try:
            [(now,)] = run(self._statements.insert, values_of(record) | {"life": life})
        except Exception as error:
            if not _is_taken(error):
                raise
        else:
            return float(now)
        [(_, *row)] = run(self._statements.read, {"login_id": record.login_id})
        there = record_of(tuple(row)) if row[0] is not None else None
        if run.repeated and there is not None and there.browser_digest == record.browser_digest:
            return there.created_at  # the broken connection had done it
        raise InvalidArguments((Problem("login_id", "there is such a login already"),))

    def _erase(self, erase: Erase, run: Run) -> tuple[list[Record], list[Record]]:
        expired: Rows = []
        if erase.age is None:
            expired = run(self._statements.expire, {"limit": erase.limit, "life": erase.life, "empty": b""})
            erased = run(self._statements.erase_over, {"limit": erase.limit - len(expired)})
        else:
            erased = run(self._statements.erase_old, {"limit": erase.limit, "age": erase.age})
        if self.connections.file is not None:
            empty_wal(run, self.connections.file)
        return _sorted(erased), _sorted(expired)


def _sorted(rows: Rows) -> list[Record]:
    return sorted((record_of(row, erased=True) for row in rows), key=lambda record: record.login_id)


def _writable(login_id: str) -> bool:
    """Whether a database can hold this text at all: PostgreSQL knows no NUL, and half a character has no bytes."""
    return "\0" not in login_id and login_id.isprintable()


def _is_taken(error: Exception) -> bool:
    """Whether a row with this key is there already."""
    name: str = getattr(error, "sqlite_errorname", "") or ""
    return getattr(error, "sqlstate", None) == "23505" or name == "SQLITE_CONSTRAINT_PRIMARYKEY"
