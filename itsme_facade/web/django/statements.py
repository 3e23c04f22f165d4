"""The SQL of the six operations, for SQLite and PostgreSQL: one statement each, its times by the database's clock."""

# ruff: noqa: S608 - only names of our own are put into a text; values are parameters

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from itsme_facade.store.record import Phase, Record
from itsme_facade.store.sql_statements import EXPIRING, HOLDING

if TYPE_CHECKING:
    from collections.abc import Sequence

CLOCKS: Final = {
    "sqlite": "((julianday('now') - 2440587.5) * 86400.0)",
    "postgresql": "(extract(epoch from clock_timestamp())::double precision)",
}
"""Seconds since 1970 by the database's clock. These two are the databases that are supported."""

COLUMNS: Final = (
    "login_id",
    "phase",
    "version",
    "created_at",
    "expires_at",
    "due_at",
    "bound",
    "attempts",
    "state_digest",
    "browser_digest",
    "departure",
    "answer",
    "reference",
    "reason",
    "delivered_at",
    "signed_out",
    "code_digest",
    "code_until",
    "code_tries",
)
TIMES: Final = {"created_at", "expires_at", "due_at", "delivered_at", "code_until"}
_BLOBS: Final = {"state_digest", "browser_digest", "departure", "answer", "reference", "code_digest"}
_FLAGS: Final = {"bound", "signed_out"}


class Statements:
    """The statements for one table in one kind of database.

    Each names its parameters in the pyformat that Django's cursors take.

    Args:
        vendor: "sqlite" or "postgresql".
        table: the table's name, quoted.
    """

    def __init__(self, vendor: str, table: str) -> None:
        now = CLOCKS[vendor]
        listed = ", ".join(COLUMNS)
        postgres = vendor == "postgresql"
        # SQLite's clock stands still during a statement; PostgreSQL's is read once, beside the table.
        clock, beside = ("clock.now", f"FROM (SELECT {now} AS now) AS clock") if postgres else (now, "")
        # PostgreSQL must be told the type of a number that may be NULL.
        number = "%({})s::double precision" if postgres else "%({})s"
        life, due_in, code_life, age = (number.format(name) for name in ("life", "due_in", "code_life", "age"))
        locked = "FOR UPDATE SKIP LOCKED" if postgres else ""
        self.read = (
            f"SELECT clock.now, {listed} FROM (SELECT {now} AS now) AS clock "
            f"LEFT JOIN {table} ON login_id = %(login_id)s"
        )
        self.take = (
            f"UPDATE {table} SET phase = '{Phase.CLAIMED}', version = version + 1, bound = TRUE, "
            f"due_at = {clock} + {number.format('lease')} {beside} "
            f"WHERE login_id = %(login_id)s AND phase = '{Phase.STARTED}' AND state_digest = %(state_digest)s "
            f"AND browser_digest = %(browser_digest)s AND expires_at > {clock} RETURNING {clock}, {listed}"
        )
        given = [name for name in COLUMNS if name not in {"created_at", "expires_at"}]
        values = ", ".join(number.format(name) if name in TIMES else f"%({name})s" for name in given)
        self.insert = (
            f"INSERT INTO {table} ({', '.join(given)}, created_at, expires_at) "
            f"SELECT {values}, {clock}, {clock} + {life} {beside} RETURNING created_at"
        )
        swapped = [name for name in COLUMNS if name not in {*TIMES, "login_id"}]
        self.swap = (
            f"UPDATE {table} SET {', '.join(f'{name} = %({name})s' for name in swapped)}, "
            f"due_at = CASE WHEN %(keeps_due)s THEN due_at ELSE {clock} + {due_in} END, "
            f"expires_at = coalesce({clock} + {life}, expires_at), "
            f"delivered_at = CASE WHEN %(delivers)s THEN {clock} ELSE delivered_at END, "
            f"code_until = coalesce({clock} + {code_life}, code_until) {beside} "
            f"WHERE login_id = %(login_id)s AND version = %(before)s RETURNING {clock}"
        )
        self.due = (
            f"SELECT login_id FROM {table} WHERE due_at <= {now} AND expires_at > {now} ORDER BY due_at LIMIT %(limit)s"
        )
        over, older = f"expires_at <= {now}", f"created_at <= {now} - {age}"

        def chosen(which: str) -> str:
            first = f"SELECT login_id FROM {table} WHERE {which} ORDER BY created_at LIMIT %(limit)s {locked}"
            return f"login_id IN ({first}) AND {which}"

        self.expire = (
            f"UPDATE {table} SET {EXPIRING}, answer = %(empty)s, code_digest = %(empty)s, expires_at = {now} + {life} "
            f"WHERE {chosen(f'{over} AND {HOLDING}')} RETURNING {listed}"
        )
        self.erase_expired, self.erase_older = (
            f"DELETE FROM {table} WHERE {chosen(which)} RETURNING {listed}"
            for which in (f"{over} AND NOT ({HOLDING})", older)
        )
        self.stats = (
            f"SELECT phase, count(*), "
            f"sum(CASE WHEN due_at <= {now} AND expires_at > {now} THEN 1 ELSE 0 END), "
            f"sum(CASE WHEN expires_at <= {now} THEN 1 ELSE 0 END), max({now} - created_at) "
            f"FROM {table} GROUP BY phase"
        )


def parameters(record: Record) -> dict[str, Any]:
    """A record as parameters."""
    given: dict[str, Any] = {name: getattr(record, name) for name in COLUMNS}
    given["phase"] = record.phase.value
    return given


def record_of(row: Sequence[Any]) -> Record:
    """A row, in the order of COLUMNS, as a record."""
    return Record(**{name: _value(name, value) for name, value in zip(COLUMNS, row, strict=True)})


def _value(name: str, value: Any) -> Any:
    if name == "phase":
        return Phase(str(value))
    if name in _BLOBS:
        return bytes(value)  # PostgreSQL's driver gives a memoryview
    return bool(value) if name in _FLAGS else value
