"""What is going to happen by itself, and when."""

from __future__ import annotations

import heapq
from itertools import count
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Callable


@frozen(order=True)
class _Due:
    """Something due `at` a time; `number` keeps the order of what is due at one moment."""

    at: float
    number: int
    happen: Callable[[float], None]


class Agenda:
    """Things to come, each told the time at which it was due."""

    def __init__(self) -> None:
        self._due: list[_Due] = []
        self._numbers = count()

    def plan(self, at: float, happen: Callable[[float], None]) -> None:
        """Let something happen at a time, in seconds since the epoch."""
        heapq.heappush(self._due, _Due(at, next(self._numbers), happen))

    def catch_up(self, now: float) -> None:
        """Let happen all that is due by now, in order; what that plans may be due as well."""
        while self._due and self._due[0].at <= now:
            due = heapq.heappop(self._due)
            due.happen(due.at)
