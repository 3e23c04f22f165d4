"""Mobile phones: a SIM card with a number, text messages, and what their owner does when the app asks."""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING, Final, Literal, get_args

from attrs import define, field, frozen

if TYPE_CHECKING:
    from .registrations import Registration

Behaviour = Literal["approve", "refuse", "ignore", "wrong_icon"]
BEHAVIOURS: Final[tuple[Behaviour, ...]] = get_args(Behaviour)

_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_PUNCTUATION: Final = str.maketrans("", "", " .-/()\t\u00a0")
_INBOX: Final = 20  # messages that a phone keeps


@frozen
class Habit:
    """What somebody does by themselves: `behaviour`, `after` so many seconds."""

    behaviour: Behaviour
    after: float = 0.0


@frozen
class Sim:
    """A SIM card: its own id, and the number (E.164) that reaches it."""

    id: str
    number: str


@frozen
class Sms:
    """A text message: when it came, in seconds since the epoch, a text of `messages`, and the code in it."""

    at: float
    text: str
    code: str = field(repr=False)


def _no_messages() -> deque[Sms]:
    return deque(maxlen=_INBOX)


@define(eq=False)
class Phone:
    """One mobile phone.

    Attributes:
        id: The owner's id; a further phone of theirs has `-2`, `-3`, ... after it.
        owner: The id of the person it belongs to.
        sim: The SIM card in it, or None.
        touch_id: Whether it has Touch ID.
        app: Whether the app is on it.
        habit: What its owner does as soon as it asks, or None: they wait to be told.
        inbox: Its text messages, the newest 20, oldest first.
        registration: How far its owner is with an enrolment in the app; None if the app was not opened yet.
    """

    id: str
    owner: str
    sim: Sim | None
    touch_id: bool = False
    app: bool = True
    habit: Habit | None = None
    inbox: deque[Sms] = field(factory=_no_messages, repr=False)
    registration: Registration | None = None

    @property
    def number(self) -> str:
        """The number of the SIM card in it, E.164 without spaces; empty if there is none."""
        return self.sim.number if self.sim else ""


def national_to_international(written: str) -> str | None:
    """Read a phone number as a person writes it in Belgium, or None if it is none.

    >>> national_to_international("0471/23.45.67")
    '+32471234567'
    >>> national_to_international("+32 471 23 45 67")
    '+32471234567'
    >>> national_to_international("12") is None
    True
    """
    number = written.translate(_PUNCTUATION)
    if number.startswith("00"):
        number = "+" + number[2:]
    elif number.startswith("0"):
        number = "+32" + number[1:]
    return number if _E164.fullmatch(number) else None
