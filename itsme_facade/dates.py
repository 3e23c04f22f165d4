"""Birth dates of which a part may be unknown."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Self

from attrs import frozen

_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)


@frozen(repr=False)
class PartialDate:
    """A birth date: a year, and a month and a day where they are known.

    Some people's day or month of birth is not known to any register. A missing part stays missing; 1 January is
    never made up.

    Args:
        year: 1 to 9999.
        month: 1 to 12, or None.
        day: a day that the month has, or None. A day without a month is refused.

    Raises:
        ValueError: the parts cannot be a date.

    Source: API (birthdate, YYYY-MM-DD); FACTS (month 00 in a real person's birth date).

    >>> PartialDate.fromisoformat("1974-00-00") == PartialDate(1974)
    True
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __attrs_post_init__(self) -> None:
        if self.day is not None and self.month is None:
            raise ValueError("a day without a month is not a date")
        try:
            date(self.year, self.month or 1, self.day or 1)
        except ValueError:
            raise ValueError("the parts do not make a date") from None
        if self.month == 0 or self.day == 0:
            raise ValueError("an unknown part is None, not 0")

    @classmethod
    def fromisoformat(cls, text: str) -> Self:
        """Reads `YYYY-MM-DD`, `YYYY-MM` or `YYYY`; `00` stands for an unknown month or day.

        Raises:
            ValueError: it is anything else.
        """
        match = _ISO.fullmatch(text)
        if match is None:
            raise ValueError("not a date like YYYY-MM-DD, YYYY-MM or YYYY")
        year, month, day = (int(part or 0) for part in match.groups())
        return cls(year, month or None, day or None)

    def isoformat(self) -> str:
        """The known parts, as `YYYY-MM-DD`, `YYYY-MM` or `YYYY`."""
        parts = [f"{self.year:04}"] + [f"{part:02}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)

    @property
    def exact(self) -> date | None:
        """The date, when all its parts are known."""
        if self.month is None or self.day is None:
            return None
        return date(self.year, self.month, self.day)

    def is_at_least(self, years: int, *, on: date | None = None) -> bool | None:
        """Whether a person born then is at least so old; None when the known parts do not decide it.

        Args:
            years: the age asked about, in whole years.
            on: the day it is asked for; today on this machine's clock unless given.

        Somebody born on 29 February comes of age on 1 March of a year without that day.

        >>> PartialDate(2008).is_at_least(18, on=date(2026, 11, 21)) is None
        True
        >>> PartialDate(2008, 11).is_at_least(18, on=date(2026, 12, 1))
        True
        """
        today = on if on is not None else date.today()  # noqa: DTZ011 - a person's age follows the calendar where they are asked
        reached = (today.year - years, today.month, today.day)
        last_month = self.month or 12
        latest = (self.year, last_month, self.day or monthrange(self.year, last_month)[1])
        earliest = (self.year, self.month or 1, self.day or 1)
        if latest <= reached:
            return True
        return False if earliest > reached else None

    def __repr__(self) -> str:
        # A birth date is personal data, so neither repr nor str shows it; isoformat does.
        return "PartialDate(…)"
