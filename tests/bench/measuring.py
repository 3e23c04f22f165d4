"""One run: everything that is measured, in which amounts."""

from __future__ import annotations

import datetime as dt
import os
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.drops import Drop, drops
from tests.bench.environment import versions
from tests.bench.rounds import Load, Rates, compete
from tests.bench.starting import IMPORTS, Starts, starts
from tests.bench.worker import AWAITING, BLOCKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Plan:
    """Who is measured, and how long. The load of 100 in flight is the last of `async_loads`, that of 1 the first."""

    blocking: Sequence[str]
    awaiting: Sequence[str]
    imports: Sequence[str]
    sync_load: Load
    async_loads: tuple[Load, Load, Load]
    import_rounds: int
    client_rounds: int


_BASE = ("httpx", "facade")

FULL = Plan(
    blocking=list(BLOCKING),
    awaiting=list(AWAITING),
    imports=list(IMPORTS),
    sync_load=Load(17, 100),
    async_loads=(Load(15, 80), Load(11, 80, 10), Load(7, 250, 100)),
    import_rounds=11,
    client_rounds=7,
)
QUICK = Plan(_BASE, _BASE, _BASE, Load(15, 150), (Load(9, 150), Load(5, 100, 10), Load(5, 150, 100)), 7, 3)
SMALLEST = Plan(_BASE, _BASE, _BASE, Load(1, 5), (Load(1, 5), Load(1, 10, 10), Load(1, 100, 100)), 1, 1)


@dataclass(frozen=True)
class About:
    """Where and when it was measured."""

    when: dt.datetime
    machine: str
    python: str
    load: float
    versions: dict[str, str]


@dataclass(frozen=True)
class Findings:
    """Everything that one run found."""

    about: About
    sync: Rates
    sync_drops: dict[str, Drop]
    awaiting: dict[int, Rates]
    async_drops: dict[str, Drop]
    starts: Starts


def measure(plan: Plan, python: Path) -> Findings:
    """Carries a plan out with that Python, some seconds to some minutes long."""
    about = About(dt.datetime.now(dt.UTC), _machine(), platform.python_version(), os.getloadavg()[0], versions(python))
    _say("blocking calls")
    (sync,) = compete(python, "sync", plan.blocking, [plan.sync_load])
    _say("asynchronous calls")
    found = compete(python, "async", plan.awaiting, plan.async_loads)
    awaiting = {load.in_flight: rates for load, rates in zip(plan.async_loads, found, strict=True)}
    _say("connections that drop")
    sync_drops, async_drops = drops(python, "sync", plan.blocking), drops(python, "async", plan.awaiting)
    _say("imports and first calls")
    return Findings(
        about,
        sync,
        sync_drops,
        awaiting,
        async_drops,
        starts(python, plan.imports, plan.import_rounds, plan.client_rounds),
    )


def _say(what: str) -> None:
    print(f"Measuring {what}", flush=True)


def _machine() -> str:
    cpus = Path("/proc/cpuinfo")
    named = (
        [line for line in cpus.read_text("utf-8").splitlines() if line.startswith("model name")]
        if cpus.exists()
        else []
    )
    model = named[0].partition(":")[2].strip() if named else platform.processor() or platform.machine()
    return f"{os.cpu_count()} cores ({model}), {platform.system()} {platform.release()}"
