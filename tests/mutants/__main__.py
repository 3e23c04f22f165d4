"""`python -m tests.mutants` makes thousands of small mistakes in a copy of the code, one at a time, and counts those
that no test finds. It fails when one of them is not listed in survivors.toml, or too many survive.

The mistakes are mutmut's, in the bodies and defaults of functions; which of them are set aside is written in
`aside.py`. A second run goes on where the first stopped, and tries what survived again.
"""

import argparse
import json
import os
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

from tests.mutants.mutant import NO_TESTS, SURVIVED, mutants
from tests.mutants.places import WORK, copy_tree
from tests.mutants.report import table, wrongs
from tests.mutants.survivors import known_survivors

_SET_ASIDE = 34
"""mutmut's own word for a mutant that is not to be tried."""
_FIRST = "itsme_facade.dates.*"


def main() -> int:
    """Returns 0 when every survivor is listed and they are few, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("names", nargs="*", help="only these, anew: 'itsme_facade.store.phases.*'")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many at a time (default: the cores)")
    parser.add_argument("--report", action="store_true", help="only say how the last run ended")
    chosen = parser.parse_args()
    if not chosen.report:
        copy_tree()
        _mutmut([_FIRST], chosen.jobs)  # makes them all, and learns which test runs which function
        _prepare()
        _mutmut(_wanted(chosen.names), chosen.jobs)
    found = list(mutants(WORK))
    wrong = list(wrongs(found, known_survivors(), all_wanted=not chosen.names))
    sys.stdout.writelines(f"{line}\n" for line in [*table(found), *wrong])
    return 1 if wrong else 0


def _prepare() -> None:
    """Sets aside what need not be tried, and has what survived the last time tried again."""
    aside = {mutant.name for mutant in mutants(WORK) if mutant.aside}
    for path in (WORK / "mutants").rglob("*.py.meta"):
        meta = json.loads(path.read_text("utf-8"))
        meta["exit_code_by_key"] = {
            name: _SET_ASIDE if name in aside else None if code in (SURVIVED, NO_TESTS, _SET_ASIDE) else code
            for name, code in meta["exit_code_by_key"].items()
        }
        path.write_text(json.dumps(meta), "utf-8")


def _wanted(patterns: list[str]) -> list[str]:
    """The mutants that patterns name, but for those that are set aside; all of them is said by naming none."""
    return [
        mutant.name
        for mutant in mutants(WORK)
        if not mutant.aside and any(fnmatch(mutant.name, pattern) for pattern in patterns)
    ]


def _mutmut(names: list[str], jobs: int) -> None:
    """Has it try some, or all that were not tried yet. What it prints is for people who look on."""
    copied = [WORK / "mutants", WORK / "mutants" / "generated"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, copied))}
    # Not `python -m`, which would put the copy itself on the path, before its mutants.
    command = [str(Path(sys.executable).with_name("mutmut")), "run", "--max-children", str(jobs), *names]
    ended = subprocess.run(command, cwd=WORK, env=environment, check=False)
    if ended.returncode:
        sys.exit(f"mutmut could not try them, and ended with {ended.returncode}: see above")


if __name__ == "__main__":
    sys.exit(main())
