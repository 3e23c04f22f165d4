"""Counters in this process's memory for the `limits` library, which has its own, but at a price.

Its own start a thread with a start of a login, which looks at every counter there is while nobody else may work: with
some ten thousand people that is felt. Here nobody looks until there are twice as many as were left the last time.
"""

from __future__ import annotations

import math
import time
from threading import Lock

from limits.storage import SlidingWindowCounterSupport, Storage

_FEW = 1_000


class Counters(Storage, SlidingWindowCounterSupport):
    """Counts in windows of a limit's length: the one that is now, and the one before, weighed. Safe for threads."""

    STORAGE_SCHEME = None

    def __init__(self) -> None:
        super().__init__()
        self.storage: dict[str, tuple[int, int, int, int]] = {}
        """By key: which window, its length in seconds, the count in it, and in the one before."""
        self._lock = Lock()
        self._forgets_at = _FEW

    @property
    def base_exceptions(self) -> type[Exception]:
        """What can go wrong in memory."""
        return ValueError

    def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Counts, unless that would be too many."""
        with self._lock:
            now = time.time()
            window, current, previous = self._counted(key, expiry, now)
            weighed = previous * _rest(expiry, now) + current
            if math.floor(weighed) + amount > limit:
                return False
            self.storage[key] = (window, expiry, current + amount, previous)
            if len(self.storage) >= self._forgets_at:
                self._forget(now)
            return True

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """The count of the window before and how long it is still weighed, and the same of the one that is now."""
        with self._lock:
            now = time.time()
            _, current, previous = self._counted(key, expiry, now)
        rest = _rest(expiry, now) * expiry
        return previous, rest if previous else 0.0, current, rest + expiry

    def clear_sliding_window(self, key: str, expiry: int) -> None:  # noqa: ARG002 - as the library has it
        """Forgets one."""
        self.clear(key)

    def clear(self, key: str) -> None:
        """Forgets one."""
        with self._lock:
            self.storage.pop(key, None)

    def reset(self) -> int:
        """Forgets all, and says how many there were."""
        with self._lock:
            number = len(self.storage)
            self.storage.clear()
        return number

    def check(self) -> bool:
        """It is always there."""
        return True

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Not for windows that do not slide."""
        raise NotImplementedError

    def get(self, key: str) -> int:
        """Not for windows that do not slide."""
        raise NotImplementedError

    def get_expiry(self, key: str) -> float:
        """Not for windows that do not slide."""
        raise NotImplementedError

    def _counted(self, key: str, expiry: int, now: float) -> tuple[int, int, int]:
        """Which window it is, the count in it, and in the one before."""
        window = int(now / expiry)
        kept, _, current, previous = self.storage.get(key, (window, expiry, 0, 0))
        if window <= kept:  # a clock that was put back gives nobody more
            return kept, current, previous
        return window, 0, current if window == kept + 1 else 0

    def _forget(self, now: float) -> None:
        """Lets go of what counts for nothing any more."""
        self.storage = {key: held for key, held in self.storage.items() if now < (held[0] + 2) * held[1]}
        self._forgets_at = max(_FEW, 2 * len(self.storage))


def _rest(expiry: int, now: float) -> float:
    """The part of the window that is still to come: as much of the one before counts."""
    return 1 - now / expiry % 1
