"""The state machine of machine.py on the memory store; the real engines have theirs in tests/proof."""

from collections.abc import Iterator

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from itsme_facade.sandbox import Sandbox
from itsme_facade.store import AsyncMemoryStore, MemoryStore
from tests.flow.machine import Logins
from tests.flow.site import Clock, Site

RUN = settings(max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(params=["sync", "asyncio", "trio"])
def portal(request: pytest.FixtureRequest) -> Iterator[BlockingPortal | None]:
    if request.param == "sync":
        yield None
        return
    with start_blocking_portal(request.param) as portal:
        yield portal


@pytest.mark.timeout(300)
def test_every_promise_holds_whatever_happens_in_whatever_order(
    sandbox: Sandbox, portal: BlockingPortal | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("itsme_facade.flow.asking._TRIES_AGAIN_AFTER", (0.001,))
    monkeypatch.setattr("itsme_facade.flow.delivering._TRIES_AGAIN_AFTER", (0.001,))
    monkeypatch.setattr("itsme_facade.steps._FIRST_BACKOFF", 0.001)

    class OnMemory(Logins):
        moves_time = True

        def make_site(self) -> Site:
            clock = Clock()
            store = MemoryStore(clock=clock) if portal is None else AsyncMemoryStore(clock=clock)
            return Site(sandbox, store, portal, clock)

        def past_leases(self) -> None:
            self.site.clock.advance(61)

        def past_lives(self) -> None:
            self.site.clock.advance(3_601)

    run_state_machine_as_test(OnMemory, settings=RUN)
