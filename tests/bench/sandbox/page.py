"""The section of docs/benchmarks.md about the local sandbox."""

from __future__ import annotations

from statistics import fmean, median
from typing import TYPE_CHECKING

from tests.bench.rounds import Ratio
from tests.bench.sandbox.bars import BASELINE, connections_of, sandbox_bars
from tests.bench.sandbox.mocks import MOCKS
from tests.bench.tables import bars_rows, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.bench.sandbox.in_process import InProcess
    from tests.bench.sandbox.measuring import SandboxFindings

_DISTRIBUTIONS = ["starlette", "uvicorn", "h11", "httptools", "uvloop", "oidc-provider-mock", "moto"]
_OF_NODE = ["Node", "@stoplight/prism-cli", "@mockoon/cli"]


def sandbox_section(found: SandboxFindings) -> list[str]:
    """Its bars, its tables, and how they were measured."""
    known = [f"{name} {found.versions[name]}" for name in [*_DISTRIBUTIONS, *_OF_NODE] if name in found.versions]
    return [
        "## The local sandbox",
        "",
        "`itsme sandbox` beside the mock servers that people would use otherwise, and beside bare Starlette on",
        "uvicorn, which is what it is made of.",
        "",
        f"- {', '.join(known)}",
        "",
        *sandbox_bars_table(found),
        *_serving(found),
        *_in_process(found),
        *_memory(found),
        *_HOW.splitlines(),
        "",
    ]


def sandbox_bars_table(found: SandboxFindings) -> list[str]:
    """The table that says which bars are met."""
    return table(["what", "peers in this run", "bar", "sandbox", "met"], bars_rows(sandbox_bars(found)))


def _serving(found: SandboxFindings) -> list[str]:
    connections = list(found.under_load)
    return [
        "### Servers",
        "",
        "Calls a second on one core, and beside them the ratio to bare Starlette over as many connections; the",
        f"processor time of a call over {connections[-1]} connections, which depends less on what else is going on;",
        "the time from the command to the first answer; the memory in use after it.",
        "",
        *table(
            ["server, and its pair of calls", *map(connections_of, connections), "a call", "first answer", "memory"],
            (
                [
                    MOCKS[name].told,
                    *(f"{median(found.under_load[n].calls[name]):,.0f}: {_ratio(found, n, name)}" for n in connections),
                    _processor(found.under_load[connections[-1]].processor[name]),
                    f"{median(found.first_answer[name]):.2f} s",
                    f"{median(found.memory_at_start[name]):.0f} MiB",
                ]
                for name in found.first_answer
            ),
        ),
        f"The load generator was busy for at most {_busiest(found):.0%} of any share, so it is the servers that set",
        "these numbers.",
        "",
    ]


def _in_process(found: SandboxFindings) -> list[str]:
    return [
        "### In a test's own process",
        "",
        "Milliseconds, in a new process each time, after importing.",
        "",
        *table(
            ["server in a thread", "start to first answer", "stop", "as new again"],
            (
                [_WITHIN[name], *(_middle(rounds, what) for what in ("start", "stop", "reset"))]
                for name, rounds in found.in_process.items()
            ),
        ),
    ]


def _memory(found: SandboxFindings) -> list[str]:
    memory = found.memory
    after = ", ".join(f"{mib:.1f}" for mib in memory.after)
    return [
        "### Memory over time",
        "",
        f"The sandbox had {memory.before:.1f} MiB in use before {memory.batch:,} transactions were created, approved",
        f"and read. After each of {len(memory.after)} such batches, with the clock moved beyond the retention in",
        f"between, it had {after} MiB.",
        "",
    ]


def _ratio(found: SandboxFindings, connections: int, name: str) -> str:
    calls = found.under_load[connections].calls
    return "1" if name == BASELINE else str(Ratio.of(calls[name], calls[BASELINE]))


def _busiest(found: SandboxFindings) -> float:
    return max(part for under in found.under_load.values() for parts in under.busy.values() for part in parts)


def _processor(microseconds: Sequence[float]) -> str:
    # The mean, because the system counts in steps of some milliseconds.
    return f"{fmean(microseconds):.0f} µs" if microseconds else "not measured"


def _middle(rounds: Sequence[InProcess], what: str) -> str:
    times = [getattr(each, what) for each in rounds]
    return "there is none" if None in times else f"{median(times):.2f} ({min(times):.2f} to {max(times):.2f})"


_WITHIN = {
    "sandbox": "**`Sandbox()`**; its `reset` after 100 transactions",
    "uvicorn": "bare Starlette on uvicorn, its `Server.run` in a thread",
    "moto": "moto's `ThreadedMotoServer`; its reset call after 100 objects",
    "oidc-provider-mock": "oidc-provider-mock's `run_server_in_thread`",
}

_HOW = """\
### How the sandbox is measured

- All servers run at once, each in a process of its own, and are kept to one core; the load generator, a process too,
  to another, where the system can do that. In each round every server gets a tenth of a second of load, in one order
  and in the next round in the opposite one. A round's ratio is a server's calls a second over those of bare Starlette
  in the same round. The bars are judged by the median of many such rounds, because whatever else runs on a core slows
  down single ones a lot.
- The load generator writes requests that are ready to be sent to plain sockets. Its connections stay open, but for
  moto's, which closes them after each answer. What comes back is compared with what it should be.
- The sandbox does its full work: the request is checked field by field, a person with a phone is asked and approves,
  the transaction has a timeline, a lifetime and a retention, and its data goes out once. Finished transactions pile up
  during the run. Bare Starlette parses the JSON, keeps a random token in a dict, and gives the data out once; it has
  the same parser and event loop as the sandbox. The row with those in C shows what the same lines do where the extra
  packages are installed; oidc-provider-mock uses them too.
- The mocks do different things, and most of them less: the pair that comes nearest was taken. Prism is told not to log;
  Mockoon is told not to log to a file and has no admin API; else everything is as it comes.
- From command to first answer: started without a core of its own, and asked every 2 ms until it answers. The first
  request is the create call, for moto a bucket, for oidc-provider-mock its configuration. One start beforehand, which
  does not count, brings the files into the disk's cache.
- Memory is the resident set of the server's process.
"""
