"""docs/benchmarks.md: what was found, written by the program that found it."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from tests.bench.bars import bars
from tests.bench.logins.page import login_section
from tests.bench.plots import plots
from tests.bench.rounds import Ratio
from tests.bench.sandbox.page import sandbox_section
from tests.bench.tables import bars_rows, table
from tests.waiting_simulation import MEDIAN, NINETY_FIFTH, SAMPLES
from tests.waiting_simulation import table as waiting_simulation

if TYPE_CHECKING:
    from tests.bench.drops import Drop
    from tests.bench.logins.measuring import LoginFindings
    from tests.bench.measuring import Findings
    from tests.bench.sandbox.measuring import SandboxFindings

CONTENDERS = {
    "httpx": "httpx, bare: one client, `.post(json=…)`, `.get()`, `.json()`",
    "facade": "**the facade**: arguments checked, limits kept, the raw answer kept, the identity read",
    "httpx-100": "httpx, bare, told to keep 100 idle connections instead of 20",
    "generated": "the generated client alone",
    "httpcore": "httpcore, bare, with `json`",
    "httpx2": "httpx2, bare",
    "httpx-aiohttp": "httpx over aiohttp (httpx-aiohttp)",
    "aiohttp": "aiohttp, bare",
    "pybankid": "pybankid: its own order and collect",
    "auth0": "auth0-python: the request layer of its management client",
    "openai": "openai: its `post` and `get` for other calls",
    "stripe": "stripe: its `raw_request` for other calls",
}
_HTTP = ["httpx", "httpcore", "h11", "anyio", "attrs", "httpx2", "aiohttp", "httpx-aiohttp", "requests"]
_DISTRIBUTIONS = [*_HTTP, "pybankid", "auth0-python", "openai", "stripe"]


def page(found: Findings, of_sandbox: SandboxFindings, of_logins: LoginFindings) -> str:
    """The whole page, in Markdown."""
    return "\n".join(
        [
            *_introduction(found),
            *_bars(found),
            *_pictures(found, of_sandbox, of_logins),
            *_blocking(found),
            *_awaiting(found),
            *_starting(found),
            *_waiting(),
            *_HOW.splitlines(),
            "",
            *sandbox_section(of_sandbox),
            *login_section(of_logins),
            *_AGAIN.splitlines(),
        ]
    )


def bars_table(found: Findings) -> list[str]:
    """The table that says which bars are met."""
    return table(["what", "peers in this run", "bar", "facade", "met"], bars_rows(bars(found)))


def _introduction(found: Findings) -> list[str]:
    about = found.about
    known = ", ".join(f"{name} {about.versions[name]}" for name in _DISTRIBUTIONS if name in about.versions)
    return [
        "# Benchmarks",
        "",
        "Written by `make bench`; do not edit. What counts are ratios within one run: absolute numbers are this",
        "machine's, and it may have been busy with other things as well.",
        "",
        f"- {about.when:%Y-%m-%d %H:%M} UTC, {about.machine}, load average {about.load:.1f} when the run began",
        f"- CPython {about.python}, itsme-facade {about.versions['itsme-facade']}",
        f"- {known}",
        "",
    ]


def _bars(found: Findings) -> list[str]:
    return [
        "## The bars",
        "",
        "Ratios are medians over the rounds, with the smallest and the largest in brackets.",
        "",
        *bars_table(found),
    ]


def _pictures(found: Findings, of_sandbox: SandboxFindings, of_logins: LoginFindings) -> list[str]:
    pictures = [line for plot in plots(found, of_sandbox, of_logins) for line in (plot.markdown, "")]
    return [
        "## In pictures",
        "",
        "Medians over the rounds; a thin line goes from the smallest to the largest, a thick one is the bar to clear.",
        "Who re-sends has sent a read again in secret, which loses data that is given out once.",
        "",
        *pictures,
    ]


def _blocking(found: Findings) -> list[str]:
    return [
        "## Blocking calls",
        "",
        "One connection, one call after another: create a transaction, read its status, and again.",
        "",
        *table(
            ["client", "calls a second", "/ bare httpx", "a read sent again when a kept-alive connection drops?"],
            (
                [CONTENDERS[name], f"{median(calls):,.0f}", _ratio(found.sync.ratio(name), name), _drop(drop)]
                for (name, calls), drop in zip(found.sync.calls.items(), found.sync_drops.values(), strict=True)
            ),
        ),
    ]


def _awaiting(found: Findings) -> list[str]:
    return [
        "## Asynchronous calls",
        "",
        "On asyncio, so many create-and-status pairs in flight at once: calls a second, and beside them the ratio",
        "to bare httpx with the same number in flight.",
        "",
        *table(
            ["client", *(f"{number} in flight" for number in found.awaiting), "a read sent again when …?"],
            (
                [
                    CONTENDERS[name],
                    *(
                        f"{median(rates.calls[name]):,.0f}: {_ratio(rates.ratio(name), name)}"
                        for rates in found.awaiting.values()
                    ),
                    _drop(drop),
                ]
                for name, drop in found.async_drops.items()
            ),
        ),
    ]


def _starting(found: Findings) -> list[str]:
    starts = found.starts
    facade, httpx = starts.first_answer["facade"], starts.first_answer["httpx"]
    return [
        "## Starting",
        "",
        *table(
            ["import", "ms", "/ `import httpx`"],
            (
                [f"{name}", f"{median(times):.0f}", _ratio(Ratio.of(times, starts.imports["httpx"]), name)]
                for name, times in starts.imports.items()
            ),
        ),
        "Importing the facade does not import httpx; making the first client does. So the import alone flatters, and",
        "this is the rest:",
        "",
        *table(
            ["in a new process, ms", "facade", "bare httpx"],
            [
                ["first client, after the import", *_both(starts.first_client)],
                ["second client", *_both(starts.second_client)],
                ["from nothing to the first status answer", *_both(starts.first_answer)],
            ],
        ),
        f"To the first answer the facade takes {Ratio.of(facade, httpx)} times what bare httpx takes. The server is",
        f"plain http: `httpx.Client()` makes a TLS context all the same ({median(starts.tls_context):.0f} ms in this",
        "run), the facade makes one, for the whole process, at the first https call.",
        "",
    ]


def _waiting() -> list[str]:
    return [
        "## Waiting",
        "",
        f"How soon `wait` notices that a person has approved, and what that costs: {SAMPLES:,} simulated people whose",
        f"times are log-normal with a median of {MEDIAN:.0f} s and a 95th percentile of {NINETY_FIFTH:.0f} s. That is",
        "assumed; how long people take is published nowhere. Requests up to a time are the most that any jitter gives.",
        "",
        *table(
            [
                "asking",
                "noticed after, median",
                "95th percentile",
                f"requests up to {MEDIAN:.0f} s",
                f"up to {NINETY_FIFTH:.0f} s",
                "on average",
            ],
            (
                [
                    way.name,
                    f"{way.median_delay:.2f} s",
                    f"{way.ninety_fifth_delay:.2f} s",
                    str(way.requests_at_the_median),
                    str(way.requests_at_60_seconds),
                    f"{way.mean_requests:.1f}",
                ]
                for way in waiting_simulation()
            ),
        ),
    ]


def _both(times: dict[str, list[float]]) -> list[str]:
    return [f"{median(times[name]):.2f}" for name in ("facade", "httpx")]


def _ratio(ratio: Ratio, name: str) -> str:
    return "1" if name == "httpx" else str(ratio)


def _drop(drop: Drop) -> str:
    if drop.hidden:
        return f"**yes, in secret**: {drop.reads} reads on the wire, one answer"
    if drop.reads > 1:
        return f"its own code asks again and says so: `{drop.ended}`"
    return f"no: `{drop.ended}`"


_HOW = """\
## How the facade is measured

- Each client runs in a process of its own and keeps it for the whole run. In each round every client does its share,
  in one order and in the next round in the opposite one. A round's ratio is a client's calls a second over those of
  bare httpx in the same round.
- The server is a process of its own too: some lines over `asyncio.Protocol` that know just enough of HTTP, so that
  the time is the client's, not a server's. The answers are the contract's examples, each transaction has a token of
  its own, and what comes back is compared with the person it should be. Everything stays on the loopback interface.
- Before each share the connections are opened and garbage is collected, unmeasured. The clients' settings are their
  own defaults, but for httpcore's 100 connections (httpx's number).
- The facade does its full work. The bare clients check no argument, keep no raw bytes, and read nothing but JSON.
- pybankid speaks to another API, which asks by POST; its TLS set-up is left out. auth0-python has no public way to
  other calls, so the layer below its methods is used. The peers' own retries are on, as they are by default.
- Dropping connections: the server answers the create call, takes in the status read on the same connection, and closes
  it without an answer; when the read comes again it says success and has no more data, as is assumed of CM. Then it
  is counted how often the read came.
- Imports are timed within new processes, so starting Python is not in them, with compiled files in place, in an
  environment that has the runtime dependencies and the peers but no tools for development (httpx takes longer to
  import where it finds click and rich).
"""
_AGAIN = """\
## To repeat it

`make bench` makes environments for what is measured beside (`tests/bench/peers.txt`, `mocks.txt` and `npm/`) in
`build/bench`, takes some minutes, writes this page and fails when a bar is not met. `python -m tests.bench --quick`
measures the facade and bare httpx, the sandbox and bare Starlette only, the logins for a shorter time, and writes
nothing; `--only facade`, `--only sandbox` or `--only logins` leaves the others out, and writes nothing either.
"""
