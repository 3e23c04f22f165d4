"""What is going to go wrong on purpose: set by tests, used up by the API's calls."""

from __future__ import annotations

import threading
from random import Random
from secrets import SystemRandom
from typing import TYPE_CHECKING, Final, Literal, get_args

from attrs import evolve, frozen

if TYPE_CHECKING:
    from collections.abc import Callable

Call = Literal["create", "status"]
Drop = Literal["before-answer", "instead-of-answer", "within-answer", "after-answer"]
Damage = Literal["truncated", "malformed", "unknown-values", "extra-fields"]

CALLS: Final[tuple[Call, ...]] = get_args(Call)
DROPS: Final[tuple[Drop, ...]] = get_args(Drop)
DAMAGES: Final[tuple[Damage, ...]] = get_args(Damage)
MOST_PENDING: Final = 100
LONGEST: Final = 3600.0  # seconds; what is meant to last longer is a server that is not there

NOTHING_SENT: Final[frozenset[Drop | None]] = frozenset({"before-answer", "instead-of-answer"})


@frozen(kw_only=True)
class Fault:
    """One thing that goes wrong. Seconds are the machine's, not the sandbox's clock's: the wire has no other.

    An error status, and a connection dropped `before-answer`, come instead of the call: nothing is created and
    no user information is used up. With everything else the call is carried out first, so that user information
    counts as given out, whatever of it arrives.

    Attributes:
        call: Which call it happens to; None: whichever comes first.
        times: How many calls it still happens to; None: all, until the faults are cleared.
        probability: How likely it is to happen to one call, from 0 to 1; 1 if None.
        delay: Seconds before the answer.
        status: Answer with this error, 400 to 599, in the API's shape.
        message: The error's message.
        body: Damage the answer's JSON: cut it off in the middle, make it no JSON at all, give every enumerated
            value a word that no documentation has, or add fields that none has.
        drop: Drop the connection: before the call is carried out, instead of its answer, in the middle of the
            answer's body, or once the answer is sent.
        dribble: Seconds between the single bytes of the answer's body.
        refuse: Refuse new connections for so many seconds once this call is over, and close the others.
    """

    call: Call | None = None
    times: int | None = 1
    probability: float | None = None
    delay: float = 0.0
    status: int | None = None
    message: str | None = None
    body: Damage | None = None
    drop: Drop | None = None
    dribble: float = 0.0
    refuse: float = 0.0

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot be carried out, all of it named at once."""
        faults = [*self._wrong_values(), *self._wrong_together()]
        if faults:
            raise ValueError("; ".join(faults))

    def _wrong_values(self) -> list[str]:
        right = {
            f"call: not one of {', '.join(CALLS)}": self.call is None or self.call in CALLS,
            "times: not a number of calls from 1 up": self.times is None or _whole(self.times, 1, 10**9),
            "probability: not a number from 0 to 1": self.probability is None or _within(self.probability, 1),
            "status: not an error, 400 to 599": self.status is None or _whole(self.status, 400, 599),
            "message: not a text": self.message is None or isinstance(self.message, str),
            f"body: not one of {', '.join(DAMAGES)}": self.body is None or self.body in DAMAGES,
            f"drop: not one of {', '.join(DROPS)}": self.drop is None or self.drop in DROPS,
        }
        seconds = {"delay": self.delay, "dribble": self.dribble, "refuse": self.refuse}
        right |= {f"{name}: not seconds, 0 to {LONGEST:.0f}": _within(s, LONGEST) for name, s in seconds.items()}
        return [message for message, is_right in right.items() if not is_right]

    def _wrong_together(self) -> list[str]:
        instead = [name for name in ("status", "body", "drop") if getattr(self, name) is not None]
        wrong = {
            f"{', '.join(instead)}: give one of them": len(instead) > 1,
            "message: goes with a status only": self.message is not None and self.status is None,
            "dribble: nothing of the answer is sent": bool(self.dribble) and self.drop in NOTHING_SENT,
            "nothing would go wrong: give delay, status, body, drop, dribble or refuse": not (
                instead or self.delay or self.dribble or self.refuse
            ),
        }
        return [message for message, is_wrong in wrong.items() if is_wrong]


class Faults:
    """Faults that wait for their calls, oldest first. Every method may be called from any thread.

    Args:
        seed: Draws the same chances every time; by default they are the operating system's.
    """

    def __init__(self, seed: int | None = None) -> None:
        self._seed = seed
        self._lock = threading.Lock()
        self._waiting: tuple[Fault, ...] = ()
        self._random: Random = SystemRandom()
        self.clear()

    def add(self, fault: Fault) -> Fault:
        """Let a fault wait for its calls.

        Raises:
            ValueError: A hundred wait already.
        """
        with self._lock:
            if len(self._waiting) == MOST_PENDING:
                raise ValueError(f"{MOST_PENDING} faults wait already; clear them first")
            self._waiting = (*self._waiting, fault)
        return fault

    @property
    def waiting(self) -> tuple[Fault, ...]:
        """What has not happened yet, or not as often as it is to."""
        return self._waiting

    def clear(self) -> None:
        """Let nothing go wrong any more; a seed's chances begin anew."""
        with self._lock:
            self._waiting = ()
            self._random = SystemRandom() if self._seed is None else Random(self._seed)  # noqa: S311 - asked for

    def take(self, call: Call) -> Fault | None:
        """Which fault happens to this call, if one does; it is then used up by one."""
        if not self._waiting:
            return None
        with self._lock:
            return self._take(lambda fault: fault.call in (None, call))

    def _take(self, fits: Callable[[Fault], bool]) -> Fault | None:
        for index, fault in enumerate(self._waiting):
            if fits(fault) and (fault.probability is None or self._random.random() < fault.probability):
                left = () if fault.times == 1 else (_once_less(fault),)
                self._waiting = (*self._waiting[:index], *left, *self._waiting[index + 1 :])
                return fault
        return None


def _once_less(fault: Fault) -> Fault:
    return fault if fault.times is None else evolve(fault, times=fault.times - 1)


def _whole(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _within(value: object, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= most
