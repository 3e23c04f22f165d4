"""`python -m tests.bench` measures and writes docs/benchmarks.md. It fails when a bar is not met."""

from __future__ import annotations

import argparse
import sys

from tests.bench import measuring
from tests.bench.bars import bars
from tests.bench.environment import prepared, prepared_for_mocks
from tests.bench.page import bars_table, page
from tests.bench.processes import ROOT
from tests.bench.sandbox import measuring as sandbox_measuring
from tests.bench.sandbox.bars import sandbox_bars
from tests.bench.sandbox.page import sandbox_bars_table


def main() -> int:
    """Returns 0 when every bar is met, else 1; the page is written either way, if everything was measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only ours and what the bars compare it with; no page")
    parser.add_argument("--only", choices=["facade", "sandbox"], help="only this half; no page")
    chosen = parser.parse_args()
    facade = sandbox = None
    if chosen.only != "sandbox":
        facade = measuring.measure(measuring.QUICK if chosen.quick else measuring.FULL, prepared())
    if chosen.only != "facade":
        plan = sandbox_measuring.QUICK if chosen.quick else sandbox_measuring.FULL
        sandbox = sandbox_measuring.measure_sandbox(plan, prepared_for_mocks())
    if facade and sandbox and not chosen.quick:
        (ROOT / "docs" / "benchmarks.md").write_text(page(facade, sandbox), "utf-8")
    lines = [*(bars_table(facade) if facade else []), *(sandbox_bars_table(sandbox) if sandbox else [])]
    print("\n".join(lines))
    judged = [*(bars(facade) if facade else []), *(sandbox_bars(sandbox) if sandbox else [])]
    return 0 if all(bar.met for bar in judged) else 1


if __name__ == "__main__":
    sys.exit(main())
