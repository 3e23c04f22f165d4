"""Many workers at one store: each step of a login is taken by one of them."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from anyio.from_thread import BlockingPortal

from itsme_facade.store import Phase
from itsme_facade.store.base import Store
from itsme_facade.store.record import Seen
from tests.store.kinds import SHARED, Blocking, Place
from tests.store.logins import put, started, there
from tests.store.racing import one_takes_each_step, workers


@pytest.mark.parametrize("kind", SHARED)
def test_of_eight_processes_one_takes_each_step_and_all_may_open_a_new_store_at_once(place: Place) -> None:
    with workers("tests.store.worker", place.side, place.url, place.prefix) as processes:
        one_takes_each_step(processes, place.open)


@pytest.mark.parametrize("side", ["sync"])
def test_of_many_threads_one_gets_the_claim(store: Store) -> None:
    for _ in range(5):
        login_id, barrier = started(store), Barrier(16)

        def claim(login_id: str = login_id, barrier: Barrier = barrier) -> Seen:
            barrier.wait()
            return store.claim(login_id)

        with ThreadPoolExecutor(16) as threads:
            seen = [future.result() for future in [threads.submit(claim) for _ in range(16)]]
        assert sum(each.mine for each in seen) == 1


@pytest.mark.parametrize("side", ["async"])
def test_of_many_tasks_one_gets_the_claim(store: Store, portal: BlockingPortal) -> None:
    assert isinstance(store, Blocking)
    inside, login_id = store.inside, started(store)

    async def claim_all() -> list[Seen]:
        return await asyncio.gather(*[inside.claim(login_id) for _ in range(100)])

    assert sum(seen.mine for seen in portal.call(claim_all)) == 1


@pytest.mark.parametrize("side", ["sync"])
def test_of_many_threads_one_gets_a_lease_that_has_just_ended(store: Store) -> None:
    login_id = started(store)
    for _ in range(5):
        store.claim(login_id, lease=0.0)
        barrier = Barrier(8)

        def claim(barrier: Barrier = barrier) -> Seen:
            barrier.wait()
            return store.claim(login_id, lease=60)

        with ThreadPoolExecutor(8) as threads:
            seen = [future.result() for future in [threads.submit(claim) for _ in range(8)]]
        assert sum(each.mine for each in seen) == 1
        store.release(login_id)


@pytest.mark.parametrize("side", ["sync"])
def test_a_step_that_comes_between_is_never_overwritten(store: Store) -> None:
    """Everybody captures, logs out and delivers at once: nothing of it is lost."""
    login_id = put(store, Phase.CLAIMED)
    with ThreadPoolExecutor(12) as threads:
        captured = [threads.submit(store.capture, login_id, f"answer {number}".encode()) for number in range(8)]
        delivered = [threads.submit(store.deliver, login_id) for _ in range(8)]
    assert sum(future.result().mine for future in captured) == 1
    assert sum(future.result().mine for future in delivered) <= 1
    winner = next(number for number, future in enumerate(captured) if future.result().mine)
    found = there(store, login_id)
    assert found.answer == f"answer {winner}".encode()
    assert found.version == 3 + sum(future.result().mine for future in delivered)


@pytest.mark.parametrize("side", ["sync"])
def test_what_two_erase_at_once_is_given_back_once(store: Store) -> None:
    ids = {started(store) for _ in range(40)}
    with ThreadPoolExecutor(4) as threads:
        counts = list(threads.map(store.purge, [0.0] * 4))
    assert sum(counts) + store.purge() == len(ids)
