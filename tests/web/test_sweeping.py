"""Logins that nobody comes back for are looked after in the background."""

import logging
import threading
from typing import Any

import anyio
import anyio.to_thread
import pytest
from flask import Flask

from itsme_facade import AsyncItsme, Identity, Itsme, StoreUnavailable
from itsme_facade.flow import AsyncFlow, Flow, SweepReport
from itsme_facade.sandbox import Sandbox
from itsme_facade.store import AsyncMemoryStore, MemoryStore, new_key
from itsme_facade.web.flask import itsme_blueprint
from itsme_facade.web.starlette import sweeping


def nobody(_identity: Identity, _login_id: str) -> str:
    return "nobody"


class Counting:
    """A flow of which only the sweep is looked at."""

    def __init__(self, fails: int = 0, until: int = 4) -> None:
        self.sweeps, self.fails, self.until = 0, fails, until
        self.enough = threading.Event()

    def sweep(self) -> None:
        self.sweeps += 1
        if self.sweeps >= self.until:
            self.enough.set()
        if self.sweeps <= self.fails:
            raise StoreUnavailable("The store was not reached.")


class AsyncCounting(Counting):
    async def sweep(self) -> None:  # type: ignore[override] # pyright: ignore[reportIncompatibleMethodOverride]
        super().sweep()


@pytest.mark.parametrize("kind", [Counting, AsyncCounting])
def test_it_sweeps_again_and_again_until_the_application_ends(kind: Any) -> None:
    flow = kind()

    async def run() -> None:
        async with sweeping(flow, every=0.01):
            await anyio.to_thread.run_sync(flow.enough.wait, 10)

    anyio.run(run)
    assert flow.sweeps >= 3


def test_a_sweep_that_fails_is_logged_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    flow: Any = Counting(fails=2)

    async def run() -> None:
        async with sweeping(flow, every=0.01):
            await anyio.to_thread.run_sync(flow.enough.wait, 10)

    with caplog.at_level(logging.WARNING):
        anyio.run(run)
    assert "A sweep failed with StoreUnavailable" in caplog.text


def test_what_the_application_raises_comes_out_as_it_is() -> None:
    async def run() -> None:
        flow: Any = Counting()
        async with sweeping(flow):
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        anyio.run(run)


@pytest.mark.parametrize("waits", [True, False])
def test_real_flows_are_swept(sandbox: Sandbox, waits: bool) -> None:
    reports: list[SweepReport] = []

    async def run() -> None:
        if waits:
            with Itsme(sandbox.token, base_url=sandbox.api_url) as client:
                flow: Any = Flow(client, MemoryStore(), new_key(), "http://localhost/back", nobody)
                async with sweeping(flow, every=0.01):
                    await anyio.sleep(0.05)
                reports.append(flow.sweep())
        else:
            async with AsyncItsme(sandbox.token, base_url=sandbox.api_url) as client:
                flow = AsyncFlow(client, AsyncMemoryStore(), new_key(), "http://localhost/back", nobody)
                async with sweeping(flow, every=0.01):
                    await anyio.sleep(0.05)
                reports.append(await flow.sweep())

    anyio.run(run)
    assert reports == [SweepReport()]


def test_flask_has_a_command_that_sweeps(sandbox: Sandbox) -> None:
    with Itsme(sandbox.token, base_url=sandbox.api_url) as client:
        app = Flask(__name__)
        app.register_blueprint(itsme_blueprint(Flow(client, MemoryStore(), new_key(), "http://localhost/back", nobody)))
        ended = app.test_cli_runner().invoke(args=["itsme", "sweep"])
    assert ended.exit_code == 0
    assert "SweepReport" in ended.output
