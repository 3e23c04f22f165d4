"""What is going to happen by itself, and when."""

from __future__ import annotations

import heapq
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Agenda:
    """Things to come, each told the time at which it was due."""

    def __init__(self) -> None:
        # The number keeps the order of what is due at one moment.
        self._due: list[tuple[float, int, Callable[[float], None]]] = []
        self._numbers = count()

    def plan(self, at: float, happen: Callable[[float], None]) -> None:
        """Let something happen at a time, in seconds since the epoch."""
        heapq.heappush(self._due, (at, next(self._numbers), happen))

    def catch_up(self, now: float) -> None:
        """Let happen all that is due by now, in order; what that plans may be due as well."""
        due = self._due
        while due and due[0][0] <= now:
            at, _, happen = heapq.heappop(due)
            happen(at)

    def clear(self) -> None:
        """Let nothing of it happen."""
        self._due.clear()
