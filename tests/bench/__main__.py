"""`python -m tests.bench` measures and writes docs/benchmarks.md with its pictures. It fails when a bar is not met."""

from __future__ import annotations

import argparse
import sys

from tests.bench import measuring
from tests.bench.bars import bars
from tests.bench.drawing import write_plots
from tests.bench.environment import prepared, prepared_for_logins, prepared_for_mocks
from tests.bench.logins import measuring as login_measuring
from tests.bench.logins.bars import login_bars
from tests.bench.logins.page import login_bars_table
from tests.bench.page import bars_table, page
from tests.bench.plots import FOLDER, plots
from tests.bench.processes import ROOT
from tests.bench.sandbox import measuring as sandbox_measuring
from tests.bench.sandbox.bars import sandbox_bars
from tests.bench.sandbox.page import sandbox_bars_table


def main() -> int:
    """Returns 0 when every bar is met, else 1; the page is written either way, if everything was measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only ours and what the bars compare it with; no page")
    parser.add_argument("--only", choices=["facade", "sandbox", "logins"], help="only this part; no page")
    chosen = parser.parse_args()
    parts = [chosen.only] if chosen.only else ["facade", "sandbox", "logins"]
    facade = sandbox = logins = None
    if "facade" in parts:
        facade = measuring.measure(measuring.QUICK if chosen.quick else measuring.FULL, prepared())
    if "sandbox" in parts:
        sandbox_plan = sandbox_measuring.QUICK if chosen.quick else sandbox_measuring.FULL
        sandbox = sandbox_measuring.measure_sandbox(sandbox_plan, prepared_for_mocks())
    if "logins" in parts:
        login_plan = login_measuring.QUICK if chosen.quick else login_measuring.FULL
        logins = login_measuring.measure_logins(login_plan, prepared_for_logins())
    if facade and sandbox and logins and not chosen.quick:
        (ROOT / "docs" / "benchmarks.md").write_text(page(facade, sandbox, logins), "utf-8")
        write_plots(ROOT / "docs" / FOLDER, plots(facade, sandbox, logins))
    lines = [
        *(bars_table(facade) if facade else []),
        *(sandbox_bars_table(sandbox) if sandbox else []),
        *(login_bars_table(logins) if logins else []),
    ]
    print("\n".join(lines))
    judged = [
        *(bars(facade) if facade else []),
        *(sandbox_bars(sandbox) if sandbox else []),
        *(login_bars(logins) if logins else []),
    ]
    return 0 if all(bar.met for bar in judged) else 1


if __name__ == "__main__":
    sys.exit(main())
