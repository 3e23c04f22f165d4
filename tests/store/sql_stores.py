"""SQL stores, sync or async, for the tests that are about SQL alone."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from anyio.from_thread import BlockingPortal

from itsme_facade.store import AsyncSqlStore, SqlStore
from itsme_facade.store.base import Store
from tests.store.kinds import Blocking


@contextmanager
def made(side: str, portal: BlockingPortal, url: str, **options: Any) -> Generator[Store]:
    """A store that is not opened yet; closed afterwards."""
    store = SqlStore(url, **options) if side == "sync" else Blocking(AsyncSqlStore(url, **options), portal)
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
