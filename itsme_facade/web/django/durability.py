"""Whether a database keeps what it is given through a crash: set where it can be, checked where it cannot.

Each check runs once for every connection that the store uses, since that is what the settings belong to.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.db import OperationalError

from itsme_facade.errors import StoreNotDurable

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.backends.base.base import BaseDatabaseWrapper

_BUSY_MILLISECONDS = 15_000
_WAL, _FULL = "wal", 2


def make_durable(connection: BaseDatabaseWrapper, alias: str) -> None:
    """Sets on a connection what makes its writes durable, and reads it back.

    Raises:
        StoreNotDurable: names the setting that must change.
    """
    if connection.vendor == "sqlite":
        _sqlite(connection, alias)
    else:
        _postgresql(connection, alias)


def empty_log(connection: BaseDatabaseWrapper) -> None:
    """Takes what was erased out of the log beside SQLite's file too, unless somebody is reading: then next time."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 200")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.fetchall()
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")


def _sqlite(connection: BaseDatabaseWrapper, alias: str) -> None:
    with connection.cursor() as cursor:

        def pragma(text: str) -> object:
            cursor.execute(f"PRAGMA {text}")
            row = cursor.fetchone()
            return row and row[0]

        # A writer may starve for seconds while others write; Django's own five are few.
        if int(str(pragma("busy_timeout"))) < _BUSY_MILLISECONDS:
            pragma(f"busy_timeout = {_BUSY_MILLISECONDS}")
        pragma("secure_delete = ON")
        pragma("fullfsync = ON")  # macOS has a weaker fsync besides
        if not _patiently(lambda: pragma("journal_mode") == _WAL or pragma("journal_mode = WAL") == _WAL):
            raise StoreNotDurable(
                f"SQLite cannot set journal_mode=WAL for DATABASES[{alias!r}]: it is in memory, or on a file system "
                "that does not allow it.",
                advice=_accept("Put the database into a file on a local disk"),
            )
        if int(str(pragma("synchronous"))) < _FULL:
            pragma("synchronous = FULL")
        if int(str(pragma("synchronous"))) < _FULL:
            raise StoreNotDurable(
                f"SQLite's setting synchronous is below FULL for DATABASES[{alias!r}].",
                advice=_accept('Set OPTIONS["init_command"] to "PRAGMA synchronous=FULL"'),
            )


def _patiently(ask: Callable[[], bool]) -> bool:
    """Asks until nobody is in the way: others that open the file at the same moment, or recover it after a crash.

    SQLite does not wait there by itself, whatever its busy_timeout says.
    """
    until = time.monotonic() + _BUSY_MILLISECONDS / 1_000
    while True:
        try:
            return ask()
        except OperationalError as error:
            code: str = getattr(error.__cause__, "sqlite_errorname", "")
            if not code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or time.monotonic() > until:
                raise
            time.sleep(0.01)


def _postgresql(connection: BaseDatabaseWrapper, alias: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('fsync'), current_setting('full_page_writes'), "
            "current_setting('synchronous_commit'), pg_is_in_recovery()"
        )
        fsync, pages, commits, standby = cursor.fetchone()
        if standby:
            raise StoreNotDurable(
                f"PostgreSQL at DATABASES[{alias!r}] is a standby, which takes no writes.",
                advice='Name the primary in ITSME["DATABASE"].',
            )
        for name, value in (("fsync", fsync), ("full_page_writes", pages)):
            if value != "on":
                raise StoreNotDurable(
                    f"PostgreSQL's setting {name} is {value} at DATABASES[{alias!r}].",
                    advice=_accept(f"Set {name} = on in postgresql.conf"),
                )
        if commits in {"off", "local"}:
            cursor.execute("SET synchronous_commit = on")


def _accept(otherwise: str) -> str:
    return f'{otherwise}, or accept the loss of identities (in tests, say) with ITSME["ACCEPT_LOSS"] = True.'
