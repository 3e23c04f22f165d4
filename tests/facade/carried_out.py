"""Carries out a call's steps by hand: no sockets, no sleeping, a clock that moves when told to."""

from collections.abc import Callable, Iterable
from random import Random
from typing import TypeVar

import httpx
from attrs import define, field

from itsme_facade import Outcome, Result, Scope, Success, Timeouts
from itsme_facade import steps as call
from itsme_facade.memory import Memory
from itsme_facade.steps import Machinery, Pause, Steps
from itsme_facade.waiting import Schedule
from itsme_facade.wire.exchange import Arriving, Exchange

_T = TypeVar("_T")

Reaction = Callable[[Exchange], None]
"""What becomes of an exchange: it fills the answer in, or raises."""


@define
class Clock:
    """Seconds that pass only here."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@define
class World:
    """A client's machinery without the client, and what happened in it."""

    reactions: Iterable[Reaction]
    clock: Clock = field(factory=Clock)
    machinery: Machinery = field(init=False)
    exchanges: list[Exchange] = field(factory=list[Exchange])
    pauses: list[float] = field(factory=list[float])

    def __attrs_post_init__(self) -> None:
        self.reactions = iter(self.reactions)
        self.machinery = Machinery(Memory(), Schedule(), self.clock, Random(1))  # noqa: S311 - jitter

    def run(self, steps: Steps[_T]) -> _T:
        """Returns what the call returns, raises what it raises."""
        try:
            step = next(steps)
            while True:
                try:
                    self._do(step)
                except BaseException as error:  # noqa: BLE001 - the call decides
                    step = steps.throw(error)
                else:
                    step = next(steps)
        except StopIteration as end:
            value: _T = end.value
            return value

    def _do(self, step: Exchange | Pause) -> None:
        if isinstance(step, Pause):
            self.pauses.append(step.seconds)
            self.clock.now += step.seconds
        else:
            self.exchanges.append(step)
            next(iter(self.reactions))(step)


def answers(body: bytes, code: int = 200, **headers: str) -> Reaction:
    """The whole answer arrives."""

    def react(exchange: Exchange) -> None:
        answer: Arriving = exchange.answer
        answer.status_code = code
        answer.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        answer.body += body
        answer.complete = True

    return react


def breaks(error: type[BaseException], after: bytes = b"", *, takes: float = 0, clock: Clock | None = None) -> Reaction:
    """So much of the answer arrives, then this happens."""

    def react(exchange: Exchange) -> None:
        if after:
            exchange.answer.status_code = 200
            exchange.answer.body += after
        if clock is not None:
            clock.now += takes
        raise error("made here")

    return react


UNREACHED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
BROKEN = (httpx.ReadError, httpx.ReadTimeout, httpx.WriteError, httpx.RemoteProtocolError, httpx.WriteTimeout)

CREATED = answers(b'{"transactionToken": "abc", "authenticationUrl": "https://login.example/1"}')
OPEN = answers(b'{"status": "open"}')
EMPTY_SUCCESS = answers(b'{"status": "success"}')
GIVEN = answers(b'{"status": "success", "userId": "Q1"}')
LIMITS = Timeouts(total=30)
ASKED = (Scope.PROFILE,)


def status(world: World, scopes: tuple[Scope, ...] | None = ASKED, limits: Timeouts = LIMITS) -> Result:
    return world.run(call.status(world.machinery, "abc", scopes, limits))


def wait(world: World, timeout: float = 180.0) -> Result:
    return world.run(call.wait(world.machinery, "abc", ASKED, LIMITS, timeout))


def outcome(result: Result) -> Outcome:
    assert isinstance(result, Success)
    return result.outcome
