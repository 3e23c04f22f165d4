"""Logins kept on a Redis or Valkey server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from itsme_facade.carrying import carry_out
from itsme_facade.store import redis_durability as durability
from itsme_facade.store.base import Store
from itsme_facade.store.phases import Lives
from itsme_facade.store.redis_commands import Commands
from itsme_facade.store.redis_link import connection_arguments, exceptions, place_of, redis, unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from itsme_facade.store.record import StoreStats
    from itsme_facade.store.redis_scripts import Call
    from itsme_facade.store.steps import Operation

_T = TypeVar("_T")


class RedisStore(Store):
    """Logins on one Redis (7 or later) or Valkey server. Safe for threads and after a fork.

    Every new connection looks whether the server keeps what it acknowledges, and is refused where it does not:
    `appendonly yes`, `appendfsync always`, `no-appendfsync-on-rewrite no`, `maxmemory-policy noeviction`. A setting
    that is changed while connections are open is noticed by the next one, or by `open`.

    Not supported: Redis Cluster, Sentinel, replicas. A failover to a replica may forget what was acknowledged.

    Args:
        url: `redis://user:password@host:6379/0`, `rediss://` over TLS, `unix:///path/to/socket?db=0`; also
            `valkey://` and `valkeys://`. Holds a secret.
        prefix: what the names of all keys begin with: several applications can share one server.
        accept_loss: use a server that may lose what it has acknowledged, an identity's only copy too.
        lives: how long things are kept.

    Raises:
        InvalidArguments: the URL or the prefix cannot be used.
        MissingExtra: redis-py is not installed.
    """

    def __init__(
        self, url: str, prefix: str = "itsme_", *, accept_loss: bool = False, lives: Lives | None = None
    ) -> None:
        arguments = connection_arguments(url, waits=False)
        self.lives = lives or Lives()
        self._place = place_of(arguments)
        self._prefix = prefix
        self._accept_loss = accept_loss
        self._commands = Commands(prefix)
        self._pool: Any = _Pool(self._check, **arguments)
        self._client: Any = redis.Redis(connection_pool=self._pool)

    def open(self) -> None:
        """As `Store.open`. There is no schema to make."""
        connection = None
        try:
            connection = self._pool.get_connection()
            self._check(connection)
        except (exceptions.RedisError, OSError) as error:
            raise unavailable(error, self._place) from None
        finally:
            if connection is not None:
                self._pool.release(connection)

    def do(self, operation: Operation) -> object:
        """As `Store.do`."""
        return self._carry_out(self._commands.operation(operation))

    def stats(self) -> StoreStats:
        """As `Store.stats`."""
        return self._carry_out(self._commands.stats())

    def close(self) -> None:
        """Closes the connections. The store may be used again."""
        self._pool.disconnect()

    def _carry_out(self, commands: Generator[Call, Any, _T]) -> _T:
        try:
            return carry_out(commands, self._run)
        except (exceptions.RedisError, OSError) as error:
            raise unavailable(error, self._place) from None

    def _run(self, call: Call) -> Any:
        try:
            return self._client.execute_command(*call.by_name())
        except exceptions.NoScriptError:
            return self._client.execute_command(*call.in_full())

    def _check(self, connection: Any) -> None:
        """Asks a server that has just been connected to whether it is durable."""
        try:
            for question in durability.QUESTIONS:
                connection.send_command(*question)
            durability.judge([_answer(connection) for _ in durability.QUESTIONS], accept_loss=self._accept_loss)
        except BaseException:
            connection.disconnect()  # half-read answers must not be taken for those of the next command
            raise

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._place}, prefix={self._prefix!r})"


class _Pool(redis.BlockingConnectionPool):
    """Connections, each of which is looked at when it is connected."""

    def __init__(self, check: Callable[[Any], object], **arguments: Any) -> None:
        self._check = check
        above: Any = super()  # redis-py types it in part
        above.__init__(**arguments)

    def make_connection(self) -> Any:
        above: Any = super()
        connection = above.make_connection()
        connection.register_connect_callback(self._check)
        return connection


def _answer(connection: Any) -> object:
    try:
        return connection.read_response()
    except exceptions.ResponseError:
        return None  # forbidden, or not known to this server
