"""Stores on a Valkey server, sync or async, for the tests that are about Redis alone."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from itsme_facade.store.async_redis_store import AsyncRedisStore
from itsme_facade.store.record import Record
from itsme_facade.store.redis_store import RedisStore
from tests.store.kinds import Blocking

if TYPE_CHECKING:
    from collections.abc import Generator

    from anyio.from_thread import BlockingPortal

    from itsme_facade.store.base import Store

LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


@contextmanager
def made(side: str, portal: BlockingPortal, url: str, **options: Any) -> Generator[Store]:
    """A store that is not opened yet; closed afterwards."""
    store = RedisStore(url, **options) if side == "sync" else Blocking(AsyncRedisStore(url, **options), portal)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def opened(side: str, portal: BlockingPortal, url: str, **options: Any) -> Generator[Store]:
    """An opened store; closed afterwards."""
    with made(side, portal, url, **options) as store:
        store.open()
        yield store


def login(**known: Any) -> Record:
    """A login that has just been started, with made-up sealed text."""
    values: dict[str, Any] = {"login_id": new_id(), "departure": b"sealed departure"}
    values |= {name: secrets.token_bytes(32) for name in ("state_digest", "browser_digest")}
    return Record(**(values | known))


def new_id() -> str:
    """An id that no other login has."""
    return "".join(secrets.choice(LETTERS) for _ in range(26))
