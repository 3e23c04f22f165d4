"""The state machine of tests/flow/machine.py, shortly, on every real engine, from both sides."""

from __future__ import annotations

import secrets
from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest
from anyio.from_thread import start_blocking_portal
from attrs import evolve
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from itsme_facade.store import open_async_store, open_store
from itsme_facade.store.record import Change
from itsme_facade.store.steps import Swap
from tests.flow.machine import Logins
from tests.flow.site import Site

if TYPE_CHECKING:
    from itsme_facade.sandbox import Sandbox

RUN = settings(max_examples=10, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.timeout(300)
@pytest.mark.parametrize("side", ["sync", "async"])
@pytest.mark.parametrize("backend", ["sqlite", "postgres", "valkey"], indirect=True)
def test_every_promise_holds_on_a_real_engine(
    one_sandbox: Sandbox, url: str, side: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("itsme_facade.flow.asking._TRIES_AGAIN_AFTER", (0.001,))
    monkeypatch.setattr("itsme_facade.flow.delivering._TRIES_AGAIN_AFTER", (0.001,))
    monkeypatch.setattr("itsme_facade.steps._FIRST_BACKOFF", 0.001)
    with nullcontext() if side == "sync" else start_blocking_portal() as portal:

        class OnEngine(Logins):
            def make_site(self) -> Site:
                make = open_store if portal is None else open_async_store
                site = Site(one_sandbox, make(url, prefix=f"m{secrets.token_hex(4)}_"), portal)
                site.room = evolve(site.room, patience=0.0)
                return site

            def past_leases(self) -> None:
                """Writes that they are over, which saves waiting for it."""
                for login_id in self.known:
                    record = self.site.record(login_id)
                    if record is not None and record.due_at is not None:
                        over = Change(record=evolve(record, version=record.version + 1), due_in=-1.0)
                        self.site.call(self.site.store.do, Swap(over))

        run_state_machine_as_test(OnEngine, settings=RUN)
