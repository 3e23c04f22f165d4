"""A sandbox and an application on every backend, for tests that kill, race and break."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, cast

import pytest
from psycopg import sql

from itsme_facade.sandbox import Sandbox
from tests.proof import django_project
from tests.proof.shop import Shop
from tests.proof.workers import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.engines.postgres import Postgres

DJANGO = "django"
"""The database of the Django project, in a PostgreSQL that others use as well."""


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


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the tables of a Django project. Copy it."""
    file = tmp_path_factory.mktemp("django") / "migrated.db"
    run(django_project.migrate, f"django+sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> str:
    """The URL of a PostgreSQL database with the tables of a Django project."""
    url = f"django+{postgres.create(DJANGO)}"
    run(django_project.migrate, url)
    return url


def _sqlite(request: pytest.FixtureRequest) -> str:
    return f"sqlite:///{request.getfixturevalue('tmp_path') / 'logins.db'}"


def _postgres(request: pytest.FixtureRequest) -> str:
    return cast("str", request.getfixturevalue("postgres").url())


def _valkey(request: pytest.FixtureRequest) -> str:
    return cast("str", request.getfixturevalue("valkey").url())


def _django_sqlite(request: pytest.FixtureRequest) -> str:
    url = f"django+{_sqlite(request)}"
    shutil.copy(request.getfixturevalue("migrated_file"), url.removeprefix("django+sqlite:///"))
    return url


def _django_postgres(request: pytest.FixtureRequest) -> str:
    url = cast("str", request.getfixturevalue("migrated_postgres"))
    # Its table has no prefix, so it is emptied instead of being each test's own.
    with cast("Postgres", request.getfixturevalue("postgres")).connect(DJANGO) as connection:
        connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(django_project.TABLE)))
    return url


BACKENDS: dict[str, Callable[[pytest.FixtureRequest], str]] = {
    "sqlite": _sqlite,
    "postgres": _postgres,
    "valkey": _valkey,
    "django-sqlite": _django_sqlite,
    "django-postgres": _django_postgres,
}
"""By name: gives the URL of a store that a test may use and leaves running."""


@pytest.fixture(params=list(BACKENDS))
def backend(request: pytest.FixtureRequest) -> str:
    """What keeps the logins. A test narrows it by parametrising `backend` itself."""
    return str(request.param)


@pytest.fixture
def url(request: pytest.FixtureRequest, backend: str) -> str:
    """Where that is."""
    return BACKENDS[backend](request)


@pytest.fixture
def shop(sandbox: Sandbox, url: str, tmp_path: Path) -> Iterator[Shop]:
    """An application without a worker yet, with short leases."""
    with Shop(sandbox, url, tmp_path, read_lease=0.2, delivery_lease=0.2) as shop:
        yield shop
