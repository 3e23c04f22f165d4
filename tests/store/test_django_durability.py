"""What Django's database has confirmed is kept, what it cannot keep is refused, and what is erased is gone."""

import sqlite3
import time
from pathlib import Path

import pytest
from django.db import connections

from itsme_facade.errors import StoreNotDurable, StoreUnavailable
from itsme_facade.store import Phase
from tests.engines.postgres import Postgres, running
from tests.store.django_databases import SQLITE, DjangoStore, database, pragma
from tests.store.logins import new_id, put, short, started, there, wait
from tests.web.django import project


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
