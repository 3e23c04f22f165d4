"""The tables, made and migrated by the store itself. What a version once was never changes; a change is a new one."""

# ruff: noqa: S608 - only names that have been checked are put into a text; values are parameters

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from itsme_facade.errors import InvalidArguments, Problem, StoreUnavailable
from itsme_facade.store.sql_statements import POSTGRESQL

if TYPE_CHECKING:
    from collections.abc import Callable

    from itsme_facade.store.sql_statements import Dialect

    Run = Callable[[str], list[tuple[object, ...]]]

_PREFIX = re.compile(r"[a-z_][a-z0-9_]{0,39}")


def checked_prefix(prefix: str) -> str:
    """The prefix, if tables' names may begin with it.

    Raises:
        InvalidArguments: it holds something else than lower-case letters, digits and underscores.
    """
    if not _PREFIX.fullmatch(prefix):
        reason = "must be 1 to 40 lower-case letters, digits and underscores, and begin with no digit"
        raise InvalidArguments((Problem("prefix", reason),))
    return prefix


def _version_1(dialect: Dialect, prefix: str) -> list[str]:
    return [
        f"""CREATE TABLE {prefix}logins (
            login_id TEXT NOT NULL PRIMARY KEY,
            phase TEXT NOT NULL,
            version INTEGER NOT NULL,
            created_at DOUBLE PRECISION NOT NULL,
            expires_at DOUBLE PRECISION NOT NULL,
            due_at DOUBLE PRECISION,
            bound BOOLEAN NOT NULL,
            attempts INTEGER NOT NULL,
            state_digest {dialect.blob} NOT NULL,
            browser_digest {dialect.blob} NOT NULL,
            departure {dialect.blob} NOT NULL,
            answer {dialect.blob} NOT NULL,
            reference {dialect.blob} NOT NULL,
            reason TEXT NOT NULL,
            delivered_at DOUBLE PRECISION,
            signed_out BOOLEAN NOT NULL,
            code_digest {dialect.blob} NOT NULL,
            code_until DOUBLE PRECISION NOT NULL,
            code_tries INTEGER NOT NULL
        )""",
        f"CREATE INDEX {prefix}logins_due ON {prefix}logins (due_at) WHERE due_at IS NOT NULL",
        f"CREATE INDEX {prefix}logins_over ON {prefix}logins (expires_at)",
    ]


MIGRATIONS: list[Callable[[Dialect, str], list[str]]] = [_version_1]
"""The first makes version 1 out of nothing, the next version 2 out of version 1, and so on."""


def migrate(dialect: Dialect, prefix: str, run: Run) -> None:
    """Brings the tables to the newest version. Any number of processes may call it at once.

    Args:
        dialect: whose SQL.
        prefix: what the tables' names begin with.
        run: runs a statement on one connection; if one fails, the connection must not be used again.

    Raises:
        StoreUnavailable: the tables were made by a newer version of this package.
    """
    run(dialect.begin)
    if dialect is POSTGRESQL:  # which lets two transactions make tables at once
        run("SET LOCAL statement_timeout = '60s'")
        run(f"SELECT pg_advisory_xact_lock({zlib.crc32(f'itsme_facade {prefix}'.encode())})")
    run(f"CREATE TABLE IF NOT EXISTS {prefix}schema (version INTEGER NOT NULL)")
    rows = run(f"SELECT version FROM {prefix}schema")
    version = int(str(rows[0][0])) if rows else 0
    if version > len(MIGRATIONS):
        raise StoreUnavailable(
            f"The tables {prefix}* are of version {version}, and this itsme-facade knows versions up to"
            f" {len(MIGRATIONS)}.",
            advice="Install the version of itsme-facade that made them, or use another prefix.",
        )
    for migration in MIGRATIONS[version:]:
        for statement in migration(dialect, prefix):
            run(statement)
    if version < len(MIGRATIONS):
        change = f"UPDATE {prefix}schema SET version = " if rows else f"INSERT INTO {prefix}schema VALUES ("
        run(f"{change}{len(MIGRATIONS)}{'' if rows else ')'}")
    run("COMMIT")
