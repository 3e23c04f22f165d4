"""What logins need around them, for as long as a run lasts: the local sandbox, and a place in each engine."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import psycopg
import redis

from tests.bench.logins.lives import Postgres
from tests.bench.logins.places import Places
from tests.bench.processes import ROOT
from tests.bench.sandbox.mocks import always_approve
from tests.bench.sandbox.serving import served
from tests.engines import postgres, valkey

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def engines(python: Path) -> Generator[Places]:
    """Everything, each in processes of its own and as durable as it has to be, on the disk of this project."""
    with ExitStack() as stack:
        sandbox = stack.enter_context(served("sandbox", python))
        always_approve(sandbox.port)
        parent = ROOT / "build" / "bench"
        parent.mkdir(parents=True, exist_ok=True)
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="logins-", dir=parent))
        relational = stack.enter_context(postgres.running())
        Postgres.prepare(relational.url())
        yield Places(
            sandbox=f"http://127.0.0.1:{sandbox.port}/itsme/v1",
            sqlite=str(Path(folder) / "logins.db"),
            postgres=relational.url(),
            valkey=stack.enter_context(valkey.running()).url(),
        )


def engine_versions(places: Places) -> dict[str, str]:
    """The versions of the engines themselves."""
    with psycopg.connect(places.postgres) as connection:
        number = connection.info.server_version
    connect = cast("Any", redis.Redis).from_url
    with connect(places.valkey) as client:
        told = client.info("server")
    return {
        "SQLite": sqlite3.sqlite_version,
        "PostgreSQL": f"{number // 10_000}.{number % 10_000}",
        "Valkey": str(told["valkey_version"]),
    }
