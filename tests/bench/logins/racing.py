"""Contenders side by side in some workers at once: all in every round, there and back."""

from __future__ import annotations

import json
import os
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.logins.worker import Done
from tests.bench.processes import Process, process
from tests.bench.rounds import Ratio

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from tests.bench.logins.places import Places

Rounds = dict[str, list[float]]
"""By contender, a number for each round."""


@dataclass(frozen=True)
class Race:
    """How long each contender does its work in a round."""

    rounds: int
    seconds: float


@dataclass(frozen=True)
class Raced:
    """What came of it.

    Attributes:
        rates: How often each was done, a second, by all workers together.
        processor: Microseconds of the workers' processor time for each.
        busy: The part of all cores' time that was used, by whomever; empty where the system does not say.
    """

    rates: Rounds
    processor: Rounds
    busy: Rounds

    def ratio(self, name: str, *others: str) -> Ratio:
        """How many times as often as the slowest of the others in the same round."""
        lowest = [min(rates) for rates in zip(*(self.rates[other] for other in others), strict=True)]
        return Ratio.of(self.rates[name], lowest)


@contextmanager
def workers(python: Path, places: Places, number: int) -> Generator[list[Process]]:
    """So many workers, ready."""
    with ExitStack() as stack:
        text = json.dumps(asdict(places))
        started = [stack.enter_context(process(python, "tests.bench.logins.worker", text)) for _ in range(number)]
        for each in started:
            each.line()
        yield started


def race(team: Sequence[Process], names: Sequence[str], plan: Race) -> Raced:
    """Has each contender run in all workers of the team at the same time."""
    found = Raced(*({name: list[float]() for name in names} for _ in range(3)))
    for number in range(plan.rounds):
        for name in names if number % 2 else reversed(names):
            before = _processor_times()
            for each in team:
                each.tell({"contender": name, "seconds": plan.seconds})
            shares = [Done(**each.line()) for each in team]
            found.rates[name].append(sum(share.times / share.seconds for share in shares))
            times = sum(share.times for share in shares)
            found.processor[name].append(1e6 * sum(share.processor for share in shares) / times)
            if before is not None and (after := _processor_times()) is not None:
                found.busy[name].append((after[0] - before[0]) / max(1, after[1] - before[1]))
    return found


def cores() -> int:
    """How many there are."""
    return os.cpu_count() or 1


def _processor_times() -> tuple[int, int] | None:
    """Time in use and all time, of all cores together since the system started; or None where there is no /proc."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return None
    times = [int(field) for field in stat.read_text("utf-8").split("\n", 1)[0].split()[1:9]]
    idle = times[3] + times[4]
    return sum(times) - idle, sum(times)
