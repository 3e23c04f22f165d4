"""What is mutated, by which tests, and where: all that mutmut is told."""

import json
import shutil
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent.parent
WORK: Final = ROOT / "build" / "mutants"
"""A copy of the tree, so that mutants never stand where somebody works. Kept, so that a next run goes on."""

MUTATED: Final = (
    "itsme_facade/flow/*.py",
    "itsme_facade/store/phases.py",
    "itsme_facade/store/steps.py",
    "itsme_facade/store/record.py",
    "itsme_facade/store/base.py",
    "itsme_facade/store/memory.py",
    "itsme_facade/store/sealing.py",
    "itsme_facade/store/spool.py",
    "itsme_facade/store/opening.py",
    "itsme_facade/answers.py",
    "itsme_facade/reading.py",
    "itsme_facade/dates.py",
)
TESTS: Final = (
    "tests/flow",
    "tests/facade",
    "tests/store/test_changed.py",
    "tests/store/test_every_store_keeps.py",
    "tests/store/test_every_store_steps.py",
    "tests/store/test_every_store_ends.py",
    "tests/store/test_steps_by_hand.py",
    "tests/store/test_memory.py",
    "tests/store/test_opening.py",
    "tests/store/test_phases.py",
    "tests/store/test_what_a_step_changes.py",
    "tests/store/test_sealing.py",
    "tests/store/test_spool.py",
    "tests/store/test_spool_disks.py",
    "tests/store/test_spool_leftovers.py",
)
IN_MEMORY: Final = (
    "(not asyncio-memory or at_once or whole_logins or told_of or test_accounts or test_options)"
    " and not trio-memory and not sqlite and not postgres and not valkey and not machine"
)
"""No engine, and one side of the flow but where the other is what is tested."""
ARGUMENTS: Final = ("-p", "no:cacheprovider", "--timeout", "60", "--hypothesis-seed", "0", "-k", IN_MEMORY)

_COPIED = ("itsme_facade", "generated", "openapi", "tests", "README.md", "pyproject.toml")


def configuration() -> str:
    """mutmut's part of the copy's pyproject.toml."""
    settings: dict[str, object] = {
        "source_paths": ["itsme_facade"],
        "only_mutate": [*MUTATED],
        "also_copy": ["generated", "openapi", "README.md"],
        "pytest_add_cli_args": [*ARGUMENTS],
        "pytest_add_cli_args_test_selection": [path for path in TESTS if (ROOT / path).exists()],
        "track_dependencies": False,
        "use_git_change_detection": False,
        "use_setproctitle": False,
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]  # JSON of these is TOML too
    return "\n".join(["", "[tool.mutmut]", *lines, ""])


def copy_tree() -> None:
    """Brings the copy to what the tree is now; what mutmut knows of files that have not changed stays."""
    WORK.mkdir(parents=True, exist_ok=True)
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    for name in _COPIED:
        source, target = ROOT / name, WORK / name
        if source.is_dir():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target, ignore=ignored)  # with the times, by which mutmut sees what has changed
        else:
            shutil.copy2(source, target)
    with (WORK / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(configuration())
    # mutmut puts this folder on the path before it fills it, and Python remembers that nothing was in it.
    shutil.copytree(ROOT / "tests", WORK / "mutants" / "tests", ignore=ignored, dirs_exist_ok=True)
