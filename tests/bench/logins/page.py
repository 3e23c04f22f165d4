"""The section of docs/benchmarks.md about whole logins and their stores."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from tests.bench.logins.bars import login_bars, store_work, workers_of
from tests.bench.logins.in_flight import numbers_table, one_by_one_table, turns_table
from tests.bench.logins.measuring import AT_ONCE
from tests.bench.logins.places import ENGINES
from tests.bench.logins.racing import cores
from tests.bench.tables import bars_rows, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.bench.logins.measuring import LoginFindings
    from tests.bench.logins.racing import Raced


def login_section(found: LoginFindings) -> list[str]:
    """Its bars, its tables, and how they were measured."""
    return [
        "## Whole logins",
        "",
        "Start, finish and delivery through a flow, with the local sandbox in a process of its own, and everything",
        "durable: beside the bare SQL or Lua that a login needs, and bare httpx doing its two calls. A worker is a",
        f"process with an event loop, as uvicorn runs one, and has {AT_ONCE} of whatever is measured in flight.",
        "",
        f"- {', '.join(f'{name} {version}' for name, version in found.versions.items())}",
        "",
        *login_bars_table(found),
        *turns_table(found),
        *numbers_table(found),
        *_workers(found),
        *one_by_one_table(found),
        *_stores(found),
        *_crowd(found),
        *_HOW.splitlines(),
        "",
    ]


def login_bars_table(found: LoginFindings) -> list[str]:
    """The table that says which bars are met."""
    return table(["what", "beside it in this run", "bar", "ours", "met"], bars_rows(login_bars(found)))


def _workers(found: LoginFindings) -> list[str]:
    alone, together = found.at_once.values()
    _, many = found.at_once
    return [
        "### Workers",
        "",
        f"How often each was done a second, with {AT_ONCE} in flight in each worker; in brackets the part of all",
        f"{cores()} cores that was busy then, with whatever took part (workers, engine, sandbox) or else went on.",
        f"{many} workers can do at most as many times more than one as there is of the processor left by one: that is",
        "the last column's second number.",
        "",
        *table(
            ["what", *map(workers_of, found.at_once), "times as many, of at most"],
            (
                [
                    _name(contender),
                    _rate(alone.rates[contender], alone.busy[contender]),
                    _rate(together.rates[contender], together.busy[contender]),
                    f"{_times(together.rates[contender], alone.rates[contender])}, {_most(alone.busy[contender])}",
                ]
                for contender in together.rates
            ),
        ),
    ]


def _stores(found: LoginFindings) -> list[str]:
    raced = found.one_by_one
    return [
        "### Stores",
        "",
        "One login's life, one at a time, blocking: an insert and three conditional writes, each durable by itself.",
        "Microseconds, and how many of them the worker's own processor was busy; the rest is the engine, and the disk.",
        "",
        *table(
            ["engine", "bare", "our store", "/ bare", "the whole login"],
            (
                [
                    name,
                    _microseconds(raced, f"bare {engine}"),
                    _microseconds(raced, f"store {engine}"),
                    str(store_work(found, engine)),
                    _microseconds(raced, f"login {engine}"),
                ]
                for engine, name in ENGINES.items()
            ),
        ),
        f"Bare httpx takes {1e6 / median(raced.rates['httpx']):,.0f} µs for the two calls of a login, and its own",
        f"processor is busy for {median(raced.processor['httpx']):,.0f} of them.",
        "",
    ]


def _crowd(found: LoginFindings) -> list[str]:
    waits = found.waits
    return [
        "### A crowd that comes back",
        "",
        f"A Starlette site with `AsyncFlow` and PostgreSQL, one uvicorn process, {found.crowd.browsers} callbacks at",
        f"once all the time: {median(waits.a_second):,.0f} callbacks a second, answered by the redirect after",
        f"{median(waits.middle):.0f} ms (median) and {median(waits.ninety_ninth):.0f} ms (99th percentile).",
        "",
    ]


def _microseconds(raced: Raced, contender: str) -> str:
    each, processor = 1e6 / median(raced.rates[contender]), median(raced.processor[contender])
    return f"{each:,.0f}, busy {processor:,.0f}"


def _name(contender: str) -> str:
    kind, _, engine = contender.partition(" ")
    if not engine:
        return "bare httpx, the two calls"
    return {
        "login": f"**whole logins**, {ENGINES[engine]}",
        "turns": f"bare {ENGINES[engine]} and bare httpx by turns",
    }.get(kind, f"bare {ENGINES[engine]}")


def _rate(rates: Sequence[float], busy: Sequence[float]) -> str:
    part = f" ({median(busy):.0%})" if busy else ""
    return f"{median(rates):,.0f}{part}"


def _times(many: Sequence[float], one: Sequence[float]) -> str:
    # Not measured in the same rounds, so medians are compared.
    return f"{median(many) / median(one):.2f}"


def _most(busy: Sequence[float]) -> str:
    return f"{1 / max(median(busy), 0.01):.1f}" if busy else "not known"


_HOW = """\
### How whole logins are measured

- A whole login is `AsyncFlow.start`, which creates a transaction and adds a record, and `AsyncFlow.finish`, as the
  callback calls it: claim, status, sealing and capture, delivery to the application's function, which gives back a
  reference; with `AsyncItsme`, and `AsyncSqlStore` or `AsyncRedisStore`, one of each for the whole worker. One at a
  time it is `Flow`, `Itsme`, `SqlStore` and `RedisStore`, which block.
  The browser that comes back has the state and the cookie. Every setting is as it comes but for the number of starts
  that one address and one number may make, which are counted all the same.
- Nothing is left out of the time but the person: it is one who approves as soon as he is asked, within the sandbox's
  own process, so that the sandbox's work for it is in every login's time, and in bare httpx's as well.
- The bare lives (`tests/bench/logins/bare.py`) do by hand what one login needs: the same number of durable writes and
  reads, with the same bytes (each worker carries out a login at first and keeps what its store was given; when that is
  not one insert and three writes any more, nothing is measured), onto the version before, with times from the engine's
  clock and indices to find what is due. They check nothing else. Each that is in flight has a connection of its own
  (psycopg's and redis-py's for asyncio), without a pool. SQLite lets one write at a time, so there they share a thread,
  in which the blocking one is at work. Bare httpx is one `httpx.AsyncClient` for all that are in flight.
- Durable: SQLite with WAL, `synchronous=FULL` and `secure_delete`, in the project's folder; PostgreSQL as it comes,
  with `fsync` and `synchronous_commit`; Valkey with `appendonly yes` and `appendfsync always`. The servers are reached
  through sockets in the file system, and keep their data in `/tmp`.
- Each worker is a process that holds every contender, in an environment with the extras `store`, `postgres`, `redis`
  and `starlette` and no tools for development; those that await have asyncio's own event loop. In each round every
  contender does its share in all workers at the same time, in one order and in the next round in the opposite one. As
  soon as one is through, the next one begins in its place, until the time is up; what is in flight then is taken to
  its end, within the time. A round's ratio is one of rates in it.
- Callbacks are sent over plain sockets that stay open, each with a login of its own, which has been started and
  approved beforehand. A connection sends its next one as soon as it has been redirected.
- Memory is what the resident set of a process has grown by, after as many starts of different people at different
  addresses, whose logins stay open. It holds what limits the starts, too. One process keeps the records in SQLite, and
  one in a `MemoryStore`.
"""
