"""A database that is down, restarted, slow, full or locked: said in a word, nothing half done, and used again after."""

# ruff: noqa: S608 - the prefix is ours

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal
from attrs import evolve

from itsme_facade.errors import InvalidArguments, StoreUnavailable
from itsme_facade.store import Phase, Record, SqlStore, sql_connections
from itsme_facade.store.base import Store
from itsme_facade.store.sql_connections import Run
from tests.engines.postgres import Postgres
from tests.programs import python
from tests.store.kinds import Blocking, Place
from tests.store.logins import login, put, started, there
from tests.store.sql_stores import made, opened
from tests.store.test_sql_durability import asked


def said(caught: pytest.ExceptionInfo[BaseException]) -> str:
    """Everything that a log would get to see, but for the lines of the program."""
    error: BaseException | None = caught.value
    text = ""
    while error is not None:
        text += f"{error!r} {error!s} {error.args!r}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return text


def test_a_database_that_is_down_is_unavailable_and_no_password_is_said(side: str, portal: BlockingPortal) -> None:
    with (
        made(side, portal, "postgresql://shop:s3cret@127.0.0.1:1/shop") as store,
        pytest.raises(StoreUnavailable, match="The PostgreSQL store did not do it: it was not reached") as caught,
    ):
        store.open()
    assert "s3cret" not in said(caught)
    assert caught.value.retry_safe


def test_a_database_that_is_not_there_is_named_as_the_reason(
    side: str, portal: BlockingPortal, postgres: Postgres
) -> None:
    with made(side, portal, postgres.url("none")) as store, pytest.raises(StoreUnavailable):
        store.open()


def test_a_database_that_stops_and_starts_is_used_again_without_a_word(
    side: str, portal: BlockingPortal, own_postgres: Postgres
) -> None:
    with opened(side, portal, own_postgres.url()) as store:
        with ThreadPoolExecutor(16) as threads:  # so that there are many connections to break
            ids = list(threads.map(started, [store] * 50))
        own_postgres.restart()
        assert store.claim(ids[0]).mine
        own_postgres.kill()
        with pytest.raises(StoreUnavailable):
            store.claim(ids[1])
        own_postgres.start()
        new = started(store)
        assert store.claim(ids[1]).mine
        assert there(store, new).phase is Phase.STARTED
        assert store.stats().by_phase == {Phase.STARTED: 49, Phase.CLAIMED: 2}


@pytest.mark.parametrize("step", ["add", "look", "claim", "sweep", "stats"])
def test_a_connection_that_is_cut_off_is_replaced_once(
    side: str, portal: BlockingPortal, own_postgres: Postgres, step: str
) -> None:
    with opened(side, portal, own_postgres.url()) as store, own_postgres.connect() as admin:
        login_id = started(store)
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        match step:
            case "add":
                started(store)
            case "look":
                assert there(store, login_id).phase is Phase.STARTED
            case "claim":
                assert store.claim(login_id).mine
            case "sweep":
                assert store.sweep() == ([], [])
            case _:
                assert store.stats().by_phase == {Phase.STARTED: 1}


def repeated(store: Store, record: Record) -> float:
    """Adds a login as after a connection that broke, which may have done it."""
    assert isinstance(store, SqlStore)
    work = store._work

    def insert(run: Run) -> float:
        return work._insert(record, 60.0, evolve(run, repeated=True))

    return work.connections.with_one(insert)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
@pytest.mark.parametrize("side", ["sync"])
def test_adding_again_what_a_broken_connection_had_added_is_no_error(store: Store) -> None:
    record = login()
    first = repeated(store, record)
    assert there(store, record.login_id).created_at == first
    assert repeated(store, record) == first
    with pytest.raises(InvalidArguments, match="there is such a login already"):
        repeated(store, login(login_id=record.login_id))


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_what_another_holds_for_too_long_is_given_up_and_not_written_later(
    place: Place, monkeypatch: pytest.MonkeyPatch, own_postgres: Postgres, tmp_path: Path
) -> None:
    monkeypatch.setattr(sql_connections, "STATEMENT_TIMEOUT", 0.3)
    if place.kind == "postgres":
        place.url = own_postgres.url()
    store = place.open()
    login_id = started(store)
    if place.kind == "sqlite":
        asked(store, "PRAGMA busy_timeout=100")
        holder = sqlite3.connect(tmp_path / "logins.db", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="SQLite store did not do it: another process kept it locked"):
            store.claim(login_id)
        holder.close()
    else:
        with own_postgres.connect() as holder_, holder_.transaction():
            holder_.execute(f"LOCK TABLE {place.prefix}logins".encode())
            with pytest.raises(StoreUnavailable, match="PostgreSQL store did not do it: a statement took longer"):
                store.claim(login_id)
    assert there(store, login_id).phase is Phase.STARTED
    assert store.claim(login_id).mine


@pytest.mark.parametrize("side", ["async"])
def test_a_task_that_is_cancelled_in_a_step_leaves_a_store_that_works(
    portal: BlockingPortal, own_postgres: Postgres, side: str
) -> None:
    with opened(side, portal, own_postgres.url()) as store:
        assert isinstance(store, Blocking)
        inside, ids = store.inside, [started(store) for _ in range(15)]

        async def cancel() -> None:
            tasks = [asyncio.create_task(inside.claim(login_id)) for login_id in ids]
            await asyncio.sleep(0.3)
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            assert all(isinstance(end, asyncio.CancelledError) for end in ended)

        with own_postgres.connect() as holder, holder.transaction():
            holder.execute("SELECT * FROM itsme_logins FOR UPDATE")
            portal.call(cancel)
        for login_id in ids:
            assert there(store, login_id).phase in {Phase.STARTED, Phase.CLAIMED}
            started(store)
        assert sum(store.stats().by_phase.values()) == 30


def test_a_full_disk_is_said_and_what_was_kept_stays(side: str, portal: BlockingPortal, tmp_path: Path) -> None:
    with opened(side, portal, f"sqlite:///{tmp_path}/a.db") as store:
        login_id = put(store, Phase.CLAIMED)
        asked(store, "PRAGMA max_page_count=1")
        with pytest.raises(StoreUnavailable, match="the disk is full") as caught:
            store.capture(login_id, b"s3cret" * 100_000)
        assert "s3cret" not in said(caught)
        assert there(store, login_id).phase is Phase.CLAIMED
        assert store.capture(login_id, b"s3cret" * 100_000).mine


def test_a_folder_that_is_not_there_is_said(side: str, portal: BlockingPortal, tmp_path: Path) -> None:
    with made(side, portal, f"sqlite:///{tmp_path}/none/a.db") as store, pytest.raises(StoreUnavailable) as caught:
        store.open()
    assert "SQLite's file cannot be made: No such file or directory" in str(caught.value)
    (tmp_path / "none").mkdir()
    with opened(side, portal, f"sqlite:///{tmp_path}/none/a.db") as store:
        started(store)


def test_a_file_that_is_no_database_is_left_as_it_is(
    side: str, portal: BlockingPortal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("itsme_facade.store.sql_durability.BUSY", 0.1)
    file = tmp_path / "a.db"
    file.write_bytes(b"s3cret" * 1_000)
    with made(side, portal, f"sqlite:///{file}") as store, pytest.raises(StoreUnavailable, match="SQLITE_NOTADB") as it:
        store.open()
    assert "s3cret" not in said(it)
    assert file.read_bytes() == b"s3cret" * 1_000


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_no_value_of_a_row_is_in_the_text_of_an_error(place: Place) -> None:
    store = place.open()
    asked(store, f"ALTER TABLE {place.prefix}logins RENAME COLUMN reason TO s")
    with pytest.raises(StoreUnavailable) as caught:
        store.add(login(reason="s3cret", departure=b"s3cret departure"))
    assert "s3cret" not in said(caught)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_login_in_a_phase_of_a_newer_version_is_left_alone_and_does_not_stop_erasing(place: Place) -> None:
    store = place.open()
    login_id, known = started(store), started(store)
    asked(store, f"UPDATE {place.prefix}logins SET phase = 'paused' WHERE login_id = '{login_id}'")
    with pytest.raises(StoreUnavailable, match="in a phase that this itsme-facade does not know"):
        store.claim(login_id)
    assert store.claim(known).mine
    assert store.stats().by_phase == {Phase.CLAIMED: 1}
    assert store.purge(-1) == 2


FORKING = """
import json, os, sys
from itsme_facade.store import SqlStore
from tests.store.logins import login, started, there
store = SqlStore(sys.argv[1])
store.open()
before = started(store)
reading, writing = os.pipe()
child = os.fork()
if child == 0:
    claimed = store.claim(before).mine
    ids = [started(store) for _ in range(20)]
    os.write(writing, json.dumps([claimed, ids]).encode())
    os._exit(0)
mine = [started(store) for _ in range(20)]
os.waitpid(child, 0)
claimed, theirs = json.loads(os.read(reading, 65536))
assert claimed and not store.claim(before).mine
assert all(there(store, each).version == 1 for each in [*mine, *theirs])
assert sum(store.stats().by_phase.values()) == 41
store.close()
print("both went on")
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
@pytest.mark.parametrize("side", ["sync"])
def test_parent_and_child_go_on_after_a_fork(place: Place) -> None:
    ended = python("-W", "error", "-c", FORKING, place.url)
    assert (ended.stdout, ended.returncode) == ("both went on\n", 0), ended.stderr


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
@pytest.mark.parametrize("side", ["sync"])
def test_more_threads_than_connections_wait_their_turn(store: Store) -> None:
    with ThreadPoolExecutor(50) as threads:
        ids = [future.result() for future in [threads.submit(put, store, Phase.DELIVERED) for _ in range(100)]]
    assert store.stats().by_phase == {Phase.DELIVERED: len(ids)}


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
@pytest.mark.parametrize("odd", ["\0", "\ud800", "a\nb"])
def test_an_id_that_no_database_can_hold_is_unknown_and_cannot_be_added(store: Store, odd: str) -> None:
    assert store.look(odd).record is None
    assert not store.claim(odd).mine
    with pytest.raises(InvalidArguments, match="login_id: holds characters that cannot be kept"):
        store.add(login(login_id=odd))
