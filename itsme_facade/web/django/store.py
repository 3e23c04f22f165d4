"""Django's own database as the store of unfinished logins."""

from __future__ import annotations

import re
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any

from django.db import Error as DriverError
from django.db import IntegrityError, InterfaceError, OperationalError, ProgrammingError, connections, transaction

from itsme_facade.errors import InvalidArguments, Problem, StoreNotDurable, StoreUnavailable
from itsme_facade.store.base import Store
from itsme_facade.store.phases import Lives
from itsme_facade.store.record import Phase, Seen, StoreStats
from itsme_facade.store.steps import Due, Erase, Insert, Operation, Read, Swap, Take
from itsme_facade.web.django.durability import empty_log, make_durable
from itsme_facade.web.django.statements import CLOCKS, Statements, parameters, record_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from django.db.backends.base.base import BaseDatabaseWrapper

    from itsme_facade.store.record import Record

_UNWANTED = re.compile("[\0\ud800-\udfff]")
_MARK = "_itsme_durable"


class DjangoStore(Store):
    """Keeps unfinished logins in one of the databases of a Django project: SQLite or PostgreSQL.

    It uses the connection that Django has for the thread, so it needs nothing besides DATABASES. What it writes is
    committed at once: each write is one statement in autocommit. It therefore refuses to write inside a transaction
    of the caller (`transaction.atomic`, ATOMIC_REQUESTS), which could take the only copy of an identity back when it
    ends. A connection of its own would not help: on SQLite it would wait for the very transaction it is called from.
    The views of this app are marked `non_atomic_requests`. Django's `TestCase`, which puts a transaction around every
    test, is let through, as it is by `atomic(durable=True)`.

    On every connection that it uses it sets, on SQLite, journal_mode=WAL, synchronous=FULL and secure_delete=ON, and
    on PostgreSQL synchronous_commit=on. Behind a pooler that shares connections between transactions, set the latter
    for the role: `ALTER ROLE … SET synchronous_commit = on`.

    Args:
        using: which of DATABASES.
        accept_loss: go on although the database would not keep what it is given through a crash. For tests.
        lives: how long things are kept.

    Raises:
        InvalidArguments: there is no such database, or it is neither SQLite nor PostgreSQL.

    Source: API (user information is provided once).
    """

    def __init__(self, using: str = "default", *, accept_loss: bool = False, lives: Lives | None = None) -> None:
        if using not in connections:
            raise InvalidArguments((Problem("using", f"not one of DATABASES: {', '.join(connections)}"),))
        vendor = connections[using].vendor
        if vendor not in CLOCKS:
            raise InvalidArguments((Problem("using", f"{vendor} is not supported: SQLite and PostgreSQL are"),))
        from itsme_facade.web.django.models import Login

        self.using = using
        self.lives = lives or Lives()
        self._accept_loss = accept_loss
        self._sql = Statements(vendor, connections[using].ops.quote_name(Login._meta.db_table))  # noqa: SLF001 - documented

    def open(self) -> None:
        """As `Store.open`. The table is made by `python manage.py migrate`."""
        with self._speaking() as connection:
            try:
                self._all(connection, self._sql.stats, {})
            except (ProgrammingError, OperationalError) as error:
                if not _misses_its_table(error):
                    raise
                raise StoreUnavailable(
                    f"The table of logins is not in DATABASES[{self.using!r}].",
                    retry_safe=True,
                    advice=f"Run: python manage.py migrate itsme --database={self.using}",
                ) from None

    def check_durability(self) -> None:
        """Whether the database keeps what it is given through a crash, without asking for the table.

        Raises:
            StoreNotDurable: names the setting that must change.
            StoreUnavailable: it was not reached.
        """
        with self._speaking():
            pass

    def do(self, operation: Operation) -> object:
        """As `Store.do`.

        Raises:
            StoreNotDurable: it writes inside a transaction of the caller.
        """
        match operation:
            case Read(login_id):
                return self._read(login_id)
            case Take(login_id, state_digest, browser_digest, lease):
                if _UNWANTED.search(login_id):
                    return self._read(login_id)
                digests = {"state_digest": state_digest, "browser_digest": browser_digest}
                rows = self._write(self._sql.take, {"login_id": login_id, "lease": lease, **digests})
                return Seen(record_of(rows[0][1:]), rows[0][0], mine=True) if rows else self._read(login_id)
            case Insert(record, life):
                try:
                    return self._write(self._sql.insert, {**parameters(record), "life": life})[0][0]
                except IntegrityError:
                    known = Problem("login_id", "there is such a login already")
                    raise InvalidArguments((known,)) from None
            case Swap(change):
                given = {
                    **parameters(change.record),
                    "before": change.record.version - 1,
                    "due_in": change.due_in,
                    "keeps_due": change.keeps_due,
                    "life": change.life,
                    "delivers": change.delivers,
                    "code_life": change.code_life,
                }
                rows = self._write(self._sql.swap, given)
                return rows[0][0] if rows else None
            case Due(limit):
                with self._speaking() as connection:
                    return [row[0] for row in self._all(connection, self._sql.due, {"limit": limit})]
            case Erase():
                return self._erase(operation)

    def stats(self) -> StoreStats:
        """As `Store.stats`."""
        with self._speaking() as connection:
            rows = self._all(connection, self._sql.stats, {})
        return StoreStats(
            by_phase={Phase(phase): count for phase, count, *_ in rows},
            overdue=sum(row[2] for row in rows),
            expired=sum(row[3] for row in rows),
            oldest=max((max(row[4], 0.0) for row in rows), default=0.0),
        )

    def close(self) -> None:
        """Closes this thread's connection; Django makes it anew when it is needed. Nothing inside a transaction."""
        connection = connections[self.using]
        if not connection.in_atomic_block:
            connection.close()

    def _read(self, login_id: str) -> Seen:
        # PostgreSQL takes no NUL character, and no driver half of a surrogate pair: no login is called so.
        wanted = {"login_id": "" if _UNWANTED.search(login_id) else login_id}
        row = self._again(lambda connection: self._all(connection, self._sql.read, wanted))[0]
        return Seen(None if row[1] is None else record_of(row[1:]), row[0])

    def _erase(self, erase: Erase) -> tuple[list[Record], list[Record]]:
        expired: list[tuple[Any, ...]] = []
        if erase.age is None:
            expired = self._write(self._sql.expire, {"limit": erase.limit, "life": erase.life, "empty": b""})
            erased = self._write(self._sql.erase_expired, {"limit": erase.limit - len(expired)})
        else:
            erased = self._write(self._sql.erase_older, {"limit": erase.limit, "age": erase.age})
        with self._speaking() as connection:
            if connection.vendor == "sqlite" and not connection.in_atomic_block:
                empty_log(connection)
        return [record_of(row) for row in erased], [record_of(row) for row in expired]

    def _write(self, statement: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        with self._speaking() as connection:
            if connection.in_atomic_block:
                try:
                    with transaction.atomic(using=self.using, durable=not self._accept_loss):
                        return self._all(connection, statement, given)
                except RuntimeError:
                    raise StoreNotDurable(
                        "A login was to be written inside a transaction, which could take it back when it ends.",
                        advice="Call it outside of transaction.atomic and, with ATOMIC_REQUESTS, mark the view with "
                        "@transaction.non_atomic_requests. Tests: TransactionTestCase, or accept_loss=True.",
                    ) from None
            if not connection.get_autocommit() and not self._accept_loss:
                raise StoreNotDurable(
                    f"Autocommit is off for DATABASES[{self.using!r}], so nothing is kept until somebody commits.",
                    advice="Take AUTOCOMMIT: False and set_autocommit(False) away, or name another database.",
                )
            return self._all(connection, statement, given)

    def _again(self, ask: Callable[[BaseDatabaseWrapper], list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
        """Reads; once more on a new connection if the old one had died meanwhile, as idle ones do."""
        try:
            with self._speaking() as connection:
                return ask(connection)
        except StoreUnavailable:
            with self._speaking() as connection:
                return ask(connection)

    @staticmethod
    def _all(connection: BaseDatabaseWrapper, statement: str, given: Mapping[str, Any] | None) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, given)
            # Read to the end: on SQLite a statement that gives rows back is committed only then.
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows

    @contextmanager
    def _speaking(self) -> Generator[BaseDatabaseWrapper]:
        """This thread's connection, made durable; what its driver raises is said without data."""
        connection = connections[self.using]
        try:
            connection.ensure_connection()
            self._make_durable(connection)
            yield connection
        except IntegrityError:
            raise
        except DriverError as error:
            if isinstance(error, OperationalError | InterfaceError) and not connection.in_atomic_block:
                connection.close()  # the next one is a new one
            raise StoreUnavailable(
                f"The database DATABASES[{self.using!r}] did not do what the store of logins asked "
                f"({type(error).__name__}).",
                retry_safe=True,
            ) from None

    def _make_durable(self, connection: BaseDatabaseWrapper) -> None:
        # Once for each connection of the driver: Django makes new ones, and none of this can be set in a transaction.
        if getattr(connection, _MARK, None) is connection.connection or connection.in_atomic_block:
            return
        with suppress(StoreNotDurable) if self._accept_loss else nullcontext():
            make_durable(connection, self.using)
        setattr(connection, _MARK, connection.connection)

    def __repr__(self) -> str:
        return f"DjangoStore(using={self.using!r})"


def _misses_its_table(error: Exception) -> bool:
    text = str(error)
    return "no such table" in text or "does not exist" in text
