"""Contenders side by side: all in every round, there and back, so that a slow moment of the machine hits them alike."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from tests.bench.processes import Process, process, url_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

BASELINE = "httpx"


@dataclass(frozen=True)
class Ratio:
    """The median of the rounds' ratios, the smallest and the largest."""

    middle: float
    low: float
    high: float

    @classmethod
    def of(cls, numerators: Sequence[float], denominators: Sequence[float]) -> Ratio:
        """One ratio a round, then their median."""
        ratios = [above / below for above, below in zip(numerators, denominators, strict=True)]
        return cls(median(ratios), min(ratios), max(ratios))

    def __str__(self) -> str:
        return f"{self.middle:.2f} ({self.low:.2f} to {self.high:.2f})"


@dataclass(frozen=True)
class Rates:
    """Calls a second of each contender, round by round."""

    calls: dict[str, list[float]]

    def ratio(self, name: str) -> Ratio:
        """How many times as many calls a second as bare httpx in the same round."""
        return Ratio.of(self.calls[name], self.calls[BASELINE])


@dataclass(frozen=True)
class Load:
    """How much each contender does in a round."""

    rounds: int
    pairs: int
    in_flight: int = 1


def compete(python: Path, kind: str, names: Sequence[str], loads: Sequence[Load]) -> list[Rates]:
    """Measures contenders against each other under each load, over one server."""
    with ExitStack() as stack:
        url = url_of(stack.enter_context(process(python, "tests.bench.server")))
        workers = {name: stack.enter_context(process(python, "tests.bench.worker", kind, name, url)) for name in names}
        return [_compete(workers, load) for load in loads]


def _compete(workers: dict[str, Process], load: Load) -> Rates:
    order = {"pairs": load.pairs, "in_flight": load.in_flight}
    calls: dict[str, list[float]] = {name: [] for name in workers}
    for number in range(load.rounds):
        # Back on the way from there: whatever slows down or speeds up in time does so for both of a pair.
        for name in list(workers) if number % 2 else reversed(workers):
            seconds = workers[name].ask(order)
            calls[name].append(2 * load.pairs / seconds)
    return Rates(calls)
