"""The async Redis store and event loops: each has its own connections, and a call given up confuses no other."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from itsme_facade.errors import StoreUnavailable
from itsme_facade.store.async_redis_store import AsyncRedisStore
from itsme_facade.store.record import Phase, Seen
from tests.store.redis_stores import login, new_id

if TYPE_CHECKING:
    import pytest

    from tests.engines.valkey import Valkey


def test_one_store_serves_several_event_loops_one_after_the_other(valkey: Valkey) -> None:
    store = AsyncRedisStore(valkey.url(), f"l{new_id()}")

    async def add() -> None:
        async with store:
            await store.add(login())

    for _ in range(3):
        asyncio.run(add())

    async def count() -> int:
        async with store:
            return (await store.stats()).by_phase[Phase.STARTED]

    assert asyncio.run(count()) == 3


def test_a_call_that_was_given_up_leaves_no_answer_to_the_next(own_valkey: Valkey) -> None:
    async def story() -> None:
        async with AsyncRedisStore(own_valkey.url()) as store:
            logins = [login() for _ in range(20)]
            for each in logins:
                await store.add(each)
            given_up_in_all = 0
            for _ in range(10):
                with own_valkey.paused():
                    asked = [asyncio.create_task(store.look(each.login_id)) for each in logins]
                    await asyncio.sleep(0.01)
                    for task in asked[::2]:
                        task.cancel()
                    await asyncio.sleep(0.01)
                came = await asyncio.gather(*asked, return_exceptions=True)
                # Python 3.11 lets a task go on that was given up at the very moment at which its sending was done.
                given_up = sum(isinstance(each, asyncio.CancelledError) for each in came)
                assert given_up <= 10
                given_up_in_all += given_up
                seen_by_others = [each.record for each in came[1::2] if isinstance(each, Seen)]
                assert [record.login_id for record in seen_by_others if record] == [
                    each.login_id for each in logins[1::2]
                ]
                for each in logins:
                    seen = (await store.look(each.login_id)).record
                    assert seen is not None
                    assert seen.state_digest == each.state_digest
            assert given_up_in_all > 0

    asyncio.run(story())


def test_more_tasks_than_connections_wait_for_their_turn(own_valkey: Valkey) -> None:
    async def story() -> None:
        async with AsyncRedisStore(own_valkey.url()) as store:
            await store.add(record := login())
            seen = await asyncio.gather(*(store.claim(record.login_id, bound=True) for _ in range(300)))
            assert [each.mine for each in seen].count(True) == 1
            with own_valkey.connect() as client:
                assert len(client.client_list()) <= 51

    asyncio.run(story())


def test_where_all_connections_are_taken_for_too_long_it_says_so(
    own_valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("itsme_facade.store.redis_link.LIMIT", 0.2)
    monkeypatch.setattr("itsme_facade.store.redis_link.CONNECTIONS", 2)

    async def story() -> None:
        async with AsyncRedisStore(own_valkey.url()) as store:
            with own_valkey.paused():
                came = await asyncio.gather(*(store.look(new_id()) for _ in range(8)), return_exceptions=True)
            assert all(isinstance(each, StoreUnavailable) and each.retry_safe for each in came)
            assert (await store.look(new_id())).record is None

    asyncio.run(story())
