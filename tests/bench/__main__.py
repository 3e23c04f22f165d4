"""`python -m tests.bench` measures and writes docs/benchmarks.md; `--quick` only prints, in half a minute."""

from __future__ import annotations

import argparse
from statistics import median

from tests.bench.environment import prepared
from tests.bench.imports import client_times, import_times
from tests.bench.rounds import Load, Ratio, compete


def quick() -> None:
    python = prepared()
    sync = compete(python, "sync", ["httpx", "facade"], [Load(15, 150)])
    print("sync", sync[0].ratio("facade"), {n: round(median(c)) for n, c in sync[0].calls.items()}, flush=True)
    loads = [Load(10, 150), Load(6, 100, 10), Load(5, 100, 100)]
    for load, rates in zip(loads, compete(python, "async", ["httpx", "facade"], loads), strict=True):
        print(load.in_flight, rates.ratio("facade"), {n: round(median(c)) for n, c in rates.calls.items()}, flush=True)
    times = import_times(python, ["httpx", "facade"], 7)
    print("import", Ratio.of(times["facade"], times["httpx"]))
    clients = client_times(python, 5)
    for name, (first, second) in clients.items():
        print(name, f"first {median(first):.2f} ms, second {median(second):.2f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.parse_args()
    quick()


if __name__ == "__main__":
    main()
