"""A store in this process's memory, for tests and trying out."""

from __future__ import annotations

import os
import time
from collections import Counter
from threading import Lock
from typing import TYPE_CHECKING

from itsme_facade.errors import InvalidArguments, Problem, StoreNotDurable
from itsme_facade.store.base import AsyncStore, Store
from itsme_facade.store.phases import is_due, is_over
from itsme_facade.store.record import Record, Seen, StoreStats, changed
from itsme_facade.store.steps import Due, Erase, Insert, Operation, Read, Swap, Take, expired, stamped, taken

if TYPE_CHECKING:
    from collections.abc import Callable


class Records:
    """The records of one process, and the six operations on them."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = Lock()
        self._process = os.getpid()
        self._records: dict[str, Record] = {}

    def do(self, operation: Operation) -> object:
        """Does one operation, whole or not at all."""
        if os.getpid() != self._process:
            raise StoreNotDurable(
                "A memory store was made in another process, which this one shares nothing with.",
                advice="Use a SqlStore or a RedisStore as soon as there is more than one process.",
            )
        with self._lock:
            now = self._clock()
            match operation:
                case Read(login_id):
                    return Seen(self._records.get(login_id), now)
                case Take():
                    return self._take(operation, now)
                case Insert():
                    return self._insert(operation, now)
                case Swap(change):
                    before = self._records.get(change.record.login_id)
                    if before is None or before.version != change.record.version - 1:
                        return None
                    self._records[before.login_id] = stamped(change, before, now)
                    return now
                case Due(limit):
                    due = [each for each in self._records.values() if is_due(each, now) and not is_over(each, now)]
                    due.sort(key=lambda each: each.due_at or 0.0)
                    return [each.login_id for each in due[:limit]]
                case Erase():
                    return self._erase(operation, now)

    def _take(self, take: Take, now: float) -> Seen:
        before = self._records.get(take.login_id)
        after = taken(take, before, now)
        if after is None:
            return Seen(before, now)
        self._records[take.login_id] = after
        return Seen(after, now, mine=True)

    def _insert(self, insert: Insert, now: float) -> float:
        record = insert.record
        if record.login_id in self._records:
            raise InvalidArguments((Problem("login_id", "there is such a login already"),))
        self._records[record.login_id] = changed(record, created_at=now, expires_at=now + insert.life)
        return now

    def _erase(self, erase: Erase, now: float) -> tuple[list[Record], list[Record]]:
        age, records = erase.age, self._records
        ended = [
            each for each in records.values() if (is_over(each, now) if age is None else each.created_at <= now - age)
        ]
        gone: list[Record] = []
        kept: list[Record] = []
        for each in ended[: erase.limit]:
            if (after := expired(erase, each, now)) is None:
                gone.append(records.pop(each.login_id))
            else:
                records[each.login_id] = after
                kept.append(after)
        return gone, kept

    def stats(self) -> StoreStats:
        """What there is, in numbers."""
        with self._lock:
            now, records = self._clock(), list(self._records.values())
        return StoreStats(
            by_phase=dict(Counter(each.phase for each in records)),
            overdue=sum(is_due(each, now) and not is_over(each, now) for each in records),
            expired=sum(is_over(each, now) for each in records),
            oldest=max((now - each.created_at for each in records), default=0.0),
        )


class MemoryStore(Store):
    """A store for tests and for trying out: gone with the process, and refused in any other one.

    Args:
        clock: gives seconds since 1970; time.time unless given.

    Raises:
        StoreNotDurable: it is used after a fork.
    """

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self._records = Records(clock)

    def open(self) -> None:
        """Nothing to do."""

    def do(self, operation: Operation) -> object:
        """As `Store.do`."""
        return self._records.do(operation)

    def stats(self) -> StoreStats:
        """As `Store.stats`."""
        return self._records.stats()

    def close(self) -> None:
        """Nothing to do."""


class AsyncMemoryStore(AsyncStore):
    """`MemoryStore` with `await`."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self._records = Records(clock)

    async def open(self) -> None:
        """Nothing to do."""

    async def do(self, operation: Operation) -> object:
        """As `Store.do`."""
        return self._records.do(operation)

    async def stats(self) -> StoreStats:
        """As `Store.stats`."""
        return self._records.stats()

    async def aclose(self) -> None:
        """Nothing to do."""
