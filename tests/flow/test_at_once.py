"""Several callbacks at once, requests that are cancelled, and handlers that take long."""

import asyncio
import gc
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from itsme_facade import AsyncItsme
from itsme_facade.carrying import carry_out
from itsme_facade.flow import AsyncFlow, Busy, SignedIn, SignedInAgain
from itsme_facade.flow.shielding import whole
from itsme_facade.sandbox import Sandbox
from itsme_facade.store import AsyncMemoryStore, Phase, steps
from itsme_facade.store.steps import Operation
from tests.flow.conftest import MakeSite
from tests.flow.site import Browser, Site, approve, at_once, keeps_an_answer

ON_MEMORY = pytest.mark.parametrize("kind", ["sync-memory", "asyncio-memory", "trio-memory"], indirect=True)
BACKENDS = pytest.mark.parametrize("backend", ["asyncio", "trio"])
ASYNC = pytest.mark.parametrize("kind", ["asyncio-memory", "trio-memory"], indirect=True)


def test_ten_callbacks_at_once_are_one_read_one_delivery_and_one_answer(site: Site, browser: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    with site.patience(20.0):
        outcomes = at_once(10, lambda: browser.come_back(departure))
    kinds = sorted(type(outcome).__name__ for outcome in outcomes)
    assert kinds == ["SignedIn"] + ["SignedInAgain"] * 9
    assert {outcome.reference for outcome in outcomes if isinstance(outcome, SignedIn | SignedInAgain)} == {
        "user Lucas Maes"
    }
    assert site.reads(departure) == 1
    assert site.names_taken(departure) == ["Lucas Maes"]


def test_who_comes_while_another_worker_asks_is_asked_to_wait(site: Site, browser: Browser) -> None:
    departure = browser.start()
    site.call(site.store.claim, departure.login_id)
    began = time.monotonic()
    outcome = browser.come_back(departure)
    assert isinstance(outcome, Busy)
    assert outcome.retry_after > 0
    assert 0.2 <= time.monotonic() - began < 5.0
    record = site.record(departure)
    assert record is not None
    assert record.bound  # the proof is remembered, so that the waiting page can go on with the cookie alone


def test_who_comes_while_the_handler_runs_gets_its_reference_when_it_is_done(site: Site, browser: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    site.in_handler = lambda _: time.sleep(0.3)
    with site.patience(20.0), ThreadPoolExecutor(2) as pool:
        first = pool.submit(browser.come_back, departure)
        while site.phase(departure) is not Phase.DELIVERING:
            time.sleep(0.01)
        second = browser.come_back(departure)
        assert isinstance(first.result(), SignedIn)
    assert isinstance(second, SignedInAgain)


@ON_MEMORY
def test_a_handler_slower_than_its_lease_is_run_again_and_the_first_reference_stays(
    site: Site, browser: Browser
) -> None:
    departure = browser.start()
    approve(site, departure)
    inner: list[object] = []

    def outlive(_: str) -> None:
        site.in_handler = lambda _: None
        site.clock.advance(31)
        with ThreadPoolExecutor(1) as pool:  # another worker
            inner.append(pool.submit(browser.come_back, departure).result())

    site.in_handler = outlive
    outer = browser.come_back(departure)
    assert isinstance(inner[0], SignedIn)
    assert isinstance(outer, SignedInAgain)
    assert len(site.taken) == 2


def test_a_plain_handler_of_an_async_flow_does_not_hold_up_the_event_loop(sandbox: Sandbox) -> None:
    async def story() -> int:
        ticks = 0
        done = anyio.Event()

        def slow(*_: object) -> str:
            time.sleep(0.3)
            return "x"

        async with AsyncItsme(sandbox.token, base_url=sandbox.api_url) as itsme:
            flow = AsyncFlow(itsme, AsyncMemoryStore(), KEY, "http://localhost/back", slow, limits=None)
            departure = await flow.start()
            sandbox.person("lucas").phone.approve(departure.location)
            query = sandbox.world.transaction(departure.location.rpartition("/")[2]).request.redirect_url
            cookies = {cookie.name: cookie.value for cookie in departure.set_cookies}

            async def finish() -> None:
                await flow.finish("GET", query.partition("?")[2], cookies, {})
                done.set()

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(finish)
                while not done.is_set():
                    ticks += 1
                    await anyio.sleep(0.01)
        return ticks

    assert anyio.run(story) > 10


@ASYNC
def test_a_request_that_is_cancelled_still_delivers(site: Site, browser: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    site.sandbox.faults.next(call="status", delay=0.4)

    async def give_up() -> bool:
        with anyio.move_on_after(0.1) as scope:
            await site.flow.finish("GET", site.query_of(departure), browser.cookies, {})  # type: ignore[misc]
        return scope.cancelled_caught

    site.call(give_up)
    assert site.names_taken(departure) == ["Lucas Maes"]
    assert isinstance(browser.come_back(departure), SignedInAgain)


@pytest.mark.parametrize("kind", ["asyncio-memory", "asyncio-sqlite"], indirect=True)
def test_a_task_that_is_cancelled_the_asyncio_way_still_delivers(site: Site, browser: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    site.sandbox.faults.next(call="status", delay=0.4)

    async def give_up() -> str:
        query = site.query_of(departure)
        flow = site.flow
        assert isinstance(flow, AsyncFlow)
        task = asyncio.ensure_future(flow.finish("GET", query, browser.cookies, {}))
        await asyncio.sleep(0.1)
        task.cancel()
        await asyncio.sleep(0.05)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            return "cancelled"
        return "not cancelled"

    assert site.call(give_up) == "cancelled"
    assert site.names_taken(departure) == ["Lucas Maes"]
    assert isinstance(browser.come_back(departure), SignedInAgain)


@BACKENDS
def test_what_is_taken_to_its_end_gives_back_and_raises(backend: str) -> None:
    async def seven() -> int:
        await anyio.lowlevel.checkpoint()
        return 7

    async def fail() -> int:
        raise LookupError("mine")

    assert anyio.run(whole, seven, backend=backend) == 7
    with pytest.raises(LookupError, match="mine"):
        anyio.run(whole, fail, backend=backend)


@BACKENDS
def test_what_has_begun_is_taken_to_its_end_though_nobody_waits_for_it_any_more(
    backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[bool] = []
    waits: list[object] = []
    really = asyncio.wait

    async def counted(tasks: Any) -> object:
        waits.append(tasks)
        return await really(tasks)

    monkeypatch.setattr(asyncio, "wait", counted)

    async def work() -> None:
        for _ in range(20):
            await anyio.sleep(0.005)
        ended.append(True)

    async def give_up() -> bool:
        with anyio.move_on_after(0.02) as scope:
            await whole(work)
            await anyio.lowlevel.checkpoint()
        return scope.cancelled_caught

    assert anyio.run(give_up, backend=backend)
    assert ended == [True]
    assert len(waits) <= 1  # not again and again, which would keep a processor busy until the work is done


def test_an_error_behind_a_cancelled_request_is_not_reported_as_forgotten(caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        await asyncio.sleep(0.05)
        raise LookupError("mine")

    async def story() -> None:
        task = asyncio.ensure_future(whole(fail))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with caplog.at_level(logging.DEBUG):
        asyncio.run(story())
        gc.collect()  # it is reported when nobody holds the task any more
    assert "never retrieved" not in caplog.text


@pytest.mark.parametrize("kind", ["asyncio-memory"], indirect=True)
def test_when_the_process_is_told_to_stop_the_answer_goes_to_the_spool_first(
    make_site: MakeSite, tmp_path: Path
) -> None:
    site = make_site(spool_dir=tmp_path / "spool")
    browser = Browser(site)
    departure = browser.start()
    approve(site, departure)

    def stop(operation: Operation) -> None:
        if keeps_an_answer(operation):
            raise asyncio.CancelledError

    site.before_store = stop

    async def cancelled() -> str:
        try:
            await site.flow.finish("GET", site.query_of(departure), browser.cookies, {})  # type: ignore[misc]
        except asyncio.CancelledError:
            return "cancelled"
        return "not cancelled"

    assert site.call(cancelled) == "cancelled"
    assert site.events[-1].name == "spooled"
    site.before_store = lambda _: None
    assert isinstance(browser.come_back(departure), SignedIn)


KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


def test_what_was_read_a_moment_ago_does_not_pass_for_a_write_of_ones_own(site: Site, browser: Browser) -> None:
    departure = browser.start()
    first = site.call(site.store.claim, departure.login_id)
    assert first.mine
    second = carry_out(steps.claim(departure.login_id, held=first), lambda step: site.call(site.store.do, step))
    assert not second.mine
