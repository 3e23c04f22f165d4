"""Mobile phones: a number, and what their owner does when the app asks."""

from __future__ import annotations

import re
from typing import Final, Literal, get_args

from attrs import define, frozen

Behaviour = Literal["approve", "refuse", "ignore", "wrong_icon"]
BEHAVIOURS: Final[tuple[Behaviour, ...]] = get_args(Behaviour)

_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_PUNCTUATION: Final = str.maketrans("", "", " .-/()\t\u00a0")


@frozen
class Habit:
    """What somebody does by themselves: `behaviour`, `after` so many seconds."""

    behaviour: Behaviour
    after: float = 0.0


@define(eq=False)
class Phone:
    """One mobile phone.

    Attributes:
        number: E.164, without spaces.
        owner: The id of the person it belongs to.
        habit: What its owner does as soon as it asks, or None: they wait to be told.
    """

    number: str
    owner: str
    habit: Habit | None = None


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
