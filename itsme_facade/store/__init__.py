"""Where unfinished logins are kept, sealed and for a short time.

Names are imported when they are first used: each store brings its own packages along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from itsme_facade.lazy import lazy_names

if TYPE_CHECKING:
    from itsme_facade.store.async_redis_store import AsyncRedisStore
    from itsme_facade.store.async_sql import AsyncSqlStore
    from itsme_facade.store.base import AsyncStore, Store
    from itsme_facade.store.memory import AsyncMemoryStore, MemoryStore
    from itsme_facade.store.opening import open_async_store, open_store
    from itsme_facade.store.phases import Lives
    from itsme_facade.store.record import Phase, Record, StoreStats
    from itsme_facade.store.redis_store import RedisStore
    from itsme_facade.store.sealing import Seal, new_key
    from itsme_facade.store.spool import Spool
    from itsme_facade.store.sql import SqlStore

_HOMES = {
    "itsme_facade.store.async_redis_store": ("AsyncRedisStore",),
    "itsme_facade.store.async_sql": ("AsyncSqlStore",),
    "itsme_facade.store.base": ("AsyncStore", "Store"),
    "itsme_facade.store.memory": ("AsyncMemoryStore", "MemoryStore"),
    "itsme_facade.store.opening": ("open_async_store", "open_store"),
    "itsme_facade.store.phases": ("Lives",),
    "itsme_facade.store.record": ("Phase", "Record", "StoreStats"),
    "itsme_facade.store.redis_store": ("RedisStore",),
    "itsme_facade.store.sealing": ("Seal", "new_key"),
    "itsme_facade.store.spool": ("Spool",),
    "itsme_facade.store.sql": ("SqlStore",),
}

__all__ = [
    "AsyncMemoryStore",
    "AsyncRedisStore",
    "AsyncSqlStore",
    "AsyncStore",
    "Lives",
    "MemoryStore",
    "Phase",
    "Record",
    "RedisStore",
    "Seal",
    "Spool",
    "SqlStore",
    "Store",
    "StoreStats",
    "new_key",
    "open_async_store",
    "open_store",
]


if not TYPE_CHECKING:  # a type checker that saw it would believe every misspelt name
    __getattr__, __dir__ = lazy_names(__name__, _HOMES)
