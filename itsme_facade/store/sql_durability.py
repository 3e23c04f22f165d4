"""What makes "written" mean "stays written": set where it can be, and read back where it cannot."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from itsme_facade.errors import InvalidArguments, Problem, StoreNotDurable, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import URL

    Run = Callable[[str], list[tuple[object, ...]]]

BUSY = 15.0
"""Seconds that a writer of SQLite waits for another process: they do not queue, so one may starve for a while."""

_CHECKPOINT_PATIENCE = 0.25  # no login shall wait because somebody copies the file

_POSTGRESQL_SETTINGS = "fsync", "full_page_writes"
_OLDEST_SQLITE, _OLDEST_POSTGRESQL = (3, 35), 120_000  # RETURNING; indexes and clocks as they are used here


def prepare_sqlite(connection: Any) -> None:
    """Sets what SQLite keeps per connection, and the journal, which it keeps in the file.

    Args:
        connection: SQLAlchemy's view of the driver's connection, just made.
    """
    cursor = connection.cursor()
    try:
        _to_wal(cursor)
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA fullfsync=ON")  # means something on macOS only, whose fsync alone promises nothing
        cursor.execute("PRAGMA checkpoint_fullfsync=ON")
        cursor.execute("PRAGMA secure_delete=ON")  # what is erased is overwritten
    finally:
        cursor.close()


def _to_wal(cursor: Any) -> None:
    until = time.monotonic() + BUSY
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:  # several do it at once to a new file, and here SQLite does not wait itself
            if time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            cursor.fetchall()
            return


def prepare_postgresql(connection: Any, *, statement_timeout: float, durable: bool) -> None:
    """Sets what PostgreSQL keeps per connection.

    Args:
        connection: SQLAlchemy's view of the driver's connection, just made.
        statement_timeout: seconds that one statement may take.
        durable: whether a commit shall wait for the disk.
    """
    settings = [f"set_config('statement_timeout', '{round(statement_timeout * 1000)}', false)"]
    if durable:
        settings.append(
            "CASE WHEN current_setting('synchronous_commit') IN ('off', 'local')"
            " THEN set_config('synchronous_commit', 'on', false) END"
        )
    cursor = connection.cursor()
    try:
        cursor.execute(f"SELECT {', '.join(settings)}")
    finally:
        cursor.close()


def check_sqlite(run: Run, *, accept_loss: bool) -> None:
    """Reads back what `prepare_sqlite` has set.

    Raises:
        StoreNotDurable: the file's place cannot do it, or it is in memory.
    """
    wanted = {"journal_mode": ("wal",), "synchronous": (2, 3), "secure_delete": (1,)}
    for name, good in wanted.items():
        found = run(f"PRAGMA {name}")[0][0]
        if found not in good and not accept_loss:
            raise StoreNotDurable(
                f"SQLite's {name} is {found} here and cannot be {good[0]}: the database is in memory, or its file"
                " system cannot do it (a network share).",
                advice="Put the file on a local disk, use PostgreSQL, or accept the loss of identities with"
                " accept_loss=True.",
            )


def check_postgresql(run: Run, *, accept_loss: bool) -> None:
    """Reads the settings that only its administrator can change.

    Raises:
        StoreUnavailable: it is a read-only standby.
        StoreNotDurable: names the setting.
        InvalidArguments: it is too old.
    """
    names = ", ".join(f"current_setting('{name}')" for name in _POSTGRESQL_SETTINGS)
    [(standby, version, *found)] = run(
        f"SELECT pg_is_in_recovery(), CAST(current_setting('server_version_num') AS INTEGER), {names}"
    )
    if int(str(version)) < _OLDEST_POSTGRESQL:
        raise InvalidArguments((Problem("url", "is a PostgreSQL older than 12"),))
    if standby:
        raise StoreUnavailable(
            "This PostgreSQL is a read-only standby.",
            advice="Give the address of the primary, or add target_session_attrs=read-write to the URL.",
        )
    for name, value in zip(_POSTGRESQL_SETTINGS, found, strict=True):
        if value != "on" and not accept_loss:
            raise StoreNotDurable(
                f"PostgreSQL's {name} is {value}: after a crash it may have lost what it had confirmed.",
                advice=f"Set {name} = on in postgresql.conf, or accept the loss of identities with accept_loss=True.",
            )


def check_sqlite_version() -> None:
    """Whether Python's SQLite is new enough.

    Raises:
        InvalidArguments: it is not.
    """
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        reason = f"names SQLite, which is {sqlite3.sqlite_version} in this Python; 3.35 is the oldest that will do"
        raise InvalidArguments((Problem("url", reason),))


def sqlite_file(url: URL) -> Path | None:
    """The file of a SQLite database; None if it is in memory."""
    name = url.database or ""
    if name.startswith("file:"):
        name = name.removeprefix("file:")
        if url.query.get("mode") == "memory":
            return None
    return None if name in {"", ":memory:"} else Path(name)


def make_private(file: Path) -> None:
    """Makes the file, readable by nobody else; SQLite gives the files beside it the same rights."""
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise StoreUnavailable(
            f"SQLite's file cannot be made: {error.strerror}.",
            retry_safe=True,
            advice="Make its folder, and let this process write there.",
        ) from None
    if hasattr(os, "O_DIRECTORY"):  # not on Windows, where a folder cannot be opened
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def empty_wal(run: Run, file: Path) -> None:
    """Empties the write-ahead log, where what has been erased still stands."""
    wal = Path(f"{file}-wal")
    if not wal.exists() or not wal.stat().st_size:
        return
    run(f"PRAGMA busy_timeout={round(_CHECKPOINT_PATIENCE * 1000)}")
    try:
        run("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError:
        return  # somebody is reading: what is erased is erased, and the next sweep empties the log
    finally:
        run(f"PRAGMA busy_timeout={round(BUSY * 1000)}")
