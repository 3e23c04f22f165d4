"""What finished transactions cost the local sandbox in memory, and whether it lets go of them after their retention."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bench.sandbox.mocks import always_approve, ask
from tests.bench.sandbox.serving import ServingLoad, load_generator, served, share

if TYPE_CHECKING:
    from pathlib import Path

_CONNECTIONS, _SECONDS = 8, 60.0
_MORE_THAN_RETENTION = '{"advanceSeconds": 3700}'


@dataclass(frozen=True)
class Memory:
    """MiB in use: before the first batch of transactions, and after each, with retention over between batches."""

    batch: int
    before: float
    after: list[float]

    @property
    def kib_each(self) -> float:
        """KiB for each finished transaction that is remembered."""
        return 1024 * (self.after[0] - self.before) / self.batch

    @property
    def kib_left(self) -> float:
        """KiB that each transaction of a later batch left behind for good, over the first batch's peak."""
        return 1024 * (self.after[-1] - self.after[0]) / (self.batch * (len(self.after) - 1))


def memory(python: Path, batch: int, batches: int) -> Memory:
    """Creates and finishes so many transactions at a time; then moves the sandbox's clock beyond their retention."""
    with load_generator(python) as generator, served("sandbox", python) as sandbox:
        pair = always_approve(sandbox.port)

        def peak(pairs: int) -> float:
            done = share(generator, sandbox.port, pair, ServingLoad(1, _CONNECTIONS, pairs, _SECONDS))
            assert done.pairs == pairs
            return sandbox.memory()

        def forget() -> None:
            ask(sandbox.port, "POST", "/_sandbox/clock", _MORE_THAN_RETENTION)

        before = peak(100)  # whatever the first requests bring in is there now
        after: list[float] = []
        for _ in range(batches):
            after.append(peak(batch))
            forget()
        return Memory(batch, before, after)
