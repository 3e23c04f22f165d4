"""Every kind of store, to the same tests. `store` is one of each kind and side; `place` opens as many as wanted."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from itsme_facade.store.base import Store
from itsme_facade.store.spool import Spool
from tests.store.kinds import KINDS, Place


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    """An asyncio event loop in a thread of its own."""
    with start_blocking_portal("asyncio") as portal:
        yield portal


@pytest.fixture(params=["sync", "async"])
def side(request: pytest.FixtureRequest) -> str:
    """Whether the test is about the sync or the async store."""
    return str(request.param)


@pytest.fixture(params=list(KINDS))
def kind(request: pytest.FixtureRequest) -> str:
    """Which engine the test is about. A test narrows it by parametrising `kind` itself."""
    return str(request.param)


@pytest.fixture
def place(request: pytest.FixtureRequest, kind: str, side: str, portal: BlockingPortal) -> Iterator[Place]:
    """Somewhere empty to open stores at."""
    place = Place(kind, side, KINDS[kind](request), portal)
    yield place
    place.close()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[str]:
    """A database of Django's DATABASES, on SQLite; its alias."""
    from tests.store.django_databases import SQLITE, database

    with database({"ENGINE": SQLITE, "NAME": str(tmp_path / "logins.db")}) as alias:
        yield alias


@pytest.fixture
def store(place: Place) -> Store:
    """An empty store, opened."""
    return place.open()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the spool is; not there yet."""
    return tmp_path / "var" / "spool"


@pytest.fixture
def spool(folder: Path) -> Spool:
    """An empty one."""
    return Spool(folder)
