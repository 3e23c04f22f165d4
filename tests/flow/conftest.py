"""A site for every kind of flow and some stores; the real engines have tests of their own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest
from anyio.from_thread import start_blocking_portal
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from itsme_facade.flow import tracing
from itsme_facade.flow.limits import Limiter
from itsme_facade.sandbox import Sandbox
from itsme_facade.store import AsyncMemoryStore, AsyncSqlStore, AsyncStore, MemoryStore, SqlStore, Store, new_key
from tests.flow.site import Browser, Clock, Site

KINDS = ["sync-memory", "asyncio-memory", "trio-memory", "sync-sqlite", "asyncio-sqlite"]
NUMBER = "+32471234567"
MakeSite = Callable[..., Site]


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    running_sandbox.reset()
    return running_sandbox


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Which side of the flow, on which store. A test narrows it by parametrising `kind` itself."""
    return str(request.param)


@pytest.fixture
def make_site(sandbox: Sandbox, kind: str, tmp_path: Path) -> Iterator[MakeSite]:
    side, _, engine = kind.partition("-")
    url = f"sqlite:///{tmp_path}/logins.db"
    with ExitStack() as opened:
        portal = None if side == "sync" else opened.enter_context(start_blocking_portal(side))

        def make(**options: Any) -> Site:
            clock = Clock()
            store: Store | AsyncStore
            if engine == "memory":
                store = MemoryStore(clock=clock) if portal is None else AsyncMemoryStore(clock=clock)
            else:
                store = SqlStore(url) if portal is None else AsyncSqlStore(url)
            site = Site(sandbox, options.pop("store", store), portal, clock, options)
            opened.callback(site.close)
            return site

        yield make


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    return make_site()


@pytest.fixture
def browser(site: Site) -> Browser:
    return Browser(site)


@pytest.fixture
def mallory(site: Site) -> Browser:
    """The browser of somebody who attacks."""
    return Browser(site)


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """Collects this test's spans. OpenTelemetry has one provider for a process, so this one is put in place by hand."""
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    monkeypatch.setattr(tracing, "_tracer", lambda: provider.get_tracer("itsme_facade"))
    yield kept
    provider.shutdown()


@pytest.fixture
def key() -> str:
    return new_key()


@pytest.fixture(params=["sync", "asyncio", "trio"])
def hit(request: pytest.FixtureRequest) -> Any:
    """Counts a start with a limiter, from each side."""

    def count(limiter: Limiter, **who: str) -> float | None:
        if request.param == "sync":
            return limiter.hit(**who)
        return anyio.run(partial(limiter.hit_async, **who), backend=request.param)

    return count
