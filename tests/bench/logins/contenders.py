"""What is measured one at a time: whole logins, what their stores do, and the bare SQL, Lua and HTTP that they need."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol

from itsme_facade.carrying import carry_out
from itsme_facade.store import RedisStore, SqlStore, steps
from itsme_facade.store.phases import DELIVERY_LEASE
from itsme_facade.store.record import Record
from tests.bench.contenders import Httpx, person
from tests.bench.logins import lives
from tests.bench.logins.life import Ids
from tests.bench.logins.whole import PERSON, WholeLogin, kept_by_one_login

if TYPE_CHECKING:
    from collections.abc import Callable

    from itsme_facade.store.base import Store
    from tests.bench.logins.life import Kept
    from tests.bench.logins.places import Places


class Contender(Protocol):
    """Something that is done over and over in one process."""

    def once(self) -> None:
        """Does it once, and looks whether it was done right."""
        ...


class Http:
    """Bare httpx doing a login's two calls, over one connection that stays open."""

    def __init__(self, url: str) -> None:
        self._client = Httpx(url)

    def once(self) -> None:
        assert person(self._client.status(self._client.create())) == PERSON


class Bare:
    """A login's life in bare SQL or Lua."""

    def __init__(self, life: lives.BareLife, kept: Kept) -> None:
        self._life, self._words, self._kept, self._ids = life, life.words, kept, Ids()

    def once(self) -> None:
        login_id, life, words, kept = self._ids.next(), self._life, self._words, self._kept
        life.write(words.add(login_id, kept))
        assert kept.departure in life.claim(words.claim(login_id, kept))
        life.write(words.capture(login_id, kept))
        life.write(words.delivered(login_id, kept))


class InTurn:
    """The bare life and the two bare calls in the order that a login needs them, and nothing else at all.

    What no whole login can be faster than: an engine and a server that are waited for by turns are slower than each
    of them in a loop of its own.
    """

    def __init__(self, url: str, life: lives.BareLife, kept: Kept) -> None:
        self._client, self._life, self._words, self._kept = Httpx(url), life, life.words, kept
        self._ids = Ids("turn")

    def once(self) -> None:
        login_id, life, words, kept = self._ids.next(), self._life, self._words, self._kept
        token = self._client.create()
        life.write(words.add(login_id, kept))
        assert kept.departure in life.claim(words.claim(login_id, kept))
        assert person(self._client.status(token)) == PERSON
        life.write(words.capture(login_id, kept))
        life.write(words.delivered(login_id, kept))


class Stored:
    """The same life in one of our stores, each step going on from what the one before gave, as a flow does."""

    def __init__(self, store: Store, kept: Kept) -> None:
        store.open()
        self._store, self._kept, self._ids = store, kept, Ids()

    def once(self) -> None:
        kept, id_ = self._kept, self._ids.next()
        do, terms = self._store.do, self._store.lives
        record = Record(
            login_id=id_,
            state_digest=kept.state_digest,
            browser_digest=kept.browser_digest,
            departure=kept.departure,
        )
        carry_out(steps.add(record, lives=terms), do)
        seen = carry_out(steps.take(id_, state_digest=kept.state_digest, browser_digest=kept.browser_digest), do)
        seen = carry_out(steps.capture(id_, kept.answer, bound=True, lives=terms, lease=DELIVERY_LEASE, held=seen), do)
        seen = carry_out(steps.delivered(id_, kept.reference, lives=terms, held=seen), do)
        assert seen.mine


def contenders(places: Places) -> dict[str, Callable[[], Contender]]:
    """How each is made, by name: "httpx", and "bare", "turns", "store" and "login" with an engine's name behind it."""
    sandbox, kept = places.sandbox, kept_by_one_login(places.sandbox)
    stores: dict[str, Callable[[], Store]] = {
        "sqlite": lambda: SqlStore(f"sqlite:///{places.sqlite}"),
        "postgres": lambda: SqlStore(places.postgres),
        "valkey": lambda: RedisStore(places.valkey),
    }
    bare: dict[str, Callable[[], lives.BareLife]] = {
        "sqlite": lambda: lives.Sqlite(f"{places.sqlite}.bare"),
        "postgres": lambda: lives.Postgres(places.postgres),
        "valkey": lambda: lives.Valkey(places.valkey),
    }
    made: dict[str, Callable[[], Contender]] = {"httpx": lambda: Http(sandbox)}
    for engine, store in stores.items():
        made[f"bare {engine}"] = partial(_bare, bare[engine], kept)
        made[f"turns {engine}"] = partial(_in_turn, sandbox, bare[engine], kept)
        made[f"store {engine}"] = partial(_stored, store, kept)
        made[f"login {engine}"] = partial(_login, sandbox, store)
    return made


def _bare(life: Callable[[], lives.BareLife], kept: Kept) -> Contender:
    return Bare(life(), kept)


def _in_turn(url: str, life: Callable[[], lives.BareLife], kept: Kept) -> Contender:
    return InTurn(url, life(), kept)


def _stored(store: Callable[[], Store], kept: Kept) -> Contender:
    return Stored(store(), kept)


def _login(url: str, store: Callable[[], Store]) -> Contender:
    return WholeLogin(url, store())
