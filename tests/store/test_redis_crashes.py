"""What a server has acknowledged survives its end, however it came; what it had not is told as not kept."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from itsme_facade.errors import StoreUnavailable
from itsme_facade.store.phases import Lives
from itsme_facade.store.record import Phase
from itsme_facade.store.redis_store import RedisStore
from tests.programs import python
from tests.store.redis_stores import login, made, new_id, opened

if TYPE_CHECKING:
    from anyio.from_thread import BlockingPortal

    from tests.engines.valkey import Valkey


def test_a_restart_keeps_everything(own_valkey: Valkey, side: str, portal: BlockingPortal) -> None:
    with opened(side, portal, own_valkey.url()) as store:
        store.add(record := login())
        store.claim(record.login_id, bound=True)
        before = store.capture(record.login_id, b"sealed answer", bound=True).record
        own_valkey.restart()
        assert store.look(record.login_id).record == before
        assert store.sweep() == ([record.login_id], [])
        assert store.stats().by_phase == {Phase.CAPTURED: 1}


def test_a_killed_server_has_kept_all_that_it_acknowledged(own_valkey: Valkey) -> None:
    kept: list[str] = []
    tried: list[str] = []

    def write() -> None:
        with RedisStore(own_valkey.url()) as store:
            while True:
                tried.append(login_id := new_id())
                try:
                    store.add(login(login_id=login_id))
                    store.capture(login_id, b"sealed answer " + login_id.encode(), bound=True)
                except StoreUnavailable:
                    return
                kept.append(login_id)

    for _ in range(3):
        writers = [threading.Thread(target=write) for _ in range(4)]
        for writer in writers:
            writer.start()
        target = len(kept) + 100
        while len(kept) < target:
            time.sleep(0.001)
        own_valkey.kill()
        for writer in writers:
            writer.join()
        own_valkey.start()
    with RedisStore(own_valkey.url()) as store:
        for login_id in kept:
            record = store.look(login_id).record
            assert record is not None
            assert record.answer == b"sealed answer " + login_id.encode()
        # One write is one script: there is never a half of it.
        there = sum(store.stats().by_phase.values())
        assert len(kept) <= there <= len(tried)
        assert sum(store.look(login_id).record is not None for login_id in tried) == there


def test_a_server_that_is_gone_is_unavailable_and_then_used_again_without_opening(
    own_valkey: Valkey, side: str, portal: BlockingPortal
) -> None:
    with opened(side, portal, own_valkey.url()) as store:
        store.add(record := login())
        own_valkey.kill()
        for _ in range(3):
            with pytest.raises(StoreUnavailable, match="was not reached") as caught:
                store.look(record.login_id)
            assert caught.value.retry_safe
            assert caught.value.__cause__ is None
        own_valkey.start()
        assert store.look(record.login_id).record is not None


def test_a_server_that_does_not_answer_is_given_up_in_time(
    own_valkey: Valkey, side: str, portal: BlockingPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("itsme_facade.store.redis_link.LIMIT", 0.3)
    with opened(side, portal, own_valkey.url()) as store:
        store.add(record := login())
        begun = time.monotonic()
        with own_valkey.paused(), pytest.raises(StoreUnavailable, match="did not answer"):
            store.claim(record.login_id)
        assert time.monotonic() - begun < 2.0
        # Whether that write took place is read from the store, not guessed; its late answer confuses nobody.
        seen = store.look(record.login_id).record
        assert seen is not None
        assert (seen.phase, seen.version) in {(Phase.STARTED, 1), (Phase.CLAIMED, 2)}
        assert store.capture(record.login_id, b"sealed", bound=True).mine


def test_a_server_that_has_forgotten_the_scripts_is_told_them_again(
    own_valkey: Valkey, side: str, portal: BlockingPortal
) -> None:
    with opened(side, portal, own_valkey.url()) as store:
        store.add(record := login())
        with own_valkey.connect() as client:
            client.script_flush()
            assert store.claim(record.login_id, bound=True).mine
            client.script_flush()
            assert store.look(record.login_id).record is not None
            client.script_flush()
            assert store.stats().by_phase == {Phase.CLAIMED: 1}


FORKS = """
import os, sys
from itsme_facade.store.record import Record
from itsme_facade.store.redis_store import RedisStore

with RedisStore(sys.argv[1], sys.argv[2]) as store:
    store.add(Record(login_id="0" * 26))
    children = []
    for number in range(1, 5):
        child = os.fork()
        if child == 0:
            for _ in range(50):
                assert store.look("0" * 26).record is not None
            store.add(Record(login_id=str(number) * 26))
            os._exit(0)
        children.append(child)
    for _ in range(200):
        assert store.look("0" * 26).record is not None
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0, 0]
    assert sum(store.stats().by_phase.values()) == 5
"""


def test_a_forked_child_uses_connections_of_its_own(valkey: Valkey) -> None:
    ended = python("-c", FORKS, valkey.url(), f"f{new_id()}")
    assert ended.returncode == 0, ended.stderr


def test_many_threads_share_a_bounded_number_of_connections(own_valkey: Valkey) -> None:
    with RedisStore(own_valkey.url()) as store:
        store.add(record := login())
        wins: list[bool] = []

        def claim() -> None:
            wins.append(store.claim(record.login_id, bound=True).mine)

        threads = [threading.Thread(target=claim) for _ in range(120)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wins.count(True) == 1
        assert len(wins) == 120
        with own_valkey.connect() as client:
            assert len(client.client_list()) <= 51


def test_lives_are_counted_by_the_servers_clock(
    valkey: Valkey, side: str, portal: BlockingPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    server_time = time.time()
    with opened(side, portal, valkey.url(), prefix=f"c{new_id()}", lives=Lives(open=100.0)) as store:
        monkeypatch.setattr(time, "time", lambda: server_time + 7_200.0)
        store.add(record := login())
        seen = store.claim(record.login_id, lease=10.0).record
    assert seen is not None
    assert seen.due_at is not None
    assert abs(seen.created_at - server_time) < 30
    assert seen.expires_at - seen.created_at == pytest.approx(100.0)
    assert 10.0 <= seen.due_at - seen.created_at < 40.0


def test_it_can_be_closed_and_used_again(valkey: Valkey, side: str, portal: BlockingPortal) -> None:
    with made(side, portal, valkey.url(), prefix=f"r{new_id()}") as store:
        store.add(record := login())
        store.close()
        assert store.look(record.login_id).record is not None
