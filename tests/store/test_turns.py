"""More tasks than connections: each has its turn in the order of asking, and who waits too long is told."""

import asyncio
import threading

import pytest
from anyio.from_thread import BlockingPortal
from sqlalchemy.util import await_only

from itsme_facade.errors import StoreUnavailable
from itsme_facade.store import AsyncSqlStore, Phase
from itsme_facade.store.base import Store
from tests.store.kinds import Blocking, Place
from tests.store.logins import login, started

pytestmark = pytest.mark.parametrize("side", ["async"])


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_nobody_waits_while_others_come_again_and_again(store: Store, portal: BlockingPortal) -> None:
    login_id = started(store)
    assert isinstance(store, Blocking)
    inside = store.inside
    done = [0] * 60

    async def come(who: int) -> list[int]:
        for _ in range(8):
            await inside.look(login_id)
            done[who] += 1
        return list(done)

    async def all_come() -> list[list[int]]:
        return await asyncio.gather(*map(come, range(len(done))))

    first = min(portal.call(all_come), key=sum)
    assert max(first) == 8
    assert min(first) >= 4  # when the first had all its turns, the last one, on whatever connection, had most of them


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_who_waits_for_too_long_is_told_and_the_others_go_on(
    place: Place, portal: BlockingPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("itsme_facade.store.async_sql.BUSY", 0.1)

    async def story() -> None:
        async with AsyncSqlStore(place.url, prefix=place.prefix) as store:
            record = login()
            await store.add(record)
            let_go = threading.Event()
            held = [asyncio.ensure_future(hold(store, let_go)) for _ in range(store._work.connections.size)]
            await asyncio.sleep(0.02)
            late = asyncio.ensure_future(store.claim(record.login_id))
            await asyncio.sleep(0.2)
            waiting = asyncio.ensure_future(store.claim(record.login_id))
            cancelled = asyncio.ensure_future(store.claim(record.login_id))
            await asyncio.sleep(0.01)
            cancelled.cancel()
            let_go.set()
            await asyncio.gather(*held)
            with pytest.raises(StoreUnavailable, match="every connection was in use for too long") as caught:
                await late
            assert caught.value.retry_safe
            assert (await waiting).mine
            assert (await store.stats()).by_phase == {Phase.CLAIMED: 1}

    portal.call(story)


async def hold(store: AsyncSqlStore, let_go: threading.Event) -> None:
    """Takes up one of its turns."""
    place = store._here()

    def work() -> None:
        while not let_go.wait(0 if store._work.connections.awaited else None):
            await_only(asyncio.sleep(0.005))

    await place.in_turn(work)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_sqlite_has_one_thread_to_block_for_as_long_as_it_is_open(place: Place, portal: BlockingPortal) -> None:
    def ours() -> set[threading.Thread]:
        return {thread for thread in threading.enumerate() if thread.name.startswith("itsme-store")}

    async def story() -> set[threading.Thread]:
        async with AsyncSqlStore(place.url) as store:
            record = login()
            await store.add(record)
            await asyncio.gather(*(store.look(record.login_id) for _ in range(20)))
            return ours()

    before = ours()
    (blocked,) = portal.call(story) - before
    blocked.join(5)
    assert not blocked.is_alive()


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_step_whose_task_is_cancelled_is_done_whole_before_the_next(place: Place, portal: BlockingPortal) -> None:
    async def story() -> None:
        async with AsyncSqlStore(place.url) as store:
            record = login()
            await store.add(record)
            steps = [asyncio.ensure_future(store.claim(record.login_id)) for _ in range(10)]
            await asyncio.sleep(0)
            for step in steps[::2]:
                step.cancel()
            ended = await asyncio.gather(*steps, return_exceptions=True)
            kinds = {type(each).__name__ for each in ended[::2]}
            assert kinds == {"CancelledError"}
            assert (await store.stats()).by_phase == {Phase.CLAIMED: 1}

    portal.call(story)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_store_that_is_opened_again_in_another_loop_has_turns_there(place: Place) -> None:
    store = AsyncSqlStore(place.url)

    async def story() -> int:
        async with store:
            record = login()
            await store.add(record)
            seen = await asyncio.gather(*(store.claim(record.login_id) for _ in range(20)))
        return sum(each.mine for each in seen)

    assert [asyncio.run(story()), asyncio.run(story())] == [1, 1]
