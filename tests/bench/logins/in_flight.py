"""What the page says of how many logins are in flight: by turns, with other numbers, and one at a time."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from tests.bench.logins.bars import beside, by_turns, workers_of
from tests.bench.logins.measuring import AT_ONCE
from tests.bench.logins.places import ENGINES
from tests.bench.tables import table

if TYPE_CHECKING:
    from tests.bench.logins.measuring import LoginFindings
    from tests.bench.logins.racing import Raced


def turns_table(found: LoginFindings) -> list[str]:
    """How much of its bare parts in its own order a whole login is."""
    return [
        "### By turns",
        "",
        "A login needs the engine and CM by turns. So the third number beside it is the bare life and the two bare",
        "calls in the order that a login needs them, as many in flight, and nothing else: what can be had from these",
        "very parts. How much of it a whole login is, with its secrets, seals, limits, checks and events; more than 1",
        "can be, because the facade keeps its connections in a pool of its own, not in httpx's:",
        "",
        *table(
            ["engine", *map(workers_of, found.at_once)],
            (
                [
                    name,
                    *(
                        str(by_turns(raced, engine)) if f"login {engine}" in raced.rates else "not measured"
                        for raced in found.at_once.values()
                    ),
                ]
                for engine, name in ENGINES.items()
            ),
        ),
    ]


def numbers_table(found: LoginFindings) -> list[str]:
    """One worker with fewer and with more in flight than where the bars are."""
    httpx = {number: median(raced.rates["httpx"]) for number, raced in found.numbers.items()}
    best = max(httpx, key=lambda number: httpx[number])
    return [
        "### How many in flight",
        "",
        "A worker of a busy site has several logins in flight, each of which waits for most of its time. The bars are",
        f"for {AT_ONCE}, which is about as many as bare httpx can make use of. With fewer, cores go idle by turns, and",
        "what is measured is how long they take to wake up; with more, httpx's own pool slows it down, so that a",
        "higher number would make the bar easier. One worker, how often a second, and beside it the ratio to bare",
        f"httpx with as many in flight; it did best with {best} in this run:",
        "",
        *table(
            ["what", *(f"{number} in flight" for number in found.numbers)],
            [
                ["bare httpx, the two calls", *(f"{rate:,.0f}: 1" for rate in httpx.values())],
                *(
                    [
                        f"**whole logins**, {name}",
                        *(
                            f"{_rate(raced, f'login {engine}')}: {raced.ratio(f'login {engine}', 'httpx')}"
                            for raced in found.numbers.values()
                        ),
                    ]
                    for engine, name in ENGINES.items()
                ),
            ],
        ),
    ]


def one_by_one_table(found: LoginFindings) -> list[str]:
    """One worker that blocks; and why there is no bar for it."""
    raced = found.one_by_one
    come_to = ", ".join(f"{beside(raced, 'turns', engine).middle:.2f} ({name})" for engine, name in ENGINES.items())
    return [
        "### One at a time",
        "",
        "A worker with one login after another, which blocks: `Flow`, `Itsme` and a blocking store. There is no bar",
        "for this. While a login waits, for the engine or for CM, all else waits with it and its core goes idle, so",
        "that it is measured how long cores take to wake up: even the bare parts by turns, with nothing of ours",
        f"between them, come to {come_to} of the lower of the two that",
        "they are made of. If nothing had to wake up, they would take as long as the two added up: the second number",
        "in their column.",
        "",
        *table(
            ["engine", "bare", "bare httpx", "by turns, added up", "whole logins", "/ the lower", "/ by turns"],
            (
                [
                    name,
                    _rate(raced, f"bare {engine}"),
                    _rate(raced, "httpx"),
                    f"{_rate(raced, f'turns {engine}')}, {_added_up(raced, engine):,.0f}",
                    _rate(raced, f"login {engine}"),
                    str(beside(raced, "login", engine)),
                    str(by_turns(raced, engine)),
                ]
                for engine, name in ENGINES.items()
            ),
        ),
    ]


def _rate(raced: Raced, contender: str) -> str:
    return f"{median(raced.rates[contender]):,.0f}"


def _added_up(raced: Raced, engine: str) -> float:
    """How many a second there would be, if each took as long as the bare life and the bare calls together."""
    rounds = zip(raced.rates[f"bare {engine}"], raced.rates["httpx"], strict=True)
    return median([1 / (1 / life + 1 / calls) for life, calls in rounds])
