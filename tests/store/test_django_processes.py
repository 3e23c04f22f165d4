"""Of several processes at one database of Django's, one takes each step of a login."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.engines.postgres import Postgres
from tests.store.django_databases import SQLITE, DjangoStore, database
from tests.store.logins import new_id
from tests.store.racing import one_takes_each_step, workers
from tests.web.django import project


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_of_eight_processes_one_takes_each_step(engine: str, tmp_path: Path, postgres: Postgres) -> None:
    if engine == "sqlite":
        entry: dict[str, Any] = {"ENGINE": SQLITE, "NAME": str(tmp_path / "logins.db")}
    else:
        name = f"django{new_id()}"
        postgres.create(name)
        entry = project.of_postgres(postgres, name)
    chosen = {"ITSME_TEST_DATABASE": json.dumps(entry)}
    with (
        database(entry) as alias,
        DjangoStore(alias) as store,
        workers("tests.store.django_worker", **chosen) as processes,
    ):
        one_takes_each_step(processes, lambda: store)
