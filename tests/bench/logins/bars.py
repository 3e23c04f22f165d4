"""The bars that whole logins and their stores have to clear, and whether they do."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from tests.bench.bars import Bar
from tests.bench.logins.measuring import AT_ONCE, SHARED
from tests.bench.logins.places import ENGINES
from tests.bench.rounds import Ratio

if TYPE_CHECKING:
    from tests.bench.logins.measuring import LoginFindings
    from tests.bench.logins.racing import Raced

LOGINS, STORE, CROWD, MEMORY = 0.5, 1.8, 5.0, 2.0


def login_bars(found: LoginFindings) -> list[Bar]:
    """Judged by the medians; each against what was measured in the same rounds."""
    return [
        *(_logins(found, workers, engine) for workers in found.at_once for engine in _engines(workers)),
        *(_store(found, engine) for engine in ENGINES),
        _crowd(found),
        Bar(
            f"memory of {found.memory.number:,} open logins in a process, beyond the store's own",
            f"with the records themselves, in a `MemoryStore` {found.memory.with_the_store:.1f} KiB each",
            f"≤ {MEMORY:.0f} KiB each",
            f"{found.memory.beyond_the_store:.1f} KiB",
            found.memory.beyond_the_store <= MEMORY,
        ),
    ]


def store_work(found: LoginFindings, engine: str) -> Ratio:
    """How much longer the store takes than bare SQL or Lua, in the same round."""
    rates = found.one_by_one.rates
    return Ratio.of(rates[f"bare {engine}"], rates[f"store {engine}"])


def beside(raced: Raced, kind: str, engine: str) -> Ratio:
    """How much of the lower of the two that it is made of something is."""
    return raced.ratio(f"{kind} {engine}", f"bare {engine}", "httpx")


def by_turns(raced: Raced, engine: str) -> Ratio:
    """How much of what the bare life and the bare calls come to, done by turns and nothing else, a whole login is."""
    return raced.ratio(f"login {engine}", f"turns {engine}")


def workers_of(number: int) -> str:
    """A number of workers, in words."""
    return "1 worker" if number == 1 else f"{number} workers"


def loaded(number: int) -> str:
    """A number of workers, and how many logins each of them has in flight, in words."""
    return f"{workers_of(number)} with {AT_ONCE} in flight{'' if number == 1 else ' each'}"


def _engines(workers: int) -> list[str]:
    return list(ENGINES) if workers == 1 else list(SHARED)


def _logins(found: LoginFindings, workers: int, engine: str) -> Bar:
    raced = found.at_once[workers]
    others = {f"bare {ENGINES[engine]}": f"bare {engine}", "bare httpx": "httpx"}
    told = [f"{name} {median(raced.rates[contender]):,.0f}" for name, contender in others.items()]
    told.append(f"the two by turns {median(raced.rates[f'turns {engine}']):,.0f}")
    ratio = beside(raced, "login", engine)
    return Bar(
        f"whole logins a second, {ENGINES[engine]}, {loaded(workers)} / the lower of the first two beside",
        "; ".join(told),
        f"≥ {LOGINS}",
        f"{median(raced.rates[f'login {engine}']):,.0f}: {ratio}",
        ratio.middle >= LOGINS,
    )


def _store(found: LoginFindings, engine: str) -> Bar:
    ratio, rates = store_work(found, engine), found.one_by_one.rates
    return Bar(
        f"a login's work in its store, {ENGINES[engine]} / bare",
        f"bare {ENGINES[engine]} {1e6 / median(rates[f'bare {engine}']):,.0f} µs",
        f"≤ {STORE}",
        f"{1e6 / median(rates[f'store {engine}']):,.0f} µs: {ratio}",
        ratio.middle <= STORE,
    )


def _crowd(found: LoginFindings) -> Bar:
    waits = found.waits
    ratio = Ratio.of(waits.ninety_ninth, waits.middle)
    return Bar(
        f"callback to redirect, {found.crowd.browsers} at once, PostgreSQL: 99th percentile / median",
        f"median {median(waits.middle):.0f} ms, 99th percentile {median(waits.ninety_ninth):.0f} ms",
        f"≤ {CROWD:.0f}",
        str(ratio),
        ratio.middle <= CROWD,
    )
