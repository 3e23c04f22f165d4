"""Bare lives, carried out over one connection each: by blocking, and with `await`."""

from __future__ import annotations

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol, Self, cast

import psycopg
import redis
from redis import asyncio as awaited_redis

from tests.bench.logins.bare import (
    POSTGRES_TABLE,
    SQLITE_TABLE,
    VALKEY_SCRIPTS,
    PostgresWords,
    SqliteWords,
    ValkeyWords,
    valkey_keys,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.bench.logins.bare import Said, Words


class BareLife(Protocol):
    """One engine, over one connection."""

    @property
    def words(self) -> Words:
        """What it has to be told."""
        ...

    def write(self, said: Said) -> object:
        """Writes durably, and looks whether there was something to write to."""
        ...

    def claim(self, said: Said) -> Sequence[object]:
        """The write that also reads."""
        ...


class AwaitedLife(Protocol):
    """`BareLife` with `await`."""

    @property
    def words(self) -> Words:
        """What the engine has to be told."""
        ...

    async def write(self, said: Said) -> object:
        """As `BareLife.write`."""
        ...

    async def claim(self, said: Said) -> Sequence[object]:
        """As `BareLife.claim`."""
        ...


class Sqlite:
    """sqlite3 of the standard library: WAL, synchronous=FULL, secure_delete, BEGIN IMMEDIATE."""

    words = SqliteWords()

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, timeout=20, isolation_level=None)
        self._connection.executescript(_PRAGMAS + SQLITE_TABLE)

    def claim(self, said: Said) -> Sequence[object]:
        execute = self._connection.execute
        execute("BEGIN IMMEDIATE")
        (row,) = execute(*said).fetchall()
        execute("COMMIT")
        return cast("Sequence[object]", row)

    write = claim


_PRAGMAS = """
PRAGMA busy_timeout=20000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;
"""


class AwaitedSqlite:
    """The blocking one in a thread of its own. SQLite lets one write at a time, so one is enough for everybody."""

    words = Sqlite.words

    def __init__(self, path: str) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._life = self._thread.submit(Sqlite, path).result()

    async def claim(self, said: Said) -> Sequence[object]:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._life.claim, said)

    write = claim


class Postgres:
    """psycopg, each statement a transaction of its own."""

    words = PostgresWords()

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)

    @staticmethod
    def prepare(url: str) -> None:
        """Makes the table, once."""
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(POSTGRES_TABLE)

    def write(self, said: Said) -> None:
        assert self._connection.execute(*said).rowcount == 1

    def claim(self, said: Said) -> Sequence[object]:
        row = self._connection.execute(*said, binary=True).fetchone()
        assert row
        return row


class AwaitedPostgres:
    """`Postgres` over psycopg's connection for asyncio."""

    words = Postgres.words

    def __init__(self, connection: psycopg.AsyncConnection) -> None:
        self._connection = connection

    @classmethod
    async def connected(cls, url: str) -> Self:
        return cls(await psycopg.AsyncConnection.connect(url, autocommit=True))

    async def write(self, said: Said) -> None:
        assert (await self._connection.execute(*said)).rowcount == 1

    async def claim(self, said: Said) -> Sequence[object]:
        row = await (await self._connection.execute(*said, binary=True)).fetchone()
        assert row
        return row


class Valkey:
    """redis-py."""

    words = ValkeyWords()

    def __init__(self, url: str) -> None:
        connect = cast("Any", redis.Redis).from_url
        client = connect(url)
        self._scripts: dict[str, Any] = {text: client.register_script(text) for text in VALKEY_SCRIPTS}

    def write(self, said: Said) -> None:
        assert self._scripts[said.text](valkey_keys(said), said.values)

    def claim(self, said: Said) -> Sequence[object]:
        _, found = self._scripts[said.text](valkey_keys(said), said.values)
        return cast("Sequence[object]", found)


class AwaitedValkey:
    """`Valkey` over redis-py's client for asyncio, which holds one connection and has no pool to ask."""

    words = Valkey.words

    def __init__(self, url: str) -> None:
        connect = cast("Any", awaited_redis.Redis).from_url
        client = connect(url, single_connection_client=True)
        self._scripts: dict[str, Any] = {text: client.register_script(text) for text in VALKEY_SCRIPTS}

    async def write(self, said: Said) -> None:
        assert await self._scripts[said.text](valkey_keys(said), said.values)

    async def claim(self, said: Said) -> Sequence[object]:
        _, found = await self._scripts[said.text](valkey_keys(said), said.values)
        return cast("Sequence[object]", found)
