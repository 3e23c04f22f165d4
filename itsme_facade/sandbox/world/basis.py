"""What all parts of a world share: one lock, one clock, one source of chance, one agenda, one circle of listeners."""

from __future__ import annotations

import functools
import threading
from secrets import SystemRandom
from typing import TYPE_CHECKING, Concatenate, Final, Literal, ParamSpec, Protocol, TypeVar

from attrs import frozen

from .agenda import Agenda

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from .assumptions import Assumptions
    from .clock import Clock

Kind = Literal["transaction", "phone", "account", "card", "enrolment", "bank", "clock", "reset"]


@frozen
class Change:
    """Something in the world is not as it was.

    Attributes:
        kind: What sort of thing changed.
        id: Which one: a transaction's, phone's, person's, enrolment's or bank session's id; empty for the clock
            and a reset.
        at: When, in seconds since the epoch.
    """

    kind: Kind
    id: str
    at: float


class Basis:
    """The ground that the parts of one world stand on.

    Attributes:
        now: The time as of the latest `catch_up`, in seconds since the epoch.
    """

    def __init__(self, assumptions: Assumptions, clock: Clock, random: Random | None = None) -> None:
        self.assumptions: Final = assumptions
        self.clock: Final = clock
        self.random: Final = random or SystemRandom()
        self.lock: Final = threading.RLock()
        self.agenda: Final = Agenda()
        self.now = clock.now()
        self._listeners: list[Callable[[Change], object]] = []

    def catch_up(self) -> float:
        """Let everything happen that is due, in order, each at its own time; return the time it is now."""
        now = self.clock.now()
        self.agenda.catch_up(now)
        self.now = now
        return now

    def listen(self, listener: Callable[[Change], object]) -> Callable[[], None]:
        """Call `listener` at every change from now on; return what ends that.

        It is called while the world holds still, from any thread: it must be quick, wait for nothing, and raise
        nothing. Handing the change to a queue or to `loop.call_soon_threadsafe` is meant.
        """
        with self.lock:
            self._listeners = [*self._listeners, listener]

        def end() -> None:
            with self.lock:
                self._listeners = [other for other in self._listeners if other is not listener]

        return end

    def tell(self, kind: Kind, id_: str, at: float | None = None) -> None:
        """Tell every listener that something changed."""
        for listener in self._listeners:
            listener(Change(kind, id_, self.now if at is None else at))


class _OnBasis(Protocol):
    @property
    def basis(self) -> Basis: ...


_Self = TypeVar("_Self", bound=_OnBasis)
_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


def in_turn(
    method: Callable[Concatenate[_Self, _Arguments], _Result],
) -> Callable[Concatenate[_Self, _Arguments], _Result]:
    """Let one thread at a time into a method, after everything has happened that was due."""

    @functools.wraps(method)
    def one_at_a_time(self: _Self, /, *args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
        with self.basis.lock:
            self.basis.catch_up()
            return method(self, *args, **kwargs)

    return one_at_a_time
