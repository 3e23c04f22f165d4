"""The world's clock: it runs by itself and can be moved forward."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Clock:
    """Tells the world's time in seconds since the epoch.

    It counts with a monotonic clock, so that a correction of the machine's clock changes nothing here.

    Args:
        start: The time it begins at, with a time zone; by default now.
        ticks: What it counts seconds with. `lambda: 0.0` makes a clock that moves by `advance` alone.
    """

    def __init__(self, start: datetime | None = None, ticks: Callable[[], float] = time.monotonic) -> None:
        self._start = time.time() if start is None else start.timestamp()
        self._ticks = ticks
        self._zero = ticks()
        self._moved = 0.0

    def now(self) -> float:
        """Seconds since the epoch, in the world's time."""
        return self._start + self._moved + self._ticks() - self._zero

    def advance(self, seconds: float = 0, *, minutes: float = 0, hours: float = 0) -> None:
        """Move forward by the given seconds, minutes and hours together.

        Raises:
            ValueError: The sum is negative, or no number: time does not go back.
        """
        moved = timedelta(seconds=seconds, minutes=minutes, hours=hours).total_seconds()
        if moved < 0:
            raise ValueError("a clock can be moved forward only")
        self._moved += moved

    def reset(self) -> None:
        """Take back every `advance`."""
        self._moved = 0.0


def iso(seconds: float) -> str:
    """Write a time as ISO 8601 in UTC, to the millisecond.

    >>> iso(0)
    '1970-01-01T00:00:00.000Z'
    """
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
