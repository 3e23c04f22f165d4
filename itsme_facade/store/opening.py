"""Finds the store that a URL names."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from itsme_facade.errors import InvalidArguments, Problem

if TYPE_CHECKING:
    from itsme_facade.store.base import AsyncStore, Store

_HOMES = {
    "memory": ("itsme_facade.store.memory", "MemoryStore", "AsyncMemoryStore"),
    "sql": ("itsme_facade.store", "SqlStore", "AsyncSqlStore"),
    "redis": ("itsme_facade.store", "RedisStore", "AsyncRedisStore"),
}
_KIND_OF = {
    "memory": "memory",
    "sqlite": "sql",
    "postgresql": "sql",
    "postgres": "sql",
    "redis": "redis",
    "rediss": "redis",
    "unix": "redis",
    "valkey": "redis",
    "valkeys": "redis",
}


def open_store(url: str, **options: Any) -> Store:
    """Makes the store that a URL names (ITSME_STORE_URL). A flow opens it; without one, call its `open`.

    Args:
        url: `sqlite:///logins.db`, `postgresql://user@host/database`, `redis://host`, `rediss://host`,
            `valkey://host`, `unix:///socket` (Redis or Valkey), or `memory:` for tests.
        options: what the store takes beside its URL: `prefix`, `accept_loss`, `lives`.

    Raises:
        InvalidArguments: no store is known by that scheme.
        MissingExtra: the store's packages are not installed.

    >>> open_store("memory:").look("0123456789abcdefghjkmnpqrs").record
    """
    home, name, _ = _find(url)
    store: Store = getattr(import_module(home), name)(*_where(url), **options)
    return store


def open_async_store(url: str, **options: Any) -> AsyncStore:
    """As `open_store`, for the async store. An async flow opens it; without one, await its `open`."""
    home, _, name = _find(url)
    store: AsyncStore = getattr(import_module(home), name)(*_where(url), **options)
    return store


def _find(url: str) -> tuple[str, str, str]:
    kind = _KIND_OF.get(_scheme(url))
    if kind is None:
        # Not the URL itself: there may be a password in it.
        known = "sqlite, postgresql, redis, rediss, valkey, valkeys, unix (Redis or Valkey) and memory"
        raise InvalidArguments((Problem("url", f"names no store that is supported: these are {known}"),))
    return _HOMES[kind]


def _where(url: str) -> tuple[str, ...]:
    return () if _scheme(url) == "memory" else (url,)


def _scheme(url: str) -> str:
    return url.partition(":")[0].partition("+")[0].lower()
