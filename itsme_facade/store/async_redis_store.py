"""`redis_store` with `await`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

from itsme_facade.carrying import carry_out_async
from itsme_facade.store import redis_durability as durability
from itsme_facade.store.base import AsyncStore, this_event_loop
from itsme_facade.store.phases import Lives
from itsme_facade.store.redis_commands import Commands
from itsme_facade.store.redis_link import async_redis, connection_arguments, exceptions, place_of, unavailable

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Generator

    from itsme_facade.store.record import StoreStats
    from itsme_facade.store.redis_scripts import Call
    from itsme_facade.store.steps import Operation

_T = TypeVar("_T")


class AsyncRedisStore(AsyncStore):
    """`RedisStore` with `await`, on asyncio; redis-py knows no other kind of event loop.

    Each event loop has its own connections, and `aclose` closes those of the loop it runs in: await it in each one.

    Args:
        url: as for `RedisStore`.
        prefix: as for `RedisStore`.
        accept_loss: as for `RedisStore`.
        lives: how long things are kept.

    Raises:
        InvalidArguments: the URL or the prefix cannot be used.
        MissingExtra: redis-py is not installed.
    """

    def __init__(
        self, url: str, prefix: str = "itsme_", *, accept_loss: bool = False, lives: Lives | None = None
    ) -> None:
        self._arguments = connection_arguments(url, waits=True)
        self.lives = lives or Lives()
        self._place = place_of(self._arguments)
        self._prefix = prefix
        self._accept_loss = accept_loss
        self._commands = Commands(prefix)
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, Any] = WeakKeyDictionary()

    async def open(self) -> None:
        """As `RedisStore.open`."""
        pool, connection = self._client().connection_pool, None
        try:
            connection = await pool.get_connection()
            await self._check(connection)
        except (exceptions.RedisError, OSError) as error:
            raise unavailable(error, self._place) from None
        finally:
            if connection is not None:
                await pool.release(connection)

    async def do(self, operation: Operation) -> object:
        """As `Store.do`."""
        return await self._carry_out(self._commands.operation(operation))

    async def stats(self) -> StoreStats:
        """As `Store.stats`."""
        return await self._carry_out(self._commands.stats())

    async def aclose(self) -> None:
        """Closes the connections of this event loop. The store may be used again."""
        client = self._clients.pop(this_event_loop("RedisStore"), None)
        if client is not None:
            await client.connection_pool.disconnect()

    async def _carry_out(self, commands: Generator[Call, Any, _T]) -> _T:
        try:
            return await carry_out_async(commands, self._run)
        except (exceptions.RedisError, OSError) as error:
            raise unavailable(error, self._place) from None

    async def _run(self, call: Call) -> Any:
        client = self._client()
        try:
            return await client.execute_command(*call.by_name())
        except exceptions.NoScriptError:
            return await client.execute_command(*call.in_full())

    def _client(self) -> Any:
        loop = this_event_loop("RedisStore")
        if loop not in self._clients:
            self._clients[loop] = async_redis.Redis(connection_pool=_Pool(self._check, **self._arguments))
        return self._clients[loop]

    async def _check(self, connection: Any) -> None:
        """Asks a server that has just been connected to whether it is durable."""
        try:
            for question in durability.QUESTIONS:
                await connection.send_command(*question)
            answers = [await _answer(connection) for _ in durability.QUESTIONS]
            durability.judge(answers, accept_loss=self._accept_loss)
        except BaseException:
            await connection.disconnect(
                nowait=True
            )  # half-read answers must not be taken for those of the next command
            raise

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._place}, prefix={self._prefix!r})"


class _Pool(async_redis.BlockingConnectionPool):
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


async def _answer(connection: Any) -> object:
    try:
        return await connection.read_response()
    except exceptions.ResponseError:
        return None  # forbidden, or not known to this server
