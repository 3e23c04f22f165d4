"""A connection that was just used lies ready for the next step, and is nobody's who waits for the pool."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from itsme_facade.store import SqlStore
from itsme_facade.store.record import Record
from itsme_facade.store.sql_connections import Connections


@pytest.fixture
def store(tmp_path: Path) -> Any:
    with SqlStore(f"sqlite:///{tmp_path / 'logins.db'}") as opened:
        yield opened


def connections_of(store: SqlStore) -> Connections:
    return store._work.connections


def checked_out(store: SqlStore) -> int:
    return int(connections_of(store)._engine.pool.checkedout())  # type: ignore[attr-defined]


def test_one_step_after_another_goes_over_one_connection_that_lies_ready(store: SqlStore) -> None:
    used: list[int] = []
    for _ in range(5):
        connections_of(store).with_one(lambda run: used.append(id(run._driver)))
    assert len(set(used)) == 1
    assert len(connections_of(store)._ready) == checked_out(store) == 1


def test_who_waits_for_the_pool_gets_the_connection_as_soon_as_it_is_free(store: SqlStore) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def slow(_: object) -> None:
        begun.set()
        assert may_end.wait(20)

    first = threading.Thread(target=lambda: connections_of(store).with_one(slow))
    first.start()
    assert begun.wait(20)
    waited: list[float] = []

    def wait() -> None:
        since = time.monotonic()
        store.look("nobody")
        waited.append(time.monotonic() - since)

    others = [threading.Thread(target=wait) for _ in range(4)]
    for other in others:
        other.start()
    while connections_of(store)._waiting < len(others):
        time.sleep(0.001)
    may_end.set()
    for thread in [first, *others]:
        thread.join(20)
    assert len(waited) == len(others)
    assert max(waited) < 10  # the pool would give up after 15 s
    assert connections_of(store)._waiting == 0


def test_many_threads_over_one_connection_all_come_to_their_end(store: SqlStore) -> None:
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for each in range(40):
                store.add(Record(login_id=f"{number:02d}-{each:03d}"))
                assert store.claim(f"{number:02d}-{each:03d}").mine
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert store.stats().by_phase == {"claimed": 320}


def test_closing_leaves_none_behind_not_even_one_that_was_in_use(store: SqlStore) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def slow(_: object) -> None:
        begun.set()
        assert may_end.wait(20)

    busy = threading.Thread(target=lambda: connections_of(store).with_one(slow))
    busy.start()
    assert begun.wait(20)
    store.close()
    may_end.set()
    busy.join(20)
    assert not connections_of(store)._ready
    assert checked_out(store) == 0
    assert store.look("nobody").record is None
    store.close()
    assert not connections_of(store)._ready
    assert checked_out(store) == 0


def test_after_an_error_none_lies_ready(store: SqlStore) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        connections_of(store).with_one(fail)
    assert not connections_of(store)._ready
    assert checked_out(store) == 0
    assert store.look("nobody").record is None
