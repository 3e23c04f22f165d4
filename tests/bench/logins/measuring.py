"""One run over whole logins and their stores: everything that is measured, in which amounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bench.environment import versions
from tests.bench.logins.callbacks import Crowd, Waits, wait_for_callbacks
from tests.bench.logins.engines import engine_versions, engines
from tests.bench.logins.memory import OpenLogins, open_logins
from tests.bench.logins.places import ENGINES
from tests.bench.logins.racing import Race, Raced, race, workers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


AT_ONCE = 8
"""Logins that a worker has in flight where there is a bar: about where bare httpx does best."""
KINDS = ("bare", "turns", "login")
SHARED = ("postgres", "valkey")
"""Engines that several workers use at once as a matter of course."""
_DISTRIBUTIONS = ("SQLAlchemy", "psycopg", "redis", "cryptography", "limits", "starlette", "uvicorn")


@dataclass(frozen=True)
class LoginPlan:
    """In which amounts. `alone` is one worker, `together` several at once, `numbers` one with more and more in flight.

    In `one_by_one` one worker does one thing after another, and blocks.
    """

    alone: Race
    together: Race
    workers: int
    numbers: Race
    one_by_one: Race
    crowd: Crowd
    open_logins: int


_EIGHT = (AT_ONCE,)

FULL = LoginPlan(
    alone=Race(15, 0.3, _EIGHT),
    together=Race(11, 0.4, _EIGHT),
    workers=4,
    numbers=Race(5, 0.25, (1, 4, AT_ONCE, 16)),
    one_by_one=Race(11, 0.25),
    crowd=Crowd(5, 100, 6),
    open_logins=10_000,
)
QUICK = LoginPlan(
    alone=Race(5, 0.3, _EIGHT),
    together=Race(3, 0.4, _EIGHT),
    workers=4,
    numbers=Race(1, 0.2, (1, 16)),
    one_by_one=Race(5, 0.2),
    crowd=Crowd(3, 100, 4),
    open_logins=2_000,
)
SMALLEST = LoginPlan(
    alone=Race(1, 0.05, _EIGHT),
    together=Race(1, 0.05, _EIGHT),
    workers=2,
    numbers=Race(1, 0.05, (1, 2)),
    one_by_one=Race(1, 0.05),
    crowd=Crowd(1, 10, 2),
    open_logins=100,
)


@dataclass(frozen=True)
class LoginFindings:
    """Everything that one run found.

    Attributes:
        at_once: With `AT_ONCE` in flight in each worker: by the number of workers.
        numbers: One worker: by the number that it has in flight.
        one_by_one: One worker, blocking.
    """

    versions: dict[str, str]
    at_once: dict[int, Raced]
    numbers: dict[int, Raced]
    one_by_one: Raced
    waits: Waits
    crowd: Crowd
    memory: OpenLogins


def measure_logins(plan: LoginPlan, python: Path) -> LoginFindings:
    """Carries a plan out with that Python, some seconds to three minutes and a half long."""
    with engines(python) as places:
        with workers(python, places, "async", plan.workers) as team:
            _say(f"whole logins, one worker with {AT_ONCE} in flight")
            at_once = {1: race(team[:1], ["httpx", *_each(ENGINES, KINDS)], plan.alone)[AT_ONCE]}
            _say(f"whole logins, {plan.workers} workers with {AT_ONCE} in flight each")
            at_once[plan.workers] = race(team, ["httpx", *_each(SHARED, KINDS)], plan.together)[AT_ONCE]
            _say("whole logins, one worker with other numbers in flight")
            numbers = race(team[:1], ["httpx", *_each(ENGINES, ["login"])], plan.numbers)
        with workers(python, places, "sync", 1) as team:
            _say("whole logins and stores, one at a time")
            (one_by_one,) = race(team, ["httpx", *_each(ENGINES, [*KINDS, "store"])], plan.one_by_one).values()
        _say("callbacks of a crowd")
        waits = wait_for_callbacks(python, places, plan.crowd)
        _say("the memory of open logins")
        memory = open_logins(python, places, plan.open_logins)
        known = versions(python)
        found = {name: known[name] for name in _DISTRIBUTIONS} | engine_versions(places)
    return LoginFindings(found, at_once, numbers, one_by_one, waits, plan.crowd, memory)


def _each(engines_: Iterable[str], kinds: Sequence[str]) -> list[str]:
    return [f"{kind} {engine}" for engine in engines_ for kind in kinds]


def _say(what: str) -> None:
    print(f"Measuring {what}", flush=True)
