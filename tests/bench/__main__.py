"""`python -m tests.bench` measures and writes docs/benchmarks.md. It fails when a bar is not met."""

from __future__ import annotations

import argparse
import sys

from tests.bench.bars import bars
from tests.bench.environment import prepared
from tests.bench.measuring import FULL, QUICK, measure
from tests.bench.page import bars_table, page
from tests.bench.processes import ROOT


def main() -> int:
    """Returns 0 when every bar is met, else 1; the page is written either way."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only the facade and httpx, half a minute, no page")
    is_quick: bool = parser.parse_args().quick
    found = measure(QUICK if is_quick else FULL, prepared())
    if not is_quick:
        (ROOT / "docs" / "benchmarks.md").write_text(page(found), "utf-8")
    print("\n".join(bars_table(found)))
    return 0 if all(bar.met for bar in bars(found)) else 1


if __name__ == "__main__":
    sys.exit(main())
