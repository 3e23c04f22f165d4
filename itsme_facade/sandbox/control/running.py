"""The control API's calls about the sandbox itself: its clock, what goes wrong on purpose, the API's calls, a reset."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from itsme_facade.sandbox.faults import LONGEST, Call, Damage, Drop, Fault
from itsme_facade.sandbox.world import MAGIC, NotAsked

from .looks import moment
from .operations import Body, NoBody, Shape, get, post
from .people import Seconds

if TYPE_CHECKING:
    from itsme_facade.sandbox.instance import Instance

    from .operations import AnyOperation, Parts

_Wait = Annotated[float, msgspec.Meta(ge=0, le=LONGEST)]


class Advance(Body):
    """How far the clock moves forward."""

    advance_seconds: Seconds


class ClockShape(Shape):
    """The sandbox's time."""

    now: datetime


class NextFault(Body):
    """What goes wrong: give at least one of delay, status, body, drop, dribble and refuse. See `Fault` in Python.

    `times` is how many calls it happens to: by default once, or, with a probability, until the faults are cleared.
    """

    call: Call | None = None
    times: Annotated[int, msgspec.Meta(ge=1, le=10**9)] | None = None
    probability: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    delay: _Wait = 0
    status: Annotated[int, msgspec.Meta(ge=400, le=599)] | None = None
    message: Annotated[str, msgspec.Meta(max_length=1000)] | None = None
    body: Damage | None = None
    drop: Drop | None = None
    dribble: _Wait = 0
    refuse: _Wait = 0


class FaultShape(Shape):
    """A fault that has not happened yet, or not as often as it is to."""

    call: str | None
    times: int | None
    probability: float | None
    delay: float
    status: int | None
    message: str | None
    body: str | None
    drop: str | None
    dribble: float
    refuse: float


class FaultsShape(Shape):
    """The faults that wait for their calls, oldest first."""

    faults: tuple[FaultShape, ...]


class RefuseConnections(Body):
    """For how many seconds of the machine."""

    seconds: Annotated[float, msgspec.Meta(gt=0, le=60)]


class CallShape(Shape):
    """One call of the API; everything secret or personal in it is masked."""

    at: datetime
    method: str
    route: str
    transaction: str | None
    sent: Any
    status: int | None
    answered: Any
    milliseconds: float
    fault: bool


class CallsShape(Shape):
    """The latest hundred calls of the API, oldest first."""

    calls: tuple[CallShape, ...]


class MagicShape(Shape):
    """A phone number that chooses what happens."""

    phone_number: str
    about: str


class MagicsShape(Shape):
    """All magic numbers."""

    magic_numbers: tuple[MagicShape, ...]


class RunningCalls:
    """What can be done to the sandbox as such."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    def operations(self) -> list[AnyOperation]:
        """Make their rows of the table."""
        return [
            get("/clock", self.get_clock, ClockShape),
            post("/clock", self.advance_clock, Advance, ClockShape),
            get("/faults", self.list_faults, FaultsShape),
            post("/faults", self.add_fault, NextFault, FaultsShape),
            post("/faults/clear", self.clear_faults, NoBody, FaultsShape),
            post("/connections/refuse", self.refuse_connections, RefuseConnections, FaultsShape),
            get("/calls", self.list_calls, CallsShape),
            get("/magic-numbers", self.list_magic_numbers, MagicsShape),
            post("/reset", self.reset, NoBody, ClockShape),
        ]

    def get_clock(self, _parts: Parts, _body: NoBody) -> ClockShape:
        """The sandbox's time."""
        return ClockShape(now=moment(self._instance.world.clock.now()))

    def advance_clock(self, parts: Parts, body: Advance) -> ClockShape:
        """Move the clock forward; what is due by then happens."""
        self._instance.world.advance(body.advance_seconds)
        return self.get_clock(parts, NoBody())

    def list_faults(self, _parts: Parts, _body: NoBody) -> FaultsShape:
        """What is going to go wrong."""
        return FaultsShape(faults=tuple(map(_fault_shape, self._instance.faults.waiting)))

    def add_fault(self, parts: Parts, body: NextFault) -> FaultsShape:
        """Let something go wrong."""
        self._instance.faults.add(_fault(body))
        return self.list_faults(parts, NoBody())

    def clear_faults(self, parts: Parts, body: NoBody) -> FaultsShape:
        """Let nothing go wrong any more."""
        self._instance.faults.clear()
        return self.list_faults(parts, body)

    async def refuse_connections(self, parts: Parts, body: RefuseConnections) -> FaultsShape:
        """Refuse new connections for a while."""
        if self._instance.door is None:
            raise NotAsked("there is no server here whose connections could be refused")
        await self._instance.door.close_door(body.seconds)
        return self.list_faults(parts, NoBody())

    def list_calls(self, _parts: Parts, _body: NoBody) -> CallsShape:
        """The latest calls of the API, without secrets."""
        return CallsShape(
            calls=tuple(
                CallShape(
                    at=moment(call.at),
                    method=call.method,
                    route=call.route,
                    transaction=call.transaction,
                    sent=call.sent,
                    status=call.status,
                    answered=call.answered,
                    milliseconds=round(call.seconds * 1000, 3),
                    fault=call.fault,
                )
                for call in self._instance.calls.latest()
            )
        )

    def list_magic_numbers(self, _parts: Parts, _body: NoBody) -> MagicsShape:
        """The numbers that choose what happens."""
        numbers = tuple(MagicShape(phone_number=magic.number, about=magic.about) for magic in MAGIC.values())
        return MagicsShape(magic_numbers=numbers)

    def reset(self, parts: Parts, body: NoBody) -> ClockShape:
        """Begin anew: the world, the faults, the calls, the clock."""
        self._instance.reset()
        return self.get_clock(parts, body)


def _fault(body: NextFault) -> Fault:
    return Fault(
        call=body.call,
        times=1 if body.times is None and body.probability is None else body.times,
        probability=body.probability,
        delay=body.delay,
        status=body.status,
        message=body.message,
        body=body.body,
        drop=body.drop,
        dribble=body.dribble,
        refuse=body.refuse,
    )


def _fault_shape(fault: Fault) -> FaultShape:
    return FaultShape(
        call=fault.call,
        times=fault.times,
        probability=fault.probability,
        delay=fault.delay,
        status=fault.status,
        message=fault.message,
        body=fault.body,
        drop=fault.drop,
        dribble=fault.dribble,
        refuse=fault.refuse,
    )
