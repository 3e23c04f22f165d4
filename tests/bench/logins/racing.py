"""Contenders side by side in some workers at once: all in every round, there and back."""

from __future__ import annotations

import json
import os
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

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
    """How long each contender does its work in a round, and how many a worker has in flight: with each number once."""

    rounds: int
    seconds: float
    in_flight: tuple[int, ...] = (1,)


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
def workers(python: Path, places: Places, kind: Literal["sync", "async"], number: int) -> Generator[list[Process]]:
    """So many workers, ready."""
    with ExitStack() as stack:
        text = json.dumps(asdict(places))
        started = [stack.enter_context(process(python, "tests.bench.logins.worker", kind, text)) for _ in range(number)]
        for each in started:
            each.line()
        yield started


def race(team: Sequence[Process], names: Sequence[str], plan: Race) -> dict[int, Raced]:
    """Has each contender run in all workers of the team at the same time. What came of it, by the number in flight."""
    found = {number: Raced(*({name: list[float]() for name in names} for _ in range(3))) for number in plan.in_flight}
    shares = [(number, name) for number in plan.in_flight for name in names]
    for round_ in range(plan.rounds):
        for number, name in shares if round_ % 2 else reversed(shares):
            _share(team, name, plan.seconds, number, found[number])
    return found


def _share(team: Sequence[Process], name: str, seconds: float, in_flight: int, found: Raced) -> None:
    before = _processor_times()
    for each in team:
        each.tell({"contender": name, "seconds": seconds, "in_flight": in_flight})
    done = [Done(**each.line()) for each in team]
    found.rates[name].append(sum(share.times / share.seconds for share in done))
    found.processor[name].append(1e6 * sum(share.processor for share in done) / sum(share.times for share in done))
    if before is not None and (after := _processor_times()) is not None:
        found.busy[name].append((after[0] - before[0]) / max(1, after[1] - before[1]))


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
