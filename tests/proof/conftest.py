"""A sandbox and an application on every backend, for tests that kill, race and break."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from itsme_facade.sandbox import Sandbox
from tests.engines.postgres import own_postgres, postgres
from tests.engines.valkey import own_valkey, valkey
from tests.proof.shop import Shop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["own_postgres", "own_valkey", "postgres", "valkey"]

ENGINES = {"sqlite": None, "postgres": "postgres", "valkey": "valkey"}


@pytest.fixture(scope="session")
def one_sandbox() -> Iterator[Sandbox]:
    """One sandbox for all tests of this process."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(one_sandbox: Sandbox) -> Sandbox:
    """A sandbox as new, in which everybody approves by themselves."""
    one_sandbox.reset()
    for person in one_sandbox.people:
        if person.phone.number:
            person.always("approve")
    return one_sandbox


@pytest.fixture(params=ENGINES)
def backend(request: pytest.FixtureRequest) -> str:
    """Which engine keeps the logins. A test narrows it by parametrising `backend` itself."""
    return str(request.param)


@pytest.fixture
def url(request: pytest.FixtureRequest, backend: str, tmp_path: Path) -> str:
    """Where that engine is, for tests that leave it as it is."""
    engine = ENGINES[backend]
    if engine is None:
        return f"sqlite:///{tmp_path / 'logins.db'}"
    server = request.getfixturevalue(engine)
    return cast("str", server.url())


@pytest.fixture
def shop(sandbox: Sandbox, url: str, tmp_path: Path) -> Iterator[Shop]:
    """An application without a worker yet, with short leases."""
    with Shop(sandbox, url, tmp_path, read_lease=0.2, delivery_lease=0.2) as shop:
        yield shop
