"""What is measured with several in flight: whole logins, and the bare SQL, Lua and HTTP that they need."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol

from itsme_facade.store import AsyncRedisStore, AsyncSqlStore
from tests.bench.async_contenders import Httpx
from tests.bench.contenders import person
from tests.bench.logins.life import Ids
from tests.bench.logins.lives import AwaitedPostgres, AwaitedSqlite, AwaitedValkey
from tests.bench.logins.whole import PERSON, AwaitedWholeLogin, kept_by_one_awaited_login

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from itsme_facade.store.base import AsyncStore
    from tests.bench.logins.life import Kept
    from tests.bench.logins.lives import AwaitedLife
    from tests.bench.logins.places import Places


class AwaitedContender(Protocol):
    """Something that is done over and over in one event loop, in which it is made; more than once at a time."""

    async def once(self) -> None:
        """Does it once, and looks whether it was done right."""
        ...


class Http:
    """Bare httpx doing a login's two calls: one client for all of them, as it is meant."""

    def __init__(self, url: str) -> None:
        self._client = Httpx(url)

    async def once(self) -> None:
        assert person(await self._client.status(await self._client.create())) == PERSON


class Bare:
    """A login's life in bare SQL or Lua, with a connection of its own for each that is in flight."""

    def __init__(self, connect: Callable[[], Awaitable[AwaitedLife]], kept: Kept, whose: str = "") -> None:
        self._connect, self._kept, self._ids = connect, kept, Ids(whose)
        self._free: list[AwaitedLife] = []

    async def once(self) -> None:
        life = self._free.pop() if self._free else await self._connect()
        await self._live(life, self._ids.next(), self._kept)
        self._free.append(life)

    async def _live(self, life: AwaitedLife, login_id: str, kept: Kept) -> None:
        words = life.words
        await life.write(words.add(login_id, kept))
        assert kept.departure in await life.claim(words.claim(login_id, kept))
        await life.write(words.capture(login_id, kept))
        await life.write(words.delivered(login_id, kept))


class InTurn(Bare):
    """The bare life and the two bare calls in the order that a login needs them, and nothing else at all."""

    def __init__(self, url: str, connect: Callable[[], Awaitable[AwaitedLife]], kept: Kept) -> None:
        super().__init__(connect, kept, "turn")
        self._client = Httpx(url)

    async def _live(self, life: AwaitedLife, login_id: str, kept: Kept) -> None:
        words = life.words
        token = await self._client.create()
        await life.write(words.add(login_id, kept))
        assert kept.departure in await life.claim(words.claim(login_id, kept))
        assert person(await self._client.status(token)) == PERSON
        await life.write(words.capture(login_id, kept))
        await life.write(words.delivered(login_id, kept))


async def awaited_contenders(places: Places) -> dict[str, Callable[[], Awaitable[AwaitedContender]]]:
    """How each is made, by name: as `contenders`, but for the stores by themselves."""
    sandbox, kept = places.sandbox, await kept_by_one_awaited_login(places.sandbox)
    stores: dict[str, Callable[[], AsyncStore]] = {
        "sqlite": lambda: AsyncSqlStore(f"sqlite:///{places.sqlite}"),
        "postgres": lambda: AsyncSqlStore(places.postgres),
        "valkey": lambda: AsyncRedisStore(places.valkey),
    }
    made: dict[str, Callable[[], Awaitable[AwaitedContender]]] = {"httpx": partial(_http, sandbox)}
    for engine, store in stores.items():
        made[f"bare {engine}"] = partial(_bare, places, engine, kept)
        made[f"turns {engine}"] = partial(_in_turn, places, engine, kept)
        made[f"login {engine}"] = partial(_login, sandbox, store)
    return made


def _connector(places: Places, engine: str) -> Callable[[], Awaitable[AwaitedLife]]:
    """How another one in flight gets its connection."""
    if engine == "postgres":
        return partial(AwaitedPostgres.connected, places.postgres)
    writer = AwaitedSqlite(f"{places.sqlite}.bare") if engine == "sqlite" else None

    async def connect() -> AwaitedLife:
        return writer or AwaitedValkey(places.valkey)

    return connect


async def _http(url: str) -> AwaitedContender:
    return Http(url)


async def _bare(places: Places, engine: str, kept: Kept) -> AwaitedContender:
    return Bare(_connector(places, engine), kept)


async def _in_turn(places: Places, engine: str, kept: Kept) -> AwaitedContender:
    return InTurn(places.sandbox, _connector(places, engine), kept)


async def _login(url: str, store: Callable[[], AsyncStore]) -> AwaitedContender:
    return await AwaitedWholeLogin.opened(url, store())
