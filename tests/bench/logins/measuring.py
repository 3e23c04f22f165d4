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
    from pathlib import Path


@dataclass(frozen=True)
class LoginPlan:
    """In which amounts. `alone` is one worker, `together` several at once."""

    alone: Race
    together: Race
    workers: int
    crowd: Crowd
    open_logins: int


FULL = LoginPlan(Race(15, 0.3), Race(11, 0.4), 4, Crowd(5, 100, 6), 10_000)
QUICK = LoginPlan(Race(7, 0.3), Race(5, 0.4), 4, Crowd(3, 100, 4), 2_000)
SMALLEST = LoginPlan(Race(1, 0.05), Race(1, 0.05), 2, Crowd(1, 10, 2), 100)

KINDS = ("bare", "turns", "store", "login")
SHARED = ("postgres", "valkey")
"""Engines that several workers use at once as a matter of course."""
_DISTRIBUTIONS = ("SQLAlchemy", "aiosqlite", "psycopg", "redis", "cryptography", "limits", "starlette", "uvicorn")


@dataclass(frozen=True)
class LoginFindings:
    """Everything that one run found: races by the number of workers."""

    versions: dict[str, str]
    raced: dict[int, Raced]
    waits: Waits
    crowd: Crowd
    memory: OpenLogins


def measure_logins(plan: LoginPlan, python: Path) -> LoginFindings:
    """Carries a plan out with that Python, some seconds to three minutes long."""
    alone = ["httpx", *(f"{kind} {engine}" for engine in ENGINES for kind in KINDS)]
    together = ["httpx", *(f"{kind} {engine}" for engine in SHARED for kind in ("bare", "turns", "login"))]
    with engines(python) as places:
        with workers(python, places, plan.workers) as team:
            _say("whole logins, one worker")
            raced = {1: race(team[:1], alone, plan.alone)}
            _say(f"whole logins, {plan.workers} workers")
            raced[plan.workers] = race(team, together, plan.together)
        _say("callbacks of a crowd")
        waits = wait_for_callbacks(python, places, plan.crowd)
        _say("the memory of open logins")
        memory = open_logins(python, places, plan.open_logins)
        known = versions(python)
        found = {name: known[name] for name in _DISTRIBUTIONS} | engine_versions(places)
    return LoginFindings(found, raced, waits, plan.crowd, memory)


def _say(what: str) -> None:
    print(f"Measuring {what}", flush=True)
