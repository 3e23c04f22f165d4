"""A login's life in each engine, written by hand: the least SQL or Lua that does it, in the same settings.

One insert and three conditional writes, each of them durable by itself: the claim before CM is asked, which also reads,
keeping the sealed answer to run the application's handler on it, erasing the identity. Every write names the version it
was decided from and takes its times from the engine's clock; a sweep could find what is due or over by an index.
Nothing is checked beyond that.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any, Protocol, cast

import psycopg
import redis

if TYPE_CHECKING:
    from tests.bench.logins.life import Kept


class BareLife(Protocol):
    """One engine, over one connection. A login is taken from its start to its delivery."""

    def add(self, login_id: str, kept: Kept) -> None:
        """It has been started."""
        ...

    def claim(self, login_id: str, kept: Kept) -> None:
        """Its browser is back: CM is going to be asked."""
        ...

    def capture(self, login_id: str, kept: Kept) -> None:
        """CM has answered: the application's handler is going to be run."""
        ...

    def delivered(self, login_id: str, kept: Kept) -> None:
        """The application has taken the identity."""
        ...


class Sqlite:
    """sqlite3 of the standard library: WAL, synchronous=FULL, secure_delete, BEGIN IMMEDIATE."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, timeout=20, isolation_level=None)
        self._connection.executescript(_SQLITE)

    def add(self, login_id: str, kept: Kept) -> None:
        self._write(_ADDS, login_id, kept.state_digest, kept.browser_digest, kept.departure)

    def claim(self, login_id: str, kept: Kept) -> None:
        assert self._write(_CLAIMS, login_id, kept.state_digest, kept.browser_digest)[0] == kept.departure

    def capture(self, login_id: str, kept: Kept) -> None:
        self._write(_CAPTURES, kept.answer, login_id)

    def delivered(self, login_id: str, kept: Kept) -> None:
        self._write(_DELIVERS, kept.reference, login_id)

    def _write(self, statement: str, *values: object) -> tuple[Any, ...]:
        execute = self._connection.execute
        execute("BEGIN IMMEDIATE")
        (row,) = execute(statement, values).fetchall()
        execute("COMMIT")
        return cast("tuple[Any, ...]", row)


_ADDS, _CLAIMS, _CAPTURES, _DELIVERS = [
    statement.replace("NOW", "(julianday('now') - 2440587.5) * 86400")
    for statement in (
        (
            "INSERT INTO bare (login_id, created_at, expires_at, state_digest, browser_digest, departure) "
            "VALUES (?, NOW, NOW + 3600, ?, ?, ?) RETURNING NOW"
        ),
        (
            "UPDATE bare SET phase = 'claimed', version = 2, bound = 1, due_at = NOW + 10 "
            "WHERE login_id = ? AND version = 1 AND state_digest = ? AND browser_digest = ? AND expires_at > NOW "
            "RETURNING departure, *, NOW"
        ),
        (
            "UPDATE bare SET phase = 'delivering', version = 3, answer = ?, due_at = NOW + 30, "
            "expires_at = NOW + 259200 WHERE login_id = ? AND version = 2 RETURNING NOW"
        ),
        (
            "UPDATE bare SET phase = 'delivered', version = 4, departure = x'', answer = x'', reference = ?, "
            "due_at = NULL, delivered_at = NOW, expires_at = NOW + 3600 WHERE login_id = ? AND version = 3 "
            "RETURNING NOW"
        ),
    )
]
_TABLE = """
CREATE TABLE IF NOT EXISTS bare (
    login_id text PRIMARY KEY, phase text NOT NULL DEFAULT 'started', version integer NOT NULL DEFAULT 1,
    created_at REAL NOT NULL, expires_at REAL NOT NULL, due_at REAL, bound integer NOT NULL DEFAULT 0,
    attempts integer NOT NULL DEFAULT 0, state_digest BYTES NOT NULL, browser_digest BYTES NOT NULL,
    departure BYTES NOT NULL, answer BYTES NOT NULL DEFAULT '', reference BYTES NOT NULL DEFAULT '',
    reason text NOT NULL DEFAULT '', delivered_at REAL, signed_out integer NOT NULL DEFAULT 0,
    code_digest BYTES NOT NULL DEFAULT '', code_until REAL NOT NULL DEFAULT 0, code_tries integer NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS bare_due ON bare (due_at);
CREATE INDEX IF NOT EXISTS bare_over ON bare (expires_at);
"""
_SQLITE = f"""
PRAGMA busy_timeout=20000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;
{_TABLE.replace("BYTES", "blob")}
"""


class Postgres:
    """psycopg, which prepares what is said often; each statement is a transaction of its own."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)

    @staticmethod
    def prepare(url: str) -> None:
        """Makes the table, once."""
        table = _TABLE.replace("BYTES", "bytea").replace("REAL", "float8")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(table.encode())

    def add(self, login_id: str, kept: Kept) -> None:
        self._write(
            b"INSERT INTO bare (login_id, created_at, expires_at, state_digest, browser_digest, departure) "
            b"SELECT %s, now, now + 3600, %b, %b, %b FROM extract(epoch FROM clock_timestamp()) AS now",
            login_id,
            kept.state_digest,
            kept.browser_digest,
            kept.departure,
        )

    def claim(self, login_id: str, kept: Kept) -> None:
        query = (
            b"UPDATE bare SET phase = 'claimed', version = 2, bound = 1, due_at = now + 10 "
            b"FROM extract(epoch FROM clock_timestamp()) AS now WHERE login_id = %s AND version = 1 "
            b"AND state_digest = %b AND browser_digest = %b AND expires_at > now RETURNING departure, bare.*, now"
        )
        values = login_id, kept.state_digest, kept.browser_digest
        found = self._connection.execute(query, values, binary=True).fetchone()
        assert found
        assert found[0] == kept.departure

    def capture(self, login_id: str, kept: Kept) -> None:
        self._write(
            b"UPDATE bare SET phase = 'delivering', version = 3, answer = %b, due_at = now + 30, "
            b"expires_at = now + 259200 "
            b"FROM extract(epoch FROM clock_timestamp()) AS now WHERE login_id = %s AND version = 2",
            kept.answer,
            login_id,
        )

    def delivered(self, login_id: str, kept: Kept) -> None:
        self._write(
            b"UPDATE bare SET phase = 'delivered', version = 4, departure = '', answer = '', reference = %b, "
            b"due_at = NULL, delivered_at = now, expires_at = now + 3600 "
            b"FROM extract(epoch FROM clock_timestamp()) AS now WHERE login_id = %s AND version = 3",
            kept.reference,
            login_id,
        )

    def _write(self, statement: bytes, *values: object) -> None:
        assert self._connection.execute(statement, values).rowcount == 1


class Valkey:
    """redis-py and two scripts: a hash for each login, and two sorted sets to find it again."""

    def __init__(self, url: str) -> None:
        connect = cast("Any", redis.Redis).from_url
        self._client = connect(url)
        self._add: Any = self._client.register_script(_ADD)
        self._claim: Any = self._client.register_script(_CLAIM)
        self._swap: Any = self._client.register_script(_SWAP)

    def add(self, login_id: str, kept: Kept) -> None:
        digests = ["state_digest", kept.state_digest, "browser_digest", kept.browser_digest]
        first = ["phase", "started", "version", 1, *digests, "departure", kept.departure]
        self._add(_keys(login_id), [login_id, 3_600, *first])

    def claim(self, login_id: str, kept: Kept) -> None:
        _, found = self._claim(_keys(login_id), [login_id, kept.state_digest, kept.browser_digest, 10])
        assert kept.departure in found

    def capture(self, login_id: str, kept: Kept) -> None:
        self._change(_keys(login_id), login_id, 2, 30, 259_200, "phase", "delivering", "answer", kept.answer)

    def delivered(self, login_id: str, kept: Kept) -> None:
        erased = ["departure", "", "answer", ""]
        changed = ["phase", "delivered", *erased, "reference", kept.reference]
        self._change(_keys(login_id), login_id, 3, "", 3_600, *changed)

    def _change(self, keys: list[str], login_id: str, version: int, due: object, life: object, *rest: object) -> None:
        assert self._swap(keys, [login_id, version, due, life, *rest])


_ADD = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
redis.call('HSET', KEYS[1], 'created_at', now, 'expires_at', now + ARGV[2], unpack(ARGV, 3))
redis.call('ZADD', KEYS[3], now + ARGV[2], ARGV[1])
return 1
"""
_CLAIM = """
local digests = redis.call('HMGET', KEYS[1], 'version', 'state_digest', 'browser_digest', 'expires_at')
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
if digests[1] ~= '1' or digests[2] ~= ARGV[2] or digests[3] ~= ARGV[3] or tonumber(digests[4]) <= now then return 0 end
redis.call('HSET', KEYS[1], 'version', 2, 'phase', 'claimed', 'bound', 1, 'due_at', now + ARGV[4])
redis.call('ZADD', KEYS[2], now + ARGV[4], ARGV[1])
return {time, redis.call('HGETALL', KEYS[1])}
"""
_SWAP = """
if redis.call('HGET', KEYS[1], 'version') ~= ARGV[2] then return 0 end
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
redis.call('HSET', KEYS[1], 'version', ARGV[2] + 1, unpack(ARGV, 5))
if ARGV[3] == '' then redis.call('ZREM', KEYS[2], ARGV[1]) else redis.call('ZADD', KEYS[2], now + ARGV[3], ARGV[1]) end
if ARGV[4] ~= '' then
    redis.call('HSET', KEYS[1], 'expires_at', now + ARGV[4])
    redis.call('ZADD', KEYS[3], now + ARGV[4], ARGV[1])
end
return 1
"""


def _keys(login_id: str) -> list[str]:
    return [f"bare:{login_id}", "bare:due", "bare:over"]
