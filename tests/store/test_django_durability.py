"""What Django's database has confirmed is kept, what it cannot keep is refused, and what is erased is gone."""

import json
import os
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from itsme_facade.errors import InvalidArguments, StoreNotDurable, StoreUnavailable
from itsme_facade.store import Phase, steps
from itsme_facade.store.steps import Read
from tests.engines.postgres import Postgres, running
from tests.store.logins import new_id, put, short, started, there, wait
from tests.web.django import project

project.set_up()

import django.test  # noqa: E402 - needs the set-up
from django.db import DatabaseError, connections, transaction  # noqa: E402

from itsme_facade.web.django import DjangoStore  # noqa: E402

SQLITE = "django.db.backends.sqlite3"


@contextmanager
def database(entry: dict[str, Any], *, migrated: bool = True) -> Generator[str]:
    """A database of DATABASES for as long as the block lasts."""
    project.add_database("special", entry)
    try:
        if migrated:
            project.migrate("special")
        yield "special"
    finally:
        project.forget_database("special")


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[str]:
    with database({"ENGINE": SQLITE, "NAME": str(tmp_path / "logins.db")}) as alias:
        yield alias


def pragma(alias: str, name: str) -> object:
    with connections[alias].cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        return cursor.fetchone()[0]


def test_sqlite_is_set_to_keep_what_it_confirms_and_to_overwrite_what_it_erases(sqlite: str) -> None:
    with connections[sqlite].cursor() as cursor:
        cursor.execute("PRAGMA synchronous = NORMAL")
    with DjangoStore(sqlite):
        found = {
            name: pragma(sqlite, name) for name in ("journal_mode", "synchronous", "secure_delete", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "busy_timeout": 15_000}


def test_every_new_connection_is_set_so(sqlite: str) -> None:
    store = DjangoStore(sqlite)
    store.open()
    connections[sqlite].close()
    started(store)
    assert pragma(sqlite, "secure_delete") == 1


def test_more_than_full_stays(tmp_path: Path) -> None:
    options = {"init_command": "PRAGMA synchronous=EXTRA"}
    with database({"ENGINE": SQLITE, "NAME": str(tmp_path / "a.db"), "OPTIONS": options}) as alias, DjangoStore(alias):
        assert pragma(alias, "synchronous") == 3


@pytest.mark.parametrize("name", [":memory:", "file:x?mode=memory"])
def test_sqlite_in_memory_is_refused_unless_loss_is_accepted(name: str) -> None:
    with database({"ENGINE": SQLITE, "NAME": name}, migrated=False) as alias:
        with pytest.raises(StoreNotDurable, match="journal_mode=WAL") as caught:
            DjangoStore(alias).open()
        assert "ACCEPT_LOSS" in caught.value.advice
        project.migrate(alias)
        store = DjangoStore(alias, accept_loss=True)
        store.open()
        assert there(store, started(store)).phase is Phase.STARTED


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_postgresql_that_may_lose_what_it_confirms_is_refused_by_the_settings_name(setting: str) -> None:
    with running({setting: "off"}) as server, database(project.of_postgres(server)) as alias:
        with pytest.raises(StoreNotDurable, match=f"setting {setting} is off") as caught:
            DjangoStore(alias).open()
        assert f"Set {setting} = on" in caught.value.advice
        DjangoStore(alias, accept_loss=True).open()


def test_postgresql_waits_for_the_disk_even_where_the_database_is_set_otherwise(postgres: Postgres) -> None:
    name = f"django{new_id()}"
    postgres.create(name)
    for setting, used in (("off", "on"), ("local", "on"), ("remote_apply", "remote_apply"), ("on", "on")):
        with postgres.connect() as connection:
            connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = {setting}".encode())
        with database(project.of_postgres(postgres, name)) as alias, DjangoStore(alias) as store:
            started(store)
            with connections[alias].cursor() as cursor:
                cursor.execute("SHOW synchronous_commit")
                assert cursor.fetchone() == (used,)


def test_a_standby_is_refused(own_postgres: Postgres) -> None:
    with database(project.of_postgres(own_postgres)) as alias:
        connections[alias].close()
        own_postgres.stop()
        (own_postgres.data / "standby.signal").touch()
        own_postgres.start()
        with pytest.raises(StoreNotDurable, match="standby"):
            DjangoStore(alias).open()


def test_what_postgresql_confirmed_is_there_after_it_was_killed(own_postgres: Postgres) -> None:
    with database(project.of_postgres(own_postgres)) as alias:
        store = DjangoStore(alias)
        store.open()
        ids = [put(store, phase) for phase in (Phase.CLAIMED, Phase.CAPTURED, Phase.DELIVERED)]
        own_postgres.kill()
        with pytest.raises(StoreUnavailable):
            store.claim(ids[0])
        own_postgres.start()
        assert [there(store, each).phase for each in ids] == [Phase.CLAIMED, Phase.CAPTURED, Phase.DELIVERED]


def test_a_connection_that_died_while_idle_is_made_anew(own_postgres: Postgres) -> None:
    with database(project.of_postgres(own_postgres)) as alias:
        store = DjangoStore(alias)
        store.open()
        login_id = started(store)
        own_postgres.restart()
        assert store.claim(login_id).mine


def test_a_database_without_the_tables_says_which_command_makes_them(tmp_path: Path) -> None:
    with (
        database({"ENGINE": SQLITE, "NAME": str(tmp_path / "a.db")}, migrated=False) as alias,
        pytest.raises(StoreUnavailable, match=r"manage\.py migrate itsme --database=special"),
    ):
        DjangoStore(alias).open()


def test_a_database_that_is_not_there_is_unavailable_and_its_password_is_not_told(tmp_path: Path) -> None:
    entry = {"ENGINE": "django.db.backends.postgresql", "NAME": "x", "HOST": str(tmp_path), "PASSWORD": "opensesame"}
    with database(entry, migrated=False) as alias:
        store = DjangoStore(alias)
        for call in (store.open, store.stats, lambda: store.claim("x")):
            with pytest.raises(StoreUnavailable) as caught:
                call()
            assert caught.value.retry_safe
            assert caught.value.__cause__ is None
            assert caught.value.__suppress_context__
            assert "opensesame" not in f"{caught.value} {caught.value!r} {store!r}"


@pytest.mark.parametrize(("using", "says"), [("nowhere", "not one of DATABASES"), ("special", "not supported")])
def test_what_is_no_database_for_it_is_refused(using: str, says: str) -> None:
    with database({"ENGINE": "tests.web.django.oracle"}, migrated=False), pytest.raises(InvalidArguments, match=says):
        DjangoStore(using)


def test_nothing_is_written_inside_a_transaction_of_the_caller(sqlite: str) -> None:
    with DjangoStore(sqlite) as store:
        login_id = started(store)
        with transaction.atomic(using=sqlite):
            assert there(store, login_id).phase is Phase.STARTED
            with pytest.raises(StoreNotDurable, match="inside a transaction") as caught:
                store.claim(login_id)
            with pytest.raises(StoreNotDurable):
                store.sweep()
        assert "non_atomic_requests" in caught.value.advice
        assert there(store, login_id).phase is Phase.STARTED
        assert store.claim(login_id).mine


def test_nothing_is_written_where_autocommit_is_off(sqlite: str) -> None:
    with DjangoStore(sqlite) as store:
        login_id = started(store)
        transaction.set_autocommit(False, using=sqlite)
        try:
            with pytest.raises(StoreNotDurable, match="Autocommit is off"):
                store.claim(login_id)
        finally:
            transaction.rollback(using=sqlite)
            transaction.set_autocommit(True, using=sqlite)


def test_with_loss_accepted_a_transaction_of_the_caller_decides(sqlite: str) -> None:
    store = DjangoStore(sqlite, accept_loss=True)
    store.open()
    login_id = started(store)
    with transaction.atomic(using=sqlite):
        assert store.claim(login_id).mine
        transaction.set_rollback(True, using=sqlite)
    assert there(store, login_id).phase is Phase.STARTED


class InATestCase(django.test.TestCase):
    """A test as users of Django write it, inside a transaction that is taken back."""

    databases = {"default"}  # noqa: RUF012 - as Django has it

    def test_a_login(self) -> None:
        store = DjangoStore()
        store.open()
        store.add(_login())
        assert store.claim("x" * 26).mine
        with pytest.raises(InvalidArguments):
            store.add(_login())
        assert store.capture("x" * 26, b"answer").mine


def _login() -> Any:
    from tests.store.logins import login

    return login(login_id="x" * 26)


def test_a_test_case_of_django_lets_it_write_and_takes_it_back() -> None:
    assert DjangoStore().look("x" * 26).record is None


def test_what_is_erased_is_gone_from_the_file_and_its_log(sqlite: str, tmp_path: Path) -> None:
    def found(text: bytes) -> list[str]:
        return [path.name for path in tmp_path.iterdir() if text in path.read_bytes()]

    with DjangoStore(sqlite) as store:
        login_id = started(store)
        store.capture(login_id, b"sealed-and-secret" * 10, bound=True)
        over = short(store)
        assert found(b"sealed-and-secret")
        assert found(over.encode())
        store.delivered(login_id, b"reference")
        wait(0.2)
        store.sweep()
        assert found(b"sealed-and-secret") == []
        assert found(over.encode()) == []
        assert found(b"reference")


def test_a_reader_does_not_hold_up_the_erasing(sqlite: str, tmp_path: Path) -> None:
    import sqlite3
    import time

    with DjangoStore(sqlite) as store:
        short(store)
        other = sqlite3.connect(tmp_path / "logins.db", isolation_level=None)
        other.execute("BEGIN")
        other.execute("SELECT * FROM itsme_django_login").fetchall()
        wait(0.2)
        before = time.monotonic()
        store.sweep()
        assert time.monotonic() - before < 5
        other.close()
        assert pragma(sqlite, "busy_timeout") == 15_000


def test_a_failing_driver_is_told_without_what_it_was_given(sqlite: str) -> None:
    with DjangoStore(sqlite) as store:
        login_id = started(store)
        quoting = DatabaseError("Key (answer)=(Lucas Maes) is too long")
        failing = patch("django.db.backends.utils.CursorWrapper.execute", side_effect=quoting)
        with failing, pytest.raises(StoreUnavailable) as caught:
            store.capture(login_id, b"x")
        assert "Lucas" not in f"{caught.value} {caught.value!r}"
        assert "(DatabaseError)" in str(caught.value)


def test_a_reading_is_tried_once_more_and_a_writing_is_not(sqlite: str) -> None:
    with DjangoStore(sqlite) as store:
        login_id = started(store)
        calls: list[str] = []

        def fails(_: object, statement: str, __: object) -> list[tuple[Any, ...]]:
            calls.append(statement)
            raise DatabaseError

        with patch.object(store, "_all", fails):
            for operation in (Read(login_id), next(steps.add(_login(), lives=store.lives))):
                with pytest.raises(StoreUnavailable):
                    store.do(operation)
        assert [call.split()[0] for call in calls] == ["SELECT", "SELECT", "INSERT"]


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
