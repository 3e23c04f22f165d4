"""Where everything is that logins need around them."""

from __future__ import annotations

from dataclasses import dataclass

ENGINES = {"sqlite": "SQLite", "postgres": "PostgreSQL", "valkey": "Valkey"}


@dataclass(frozen=True)
class Places:
    """The local sandbox's base URL, a database file, and the URLs of two servers."""

    sandbox: str
    sqlite: str
    postgres: str
    valkey: str
