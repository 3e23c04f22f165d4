"""What a flow's steps ask for is done with all that they say, by blocking and by awaiting alike."""

import threading
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, NoReturn

import anyio
import pytest
from anyio import to_thread
from attrs import evolve

from itsme_facade import AsyncItsme, Identity, Itsme, RawAnswer, Service, Started
from itsme_facade.flow import Flow
from itsme_facade.flow.construction import Parts
from itsme_facade.flow.doing import awaiting, blocking
from itsme_facade.flow.effects import AskStatus, CountStart, Create, Effect, Hand
from itsme_facade.flow.limits import Limiter, StartLimits
from itsme_facade.sandbox import Sandbox
from itsme_facade.store import AsyncMemoryStore, MemoryStore, new_key

BACK = "https://shop.example/itsme/back"
TOKEN = "00000000-0000-0000-0000-000000000000"
LOGIN = "0" * 26
SIDES = pytest.mark.parametrize("side", ["blocking", "awaiting"])


def take(*_: object) -> str:
    return "user"


def parts_of() -> Parts:
    flow = Flow(Itsme(TOKEN), MemoryStore(), new_key(), BACK, take, limits=None)
    return flow._parts


def do(
    side: str,
    *steps: Effect,
    client: object = None,
    parts: Parts | None = None,
    on_identity: Callable[..., object] = take,
    on_link: Callable[..., object] | None = None,
) -> list[object]:
    """Does some steps, from either side."""
    parts = parts or parts_of()
    itsme: Any = client
    if side == "blocking":
        doing = blocking(itsme, MemoryStore(), parts, on_identity, on_link)
        with itsme or nullcontext():
            return [doing[type(step)](step) for step in steps]

    async def await_all() -> list[object]:
        doing = awaiting(itsme, AsyncMemoryStore(), parts, on_identity, on_link)
        async with itsme or nullcontext():
            return [await doing[type(step)](step) for step in steps]

    return anyio.run(await_all)


@SIDES
@pytest.mark.parametrize("service", ["login", "register"])
def test_a_transaction_is_created_with_all_that_was_wished(sandbox: Sandbox, side: str, service: str) -> None:
    kind = Itsme if side == "blocking" else AsyncItsme
    client = kind(sandbox.token, base_url=sandbox.api_url)
    step = Create(service=service, redirect_url=BACK, locale="nl", phone_number="+32471234567")
    (started,) = do(side, step, client=client)
    assert isinstance(started, Started)
    request: Any = sandbox.world.transaction(started.authentication_url.rpartition("/")[2]).request
    assert (str(request.service), request.redirect_url, str(request.locale), request.phone_number) == (
        service,
        BACK,
        "nl",
        "+32471234567",
    )
    assert [str(scope) for scope in request.scopes] == ["profile"]


@SIDES
def test_a_read_ends_before_the_lease_does(side: str) -> None:
    asked: list[tuple[object, Any]] = []

    class Reader(nullcontext[None]):
        def read_raw(self, transaction: object, *, timeout: object = None) -> Any:
            asked.append((transaction, timeout))
            return RawAnswer(b"") if side == "blocking" else self._later()

        async def _later(self) -> RawAnswer:
            return RawAnswer(b"")

    started = Started("https://login.example/", "abc", Service.LOGIN)
    do(side, AskStatus(started), client=Reader())
    ((transaction, timeout),) = asked
    assert transaction is started
    assert timeout.total == 8.0


@SIDES
@pytest.mark.parametrize("kind", ["browser", "address", "number"])
def test_a_start_is_counted_by_each_thing_that_is_known_of_it(side: str, kind: str) -> None:
    nothing: dict[str, Any] = {"browser": None, "address": None, "number": None}
    limiter = Limiter(StartLimits(**(nothing | {kind: "1 per hour"})), "key")
    step = CountStart(browser="b", address="192.0.2.1", number="+32471234567")
    first, second = do(side, step, step, parts=evolve(parts_of(), limiter=limiter))
    assert first is None
    assert isinstance(second, float)


@SIDES
def test_each_handler_is_given_what_it_is_for(side: str) -> None:
    given: list[tuple[object, ...]] = []

    def note(*arguments: object) -> str:
        given.append(arguments)
        return f"{len(arguments)} given"

    identity = Identity(user_id="Q1")
    steps = [Hand(identity, LOGIN, None), Hand(identity, LOGIN, "alice")]
    assert do(side, *steps, on_identity=note, on_link=note) == ["2 given", "3 given"]
    assert given == [(identity, LOGIN), (identity, LOGIN, "alice")]


class Later:
    """A handler that is an object whose call is async."""

    async def __call__(self, *_: object) -> str:
        return "user"


async def later(*_: object) -> str:
    return "user"


@pytest.mark.parametrize("handler", [later, Later()], ids=["a function", "an object"])
def test_an_async_handler_needs_no_thread(handler: Callable[..., object], monkeypatch: pytest.MonkeyPatch) -> None:
    async def none(*_: object) -> NoReturn:
        raise AssertionError("a thread was taken")

    monkeypatch.setattr(to_thread, "run_sync", none)
    assert do("awaiting", Hand(Identity(user_id="Q1"), LOGIN, None), on_identity=handler) == ["user"]


def test_a_plain_handler_of_an_async_flow_has_a_thread_and_may_give_back_what_is_to_be_awaited() -> None:
    threads: list[int] = []

    def plain(*_: object) -> object:
        threads.append(threading.get_ident())
        return later()

    assert do("awaiting", Hand(Identity(user_id="Q1"), LOGIN, None), on_identity=plain) == ["user"]
    assert threads != [threading.get_ident()]
