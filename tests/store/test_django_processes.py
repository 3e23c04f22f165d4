"""Of several processes at one database of Django's, one takes each step of a login."""

import json
import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from itsme_facade.store import Phase
from tests.engines.postgres import Postgres
from tests.store.django_databases import SQLITE, DjangoStore, database
from tests.store.logins import new_id, started, there
from tests.web.django import project


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_of_eight_processes_one_takes_each_step(engine: str, tmp_path: Path, postgres: Postgres) -> None:
    if engine == "sqlite":
        entry: dict[str, Any] = {"ENGINE": SQLITE, "NAME": str(tmp_path / "logins.db")}
    else:
        name = f"django{new_id()}"
        postgres.create(name)
        entry = project.of_postgres(postgres, name)
    ids = [f"login{number}" for number in range(5)]
    with database(entry) as alias, DjangoStore(alias) as store, workers(entry, ids) as processes:
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n", process.communicate()[1]
        for login_id in ids:
            started(store, login_id=login_id)
        got: list[list[list[bool]]] = []
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in processes:
            out, err = process.communicate(timeout=60)
            assert process.returncode == 0, err
            got.append(json.loads(out))
        for number, login_id in enumerate(ids):
            taken = [worker[number] for worker in got]
            assert [sum(step) for step in zip(*taken, strict=True)] == [1, 1, 1, 1]
            assert (there(store, login_id).phase, there(store, login_id).version) == (Phase.DELIVERED, 5)


@contextmanager
def workers(entry: dict[str, Any], ids: list[str], count: int = 8) -> Generator[list[subprocess.Popen[str]]]:
    command = [sys.executable, "-m", "tests.store.django_worker", *ids]
    environment = {**os.environ, "ITSME_TEST_DATABASE": json.dumps(entry)}
    pipe = subprocess.PIPE
    processes = [
        subprocess.Popen(command, text=True, stdin=pipe, stdout=pipe, stderr=pipe, env=environment)
        for _ in range(count)
    ]
    try:
        yield processes
    finally:
        for worker in processes:
            worker.kill()
            worker.communicate()
