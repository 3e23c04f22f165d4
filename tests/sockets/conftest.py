"""A server that misbehaves, and clients of every kind that talk to it."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Protocol

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from itsme_facade import AsyncItsme, Itsme
from tests.sockets.caller import KINDS, Caller, Kind
from tests.sockets.fault_server import FaultServer
from tests.sockets.people import TOKEN, as_usual


class Connect(Protocol):
    """Makes a client for the server, or for another address, closed when the test is over."""

    def __call__(self, base_url: str | None = None, **options: Any) -> Caller: ...


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer(as_usual) as server:
        yield server


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    kind: Kind = request.param
    return kind


@pytest.fixture
def portal(kind: Kind) -> Iterator[BlockingPortal | None]:
    if kind == "sync":
        yield None
    else:
        with start_blocking_portal(kind) as portal:
            yield portal


@pytest.fixture
def connect(server: FaultServer, portal: BlockingPortal | None) -> Iterator[Connect]:
    with ExitStack() as callers:

        def make(base_url: str | None = None, **options: Any) -> Caller:
            kind = Itsme if portal is None else AsyncItsme
            caller = Caller(kind(TOKEN, base_url=base_url or server.url, **options), portal)
            callers.callback(caller.close)
            caller.hurry()
            return caller

        yield make


@pytest.fixture
def caller(connect: Connect) -> Caller:
    return connect(timeout=5)
