"""Every kind of store, and one blocking way to call the sync and the async one: each test is written once.

A new kind is one more entry in KINDS, and two classes that `open_store` and `open_async_store` find by its URL.
"""

import secrets
from collections.abc import Awaitable, Callable, Generator
from functools import partial
from typing import Any, ParamSpec, TypeVar, cast

import pytest
from anyio.from_thread import BlockingPortal

from itsme_facade.store import open_async_store, open_store
from itsme_facade.store.base import AsyncStore, Store
from itsme_facade.store.phases import DELIVERY_LEASE, READ_LEASE, Lives
from itsme_facade.store.record import Phase, Record, Seen, StoreStats
from itsme_facade.store.steps import Operation

_P = ParamSpec("_P")
_T = TypeVar("_T")


def _sqlite(request: pytest.FixtureRequest) -> str:
    return f"sqlite:///{request.getfixturevalue('tmp_path')}/logins.db"


def _postgres(request: pytest.FixtureRequest) -> str:
    return cast("str", request.getfixturevalue("postgres").url())


def _valkey(request: pytest.FixtureRequest) -> str:
    return cast("str", request.getfixturevalue("valkey").url())


KINDS: dict[str, Callable[[pytest.FixtureRequest], str]] = {
    "memory": lambda _: "memory:",
    "sqlite": _sqlite,
    "postgres": _postgres,
    "valkey": _valkey,
}
"""By name: gives the URL of a running engine that this test may use."""

SHARED = [kind for kind in KINDS if kind != "memory"]
"""The kinds that several processes can share."""


class Blocking(Store):
    """An async store, called from a thread that has no event loop."""

    def __init__(self, store: AsyncStore, portal: BlockingPortal) -> None:
        self.inside = store
        self.lives = store.lives
        self._portal = portal

    def open(self) -> None:
        self._call(self.inside.open)

    def do(self, operation: Operation) -> object:
        return self._call(self.inside.do, operation)

    def stats(self) -> StoreStats:
        return self._call(self.inside.stats)

    def close(self) -> None:
        self._call(self.inside.aclose)

    def add(self, record: Record) -> None:
        self._call(self.inside.add, record)

    def look(self, login_id: str) -> Seen:
        return self._call(self.inside.look, login_id)

    def claim(self, login_id: str, *, bound: bool = False, lease: float = READ_LEASE) -> Seen:
        return self._call(self.inside.claim, login_id, bound=bound, lease=lease)

    def release(self, login_id: str, to: Phase = Phase.STARTED, reason: str = "") -> Seen:
        return self._call(self.inside.release, login_id, to, reason)

    def capture(self, login_id: str, answer: bytes, *, bound: bool = False) -> Seen:
        return self._call(self.inside.capture, login_id, answer, bound=bound)

    def deliver(self, login_id: str, *, lease: float = DELIVERY_LEASE) -> Seen:
        return self._call(self.inside.deliver, login_id, lease=lease)

    def delivered(self, login_id: str, reference: bytes) -> Seen:
        return self._call(self.inside.delivered, login_id, reference)

    def sweep(self, limit: int = 100) -> tuple[list[str], list[Record]]:
        return self._call(self.inside.sweep, limit)

    def purge(self, age: float = 0.0) -> int:
        return self._call(self.inside.purge, age)

    def _call(self, method: Callable[_P, Awaitable[_T]], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        return self._portal.call(partial(method, *args, **kwargs))


class Place:
    """Where the records of one test are. Every store that is opened here sees the same ones.

    Args:
        kind: one of KINDS.
        side: `sync` or `async`.
        url: where the engine is.
        portal: into the event loop that async stores live in.
    """

    def __init__(self, kind: str, side: str, url: str, portal: BlockingPortal) -> None:
        self.kind, self.side, self.url = kind, side, url
        self.prefix = f"t{secrets.token_hex(4)}_"
        self._portal = portal
        self._opened: list[Store] = []

    def open(self, *, lives: Lives | None = None) -> Store:
        """One more store here, opened; closed when the test is over. A memory store is always the same one."""
        if self.kind == "memory" and self._opened:
            return self._opened[0]
        options: dict[str, Any] = {} if self.kind == "memory" else {"prefix": self.prefix, "lives": lives}
        inside: Store | AsyncStore
        if self.side == "sync":
            store = inside = open_store(self.url, **options)
        else:
            inside = open_async_store(self.url, **options)
            store = Blocking(inside, self._portal)
        if self.kind == "memory" and lives is not None:
            store.lives = inside.lives = lives
        self._opened.append(store)
        store.open()
        return store

    def close(self) -> None:
        """Closes whatever was opened here."""
        for store in self._opened:
            store.close()


def steps_of(store: Store) -> Callable[[Generator[Operation, Any, _T]], _T]:
    """Carries steps out that no method of a store stands for."""
    from itsme_facade.carrying import carry_out

    return lambda steps: carry_out(steps, store.do)
