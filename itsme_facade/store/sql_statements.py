"""The six operations as SQL: one statement each, and therefore one transaction each.

SQLite takes its write lock before such a statement reads (what BEGIN IMMEDIATE does for several), and PostgreSQL looks
again at a row that it had to wait for. Times come from the database's clock, inside the statement.
"""

# ruff: noqa: S608 - only names that have been checked are put into a text; values are parameters

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import fields, frozen

from itsme_facade.errors import StoreUnavailable
from itsme_facade.store.phases import NOBODY_TOOK_IT, UNREADABLE
from itsme_facade.store.record import UNFINISHED, Phase, Record

if TYPE_CHECKING:
    from itsme_facade.store.record import Change

COLUMNS = tuple(field.name for field in fields(Record))
"""In the order of a record's arguments."""
PHASES = {phase.value: phase for phase in Phase}

_STAMPED = ("created_at", "expires_at")  # at the beginning
_NULLABLE = ("due_at", "delivered_at")
# What a write replaces. The others never change, or are set from the clock.
_WRITTEN = (
    *("phase", "version", "bound", "attempts", "departure", "answer", "reference", "reason"),
    *("signed_out", "code_digest", "code_tries"),
)

HOLDING = f"phase IN ({', '.join(map(repr, map(str, UNFINISHED)))}) AND length(answer) > 0"
"""Where `phases.expire` writes a record that is over down, which else is erased."""
EXPIRING = (
    f"phase = '{Phase.EXPIRED}', version = version + 1, due_at = NULL,"
    f" reason = CASE WHEN phase IN ('{Phase.CAPTURED}', '{Phase.DELIVERING}') THEN '{NOBODY_TOOK_IT}'"
    f" ELSE '{UNREADABLE}' END"
)
"""What it writes then, but for what is emptied and the time that it lives on."""


@frozen
class Dialect:
    """Where SQLite and PostgreSQL differ.

    Args:
        name: SQLAlchemy's name for it.
        called: the name that people know it by.
        clock: seconds since 1970 as an expression.
        blob: the type of bytes.
        begin: begins a transaction that nobody can come before.
    """

    name: str
    called: str
    clock: str
    blob: str
    begin: str


SQLITE = Dialect("sqlite", "SQLite", "((julianday('now') - 2440587.5) * 86400.0)", "BLOB", "BEGIN IMMEDIATE")
POSTGRESQL = Dialect(
    "postgresql", "PostgreSQL", "CAST(extract(epoch FROM clock_timestamp()) AS DOUBLE PRECISION)", "BYTEA", "BEGIN"
)
DIALECTS = {dialect.name: dialect for dialect in (SQLITE, POSTGRESQL)}


class Statements:
    """The statements for one table, as text for the driver.

    Args:
        dialect: whose SQL.
        prefix: what the tables' names begin with.
    """

    def __init__(self, dialect: Dialect, prefix: str) -> None:
        table, columns = f"{prefix}logins", ", ".join(COLUMNS)
        moment = f"(SELECT {dialect.clock} AS now) AS moment"
        self.read = self._for(
            dialect, f"SELECT moment.now, {columns} FROM {moment} LEFT JOIN {table} ON login_id = :login_id"
        )
        now, source = (dialect.clock, "") if dialect is SQLITE else ("moment.now", f" FROM {moment}")
        self.take = self._for(
            dialect,
            f"UPDATE {table} SET phase = '{Phase.CLAIMED}', version = version + 1, bound = TRUE,"
            f" due_at = {now} + :lease{source} WHERE login_id = :login_id AND phase = '{Phase.STARTED}'"
            " AND state_digest = :state_digest AND browser_digest = :browser_digest"
            f" AND expires_at > {now} RETURNING {now}, {columns}",
        )
        self.insert = self._for(
            dialect, f"INSERT INTO {table} ({columns}) SELECT {_inserted()} FROM {moment} RETURNING created_at"
        )
        self._dialect, self._table, self._moment = dialect, table, moment
        self._swaps: dict[tuple[tuple[str, ...], tuple[bool, ...]], str] = {}
        self.due = self._for(
            dialect,
            f"SELECT login_id FROM {moment}, {table} WHERE due_at <= moment.now AND expires_at > moment.now"
            " ORDER BY due_at, login_id LIMIT :limit",
        )
        over, old = "expires_at <= moment.now", "created_at <= moment.now - CAST(:age AS DOUBLE PRECISION)"
        self.expire = self._for(
            dialect,
            f"UPDATE {table} SET {EXPIRING}, answer = :empty, code_digest = :empty, expires_at = {now} + :life{source}"
            f" WHERE {_chosen(dialect, table, moment, f'{over} AND {HOLDING}')} RETURNING {columns}",
        )
        self.erase_over, self.erase_old = (
            self._for(
                dialect, f"DELETE FROM {table} WHERE {_chosen(dialect, table, moment, which)} RETURNING {columns}"
            )
            for which in (f"{over} AND NOT ({HOLDING})", old)
        )
        self.stats = self._for(
            dialect,
            "SELECT phase, count(*),"
            " sum(CASE WHEN due_at <= moment.now AND expires_at > moment.now THEN 1 ELSE 0 END),"
            " sum(CASE WHEN expires_at <= moment.now THEN 1 ELSE 0 END), max(moment.now - created_at)"
            f" FROM {moment}, {table} GROUP BY phase",
        )

    def swap(self, change: Change, names: tuple[str, ...]) -> str:
        """Writes these of a change's values, and the times that it sets, so that no index is touched in vain."""
        due = change.due_in is not None
        kind = change.keeps_due, due, change.life is not None, change.delivers, change.code_life is not None
        statement = self._swaps.get((names, kind))
        if statement is None:  # there are about as many as there are steps in a login
            statement = self._swaps[names, kind] = self._swap(names, change)
        return statement

    def _swap(self, names: tuple[str, ...], change: Change) -> str:
        # RETURNING knows only the table in SQLite, whose clock stands still during a statement; PostgreSQL's does not.
        sqlite = self._dialect is SQLITE
        now, source = (self._dialect.clock, "") if sqlite else ("moment.now", f" FROM {self._moment}")
        changes = [f"{name} = :{name}" for name in names]
        if not change.keeps_due:
            changes.append("due_at = NULL" if change.due_in is None else f"due_at = {now} + :due_in")
        if change.life is not None:
            changes.append(f"expires_at = {now} + :life")
        if change.delivers:
            changes.append(f"delivered_at = {now}")
        if change.code_life is not None:
            changes.append(f"code_until = {now} + :code_life")
        where = f"login_id = :login_id AND version = :version - 1 RETURNING {now}"
        return self._for(self._dialect, f"UPDATE {self._table} SET {', '.join(changes)}{source} WHERE {where}")

    @staticmethod
    def _for(dialect: Dialect, statement: str) -> str:
        """As the driver wants its parameters named."""
        return re.sub(r":([a-z_]+)", r"%(\1)s", statement) if dialect is POSTGRESQL else statement


def record_of(row: tuple[object, ...], *, erased: bool = False) -> Record:
    """The record that a row holds; `erased` if it is there no more, so that nothing in it may be an error.

    Raises:
        StoreUnavailable: a newer version of this package has written it.
    """
    values = dict(zip(COLUMNS, row, strict=True))
    for name in ("bound", "signed_out"):
        values[name] = bool(values[name])  # SQLite has no truth, only numbers
    phase = PHASES.get(str(values["phase"]))
    if phase is None and not erased:
        raise StoreUnavailable(
            f"Login {values['login_id']} is in a phase that this itsme-facade does not know.",
            advice="Another process runs a newer version: update this one.",
        )
    return Record(**{**values, "phase": phase or Phase.EXPIRED})  # type: ignore[arg-type]


def values_of(record: Record) -> dict[str, object]:
    """A record's values, as parameters."""
    values: dict[str, object] = {name: getattr(record, name) for name in COLUMNS}
    values["phase"] = record.phase.value
    return values


def differing(record: Record, before: Record | None) -> tuple[str, ...]:
    """The names of the values that a write has to write; all of them if it is not known what there is."""
    if before is None:
        return _WRITTEN
    return tuple([name for name in _WRITTEN if getattr(record, name) is not getattr(before, name)])


def values_to_swap(change: Change, names: tuple[str, ...]) -> dict[str, object]:
    """A change's values, as parameters: these, and all else that a statement may name."""
    record = change.record
    values: dict[str, object] = {name: getattr(record, name) for name in names}
    values["phase"] = record.phase.value
    values["version"] = record.version
    values["login_id"] = record.login_id
    values["due_in"] = change.due_in
    values["life"] = change.life
    values["code_life"] = change.code_life
    return values


def _inserted() -> str:
    special = {
        "created_at": "moment.now",
        "expires_at": "moment.now + CAST(:life AS DOUBLE PRECISION)",
        **{name: f"CAST(:{name} AS DOUBLE PRECISION)" for name in _NULLABLE},
    }
    return ", ".join(special.get(name, f":{name}") for name in COLUMNS)


def _chosen(dialect: Dialect, table: str, moment: str, which: str) -> str:
    found = f"SELECT login_id FROM {moment}, {table} WHERE {which} ORDER BY login_id LIMIT :limit"
    # Two that erase at once lock the rows in the same order, and the second looks again at what the first has left.
    chosen = f"IN ({found})" if dialect is SQLITE else f"= ANY (ARRAY({found} FOR UPDATE OF {table}))"
    return f"login_id {chosen}"
