"""A login's life in each engine, written by hand: the least SQL or Lua that does it. `lives.py` says it to the engines.

One insert and three conditional writes, each of them durable by itself: the claim before CM is asked, which also reads,
keeping the sealed answer to run the application's handler on it, erasing the identity. Every write names the version it
was decided from and takes its times from the engine's clock; a sweep could find what is due or over by an index.
Nothing is checked beyond that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.bench.logins.life import Kept


class Said(NamedTuple):
    """A statement or a script, and the values that go with it."""

    text: Any
    values: Sequence[object]


class Words(Protocol):
    """What one engine has to be told, from a login's start to its delivery."""

    def add(self, login_id: str, kept: Kept) -> Said:
        """It has been started."""
        ...

    def claim(self, login_id: str, kept: Kept) -> Said:
        """Its browser is back, CM is going to be asked: this gives back what was kept at its start."""
        ...

    def capture(self, login_id: str, kept: Kept) -> Said:
        """CM has answered: the application's handler is going to be run."""
        ...

    def delivered(self, login_id: str, kept: Kept) -> Said:
        """The application has taken the identity."""
        ...


class SqliteWords:
    """For sqlite3, one statement to a transaction; each gives back a row."""

    def add(self, login_id: str, kept: Kept) -> Said:
        return Said(_ADDS, (login_id, kept.state_digest, kept.browser_digest, kept.departure))

    def claim(self, login_id: str, kept: Kept) -> Said:
        return Said(_CLAIMS, (login_id, kept.state_digest, kept.browser_digest))

    def capture(self, login_id: str, kept: Kept) -> Said:
        return Said(_CAPTURES, (kept.answer, login_id))

    def delivered(self, login_id: str, kept: Kept) -> Said:
        return Said(_DELIVERS, (kept.reference, login_id))


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
SQLITE_TABLE = _TABLE.replace("BYTES", "blob")
POSTGRES_TABLE = _TABLE.replace("BYTES", "bytea").replace("REAL", "float8").encode()


class PostgresWords:
    """For psycopg, which prepares what is said often; each statement is a transaction of its own."""

    def add(self, login_id: str, kept: Kept) -> Said:
        return Said(
            b"INSERT INTO bare (login_id, created_at, expires_at, state_digest, browser_digest, departure) "
            b"SELECT %s, now, now + 3600, %b, %b, %b FROM extract(epoch FROM clock_timestamp()) AS now",
            (login_id, kept.state_digest, kept.browser_digest, kept.departure),
        )

    def claim(self, login_id: str, kept: Kept) -> Said:
        return Said(
            b"UPDATE bare SET phase = 'claimed', version = 2, bound = 1, due_at = now + 10 "
            b"FROM extract(epoch FROM clock_timestamp()) AS now WHERE login_id = %s AND version = 1 "
            b"AND state_digest = %b AND browser_digest = %b AND expires_at > now RETURNING departure, bare.*, now",
            (login_id, kept.state_digest, kept.browser_digest),
        )

    def capture(self, login_id: str, kept: Kept) -> Said:
        return Said(
            b"UPDATE bare SET phase = 'delivering', version = 3, answer = %b, due_at = now + 30, "
            b"expires_at = now + 259200 "
            b"FROM extract(epoch FROM clock_timestamp()) AS now WHERE login_id = %s AND version = 2",
            (kept.answer, login_id),
        )

    def delivered(self, login_id: str, kept: Kept) -> Said:
        return Said(
            b"UPDATE bare SET phase = 'delivered', version = 4, departure = '', answer = '', reference = %b, "
            b"due_at = NULL, delivered_at = now, expires_at = now + 3600 "
            b"FROM extract(epoch FROM clock_timestamp()) AS now WHERE login_id = %s AND version = 3",
            (kept.reference, login_id),
        )


class ValkeyWords:
    """Scripts, whose first value is the login's id: a hash for each login, and two sorted sets to find it again."""

    def add(self, login_id: str, kept: Kept) -> Said:
        digests = ("state_digest", kept.state_digest, "browser_digest", kept.browser_digest)
        first = ("phase", "started", "version", 1, *digests, "departure", kept.departure)
        return Said(_ADD, (login_id, 3_600, *first))

    def claim(self, login_id: str, kept: Kept) -> Said:
        return Said(_CLAIM, (login_id, kept.state_digest, kept.browser_digest, 10))

    def capture(self, login_id: str, kept: Kept) -> Said:
        return Said(_SWAP, (login_id, 2, 30, 259_200, "phase", "delivering", "answer", kept.answer))

    def delivered(self, login_id: str, kept: Kept) -> Said:
        erased = ("departure", "", "answer", "")
        return Said(_SWAP, (login_id, 3, "", 3_600, "phase", "delivered", *erased, "reference", kept.reference))


def valkey_keys(said: Said) -> list[str]:
    """The keys that a script works on."""
    return [f"bare:{said.values[0]}", "bare:due", "bare:over"]


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
VALKEY_SCRIPTS = (_ADD, _CLAIM, _SWAP)
