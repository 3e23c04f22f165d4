"""A login's life as its store sees it: which operations, and what bytes a real one has it keep."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from itsme_facade.store.memory import AsyncMemoryStore, MemoryStore
from itsme_facade.store.steps import Insert, Swap, Take

if TYPE_CHECKING:
    from itsme_facade.store.steps import Operation

LIFE = [Insert, Take, Swap, Swap]
"""Start; then, when the browser is back: claim, capture (which takes the lease to deliver), delivered."""


class AnotherLife(Exception):
    """A login does something else to its store than what it is compared with, so the comparison means nothing."""


@dataclass(frozen=True)
class Kept:
    """What one login had its store keep."""

    state_digest: bytes
    browser_digest: bytes
    departure: bytes
    answer: bytes
    reference: bytes


class Noted(list["Operation"]):
    """What one login did to its store."""

    def kept(self) -> Kept:
        """What it had it keep. Errors: AnotherLife."""
        if [type(operation) for operation in self] != LIFE:
            raise AnotherLife(", ".join(type(operation).__name__ for operation in self))
        begun, _, captured, delivered = self
        assert isinstance(begun, Insert)
        assert isinstance(captured, Swap)
        assert isinstance(delivered, Swap)
        return Kept(
            state_digest=begun.record.state_digest,
            browser_digest=begun.record.browser_digest,
            departure=begun.record.departure,
            answer=captured.change.record.answer,
            reference=delivered.change.record.reference,
        )


class NotingStore(MemoryStore):
    """Notes what is done to it."""

    def __init__(self) -> None:
        super().__init__()
        self.noted = Noted()

    def do(self, operation: Operation) -> object:
        self.noted.append(operation)
        return super().do(operation)


class AwaitedNotingStore(AsyncMemoryStore):
    """`NotingStore` with `await`."""

    def __init__(self) -> None:
        super().__init__()
        self.noted = Noted()

    async def do(self, operation: Operation) -> object:
        self.noted.append(operation)
        return await super().do(operation)


class Ids:
    """Ids as long as real ones, growing as they do, and different in each process."""

    def __init__(self, whose: str = "") -> None:
        self._process = f"{os.getpid():08d}{whose}"
        self._numbers = count()

    def next(self) -> str:
        """One that nobody had yet."""
        return f"{next(self._numbers):018d}{self._process}"
