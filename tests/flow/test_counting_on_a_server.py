"""Starts are counted by a server that processes share; while it is away or silent, people can log in all the same."""

import asyncio
import logging
import socket
import threading
from functools import partial
from typing import Any

import anyio
import pytest

from itsme_facade.flow.limits import Limiter, StartLimits
from tests.engines.valkey import Valkey
from tests.flow.conftest import NUMBER


def test_counters_on_a_server_have_names_of_their_own_and_wait_for_it_a_second(key: str) -> None:
    storage = Limiter(StartLimits(storage="valkey://host/1"), key)._strategy.storage
    assert storage.key_prefix == "itsme_starts"
    given = storage.storage.connection_pool.connection_kwargs
    assert (given["host"], given["db"]) == ("host", 1)
    assert (given["socket_timeout"], given["socket_connect_timeout"]) == (1.0, 1.0)


def test_the_path_of_a_socket_is_taken_as_it_is(key: str) -> None:
    storage = Limiter(StartLimits(storage="unix:///run/a://b.sock"), key)._strategy.storage
    assert storage.storage.connection_pool.connection_kwargs["path"] == "/run/a://b.sock"


def test_a_password_in_the_storages_url_is_not_shown() -> None:
    assert "geheim" not in repr(StartLimits(storage="redis://:geheim@host/0"))


def test_when_the_storage_is_down_people_can_log_in_and_it_is_said_once(
    hit: Any, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens there
        limiter = Limiter(StartLimits(storage=f"redis://:geheim@127.0.0.1:{taken.getsockname()[1]}/0"), key)
        assert limiter.waits
        caplog.set_level(logging.DEBUG)
        assert [hit(limiter, number=NUMBER) for _ in range(20)] == [None] * 20
    told = [record for record in caplog.records if record.name == "itsme_facade.flow"]
    assert [record.levelno for record in told] == [logging.WARNING]
    assert "ConnectionError" in told[0].getMessage()
    assert "geheim" not in caplog.text


def test_a_storage_that_hangs_holds_nobody_up_for_long(key: str) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        limiter = Limiter(StartLimits(storage=f"redis://127.0.0.1:{silent.getsockname()[1]}/0"), key)

        async def beside() -> int:
            """Counts how often the loop turns while a start waits for its counters."""
            turns = 0
            task = asyncio.create_task(limiter.hit_async(number=NUMBER))
            while not task.done():
                await asyncio.sleep(0.01)
                turns += 1
            assert task.result() is None
            return turns

        assert asyncio.run(asyncio.wait_for(beside(), 20)) > 5


def test_who_gives_up_while_a_storage_hangs_is_let_go_at_once(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    limiter, done = Limiter(StartLimits(storage="redis://host/0"), key), threading.Event()

    def hang(**_: object) -> None:
        done.wait(10)

    monkeypatch.setattr(limiter, "hit", hang)

    async def give_up() -> bool:
        with anyio.move_on_after(0.01) as scope:
            await limiter.hit_async(number=NUMBER)
        let_go = not done.is_set()
        done.set()
        return let_go and scope.cancelled_caught

    late = threading.Timer(2.0, done.set)
    late.start()
    assert anyio.run(give_up)
    late.cancel()
    late.join()


def test_a_server_is_told_all_that_is_known_of_a_start(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    limiter, told = Limiter(StartLimits(storage="redis://host/0"), key), list[dict[str, str]]()

    def hit(**start: str) -> None:
        told.append(start)

    monkeypatch.setattr(limiter, "hit", hit)
    who = {"browser": "b", "address": "192.0.2.1", "number": NUMBER}
    anyio.run(partial(limiter.hit_async, **who))
    assert told == [who]


def test_processes_that_share_a_server_count_together(hit: Any, key: str, valkey: Valkey) -> None:
    limits = StartLimits(number="4 per hour", storage=valkey.url())
    workers = [Limiter(limits, key) for _ in range(2)]
    said = [hit(workers[place % 2], number=NUMBER) for place in range(6)]
    assert said[:4] == [None] * 4
    for wait in said[4:]:
        assert wait is not None
        assert 1 <= wait <= 3_600
    assert NUMBER[1:].encode() not in valkey.on_disk()


def test_a_server_that_comes_back_counts_again_and_the_next_failure_is_told_again(
    key: str, own_valkey: Valkey, caplog: pytest.LogCaptureFixture
) -> None:
    limiter = Limiter(StartLimits(number="1 per hour", storage=own_valkey.url()), key)
    for _ in range(2):
        own_valkey.stop()
        assert [limiter.hit(number=NUMBER) for _ in range(3)] == [None] * 3
        own_valkey.start()
        limiter.hit(number=NUMBER)
        assert limiter.hit(number=NUMBER) is not None
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 2
