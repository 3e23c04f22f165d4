"""What SQL stores confirm is on the disk, and what they erase is gone from it: on real engines."""

import os
import secrets
import sqlite3
import stat
import time
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal

from itsme_facade.errors import StoreNotDurable, StoreUnavailable
from itsme_facade.store import AsyncSqlStore, Phase, SqlStore
from itsme_facade.store.base import Store
from tests.engines.postgres import Postgres, running
from tests.store.kinds import Blocking
from tests.store.logins import FAST, login, put, short, started, there, wait
from tests.store.sql_stores import made, opened


def asked(store: Store, statement: str) -> list[Any]:
    """What the store's own connection answers."""
    inside = store.inside if isinstance(store, Blocking) else store
    if isinstance(inside, SqlStore):
        return inside._work.connections.with_one(lambda run: run(statement))
    assert isinstance(inside, AsyncSqlStore)
    assert isinstance(store, Blocking)
    from sqlalchemy.util import greenlet_spawn

    connections = inside._work.connections
    return store._portal.call(greenlet_spawn, lambda: connections.with_one(lambda run: run(statement)))


def test_sqlite_waits_for_the_disk_at_every_commit_and_overwrites_what_it_erases(
    side: str, portal: BlockingPortal, tmp_path: Path
) -> None:
    with opened(side, portal, f"sqlite:///{tmp_path}/a.db") as store:
        found = {
            name: asked(store, f"PRAGMA {name}")[0][0]
            for name in ("journal_mode", "synchronous", "secure_delete", "busy_timeout", "fullfsync")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "secure_delete": 1,
        "busy_timeout": 15_000,
        "fullfsync": 1,
    }


def test_postgresql_waits_for_the_disk_even_where_the_database_is_set_otherwise(
    side: str, portal: BlockingPortal, postgres: Postgres
) -> None:
    name = f"lazy{secrets.token_hex(4)}"
    url = postgres.create(name)
    for setting, used in (("off", "on"), ("local", "on"), ("remote_apply", "remote_apply"), ("on", "on")):
        with postgres.connect() as connection:
            connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = {setting}".encode())
        with opened(side, portal, url) as store:
            assert asked(store, "SHOW synchronous_commit") == [(used,)]
            assert asked(store, "SHOW statement_timeout") == [("5s",)]
    with opened(side, portal, url, accept_loss=True) as store:
        assert asked(store, "SHOW synchronous_commit") == [("on",)]


def test_every_write_is_a_commit_that_postgresql_has_synced(portal: BlockingPortal, side: str) -> None:
    with running({"wal_writer_delay": "10s"}) as server, opened(side, portal, server.url()) as store:

        def syncs() -> int:
            with server.connect() as connection:
                connection.execute("SELECT pg_stat_force_next_flush()")
                row = connection.execute(
                    "SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal' AND backend_type = 'client backend'"
                ).fetchone()
            assert row is not None
            return int(row[0])

        before = syncs()
        put(store, Phase.DELIVERED)
        store.close()  # a connection that ends reports what it did, a moment later
        end = time.monotonic() + 20
        while syncs() - before < 5:  # add, claim, capture, deliver, delivered
            assert time.monotonic() < end, syncs() - before
            time.sleep(0.05)


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_postgresql_that_may_lose_what_it_confirms_is_refused_by_the_settings_name(
    side: str, portal: BlockingPortal, setting: str
) -> None:
    with running({setting: "off"}) as server:
        with made(side, portal, server.url()) as store, pytest.raises(StoreNotDurable) as caught:
            store.open()
        assert f"PostgreSQL's {setting} is off" in str(caught.value)
        assert f"Set {setting} = on" in caught.value.advice
        with opened(side, portal, server.url(), accept_loss=True) as store:
            assert there(store, started(store)).phase is Phase.STARTED


def test_a_read_only_standby_is_refused(side: str, portal: BlockingPortal, own_postgres: Postgres) -> None:
    own_postgres.stop()
    (own_postgres.data / "standby.signal").touch()
    own_postgres.start()
    with made(side, portal, own_postgres.url()) as store, pytest.raises(StoreUnavailable, match="read-only standby"):
        store.open()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true"])
def test_sqlite_in_memory_is_refused_unless_loss_is_accepted(side: str, portal: BlockingPortal, url: str) -> None:
    with made(side, portal, url) as store, pytest.raises(StoreNotDurable, match="SQLite's journal_mode is memory"):
        store.open()
    with opened(side, portal, url, accept_loss=True) as store:
        assert there(store, put(store, Phase.DELIVERED)).reference == b"sealed reference"


def test_sqlite_where_no_log_can_be_shared_is_refused(side: str, portal: BlockingPortal, tmp_path: Path) -> None:
    # This way of locking files has no shared memory, as a network share has none.
    url = f"sqlite:///file:{tmp_path}/a.db?vfs=unix-dotfile&uri=true"
    with made(side, portal, url) as store, pytest.raises(StoreNotDurable, match="journal_mode is delete") as caught:
        store.open()
    assert "local disk" in caught.value.advice
    with opened(side, portal, url, accept_loss=True) as store:
        assert there(store, started(store)).phase is Phase.STARTED


def test_sqlites_files_are_for_nobody_else_to_read(side: str, portal: BlockingPortal, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with opened(side, portal, f"sqlite:///{tmp_path}/a.db") as store:
            started(store)
            files = list(tmp_path.iterdir())
            assert {file.name for file in files} == {"a.db", "a.db-wal", "a.db-shm"}
            assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    finally:
        os.umask(before)


def test_what_was_delivered_declined_or_over_is_gone_from_sqlites_files_after_the_next_sweep(
    side: str, portal: BlockingPortal, tmp_path: Path
) -> None:
    def on_disk(text: bytes) -> bool:
        return any(text in file.read_bytes() for file in tmp_path.iterdir())

    with opened(side, portal, f"sqlite:///{tmp_path}/a.db", lives=FAST) as store:
        big = b"ANSWER" * 5_000
        delivered = put(store, Phase.CLAIMED)
        store.capture(delivered, big)
        over = login(departure=b"DEPARTURE")
        store.add(over)
        assert on_disk(b"ANSWER")
        assert on_disk(b"DEPARTURE")
        store.deliver(delivered)
        store.delivered(delivered, b"REFERENCE")
        store.sweep()
        assert not on_disk(b"ANSWER")
        assert on_disk(b"REFERENCE")
        wait(0.3)
        assert len(store.sweep()[1]) == 2
        for text in (b"REFERENCE", b"DEPARTURE", over.login_id.encode(), over.state_digest):
            assert not on_disk(text)
        assert (tmp_path / "a.db-wal").stat().st_size == 0


def test_a_reader_that_stays_does_not_hold_a_sweep_up(portal: BlockingPortal, tmp_path: Path) -> None:
    with opened("sync", portal, f"sqlite:///{tmp_path}/a.db") as store:
        gone = short(store, 0.0)
        reader = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM itsme_logins").fetchall()
        kept = started(store)
        begun = time.monotonic()
        assert [record.login_id for record in store.sweep()[1]] == [gone]
        assert time.monotonic() - begun < 5
        assert asked(store, "PRAGMA busy_timeout") == [(15_000,)]
        assert store.claim(kept).mine
        reader.close()
        store.sweep()
        assert (tmp_path / "a.db-wal").stat().st_size == 0


def test_what_was_committed_survives_the_crash_of_postgresql(
    side: str, portal: BlockingPortal, own_postgres: Postgres
) -> None:
    with opened(side, portal, own_postgres.url()) as store:
        for _ in range(3):
            login_id = put(store, Phase.CAPTURED)
            own_postgres.kill()
            own_postgres.start()
            assert there(store, login_id).answer == b"sealed answer"
