"""Runs a program of this repository to its end."""

import os
import subprocess
import sys
from pathlib import Path

TOOLS = Path(sys.executable).parent  # of the environment that runs the tests: ruff, node, lint-imports


def run(
    *command: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Returns what it printed and how it ended, whatever that was; `env` is added to this one."""
    path = f"{TOOLS}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, "PATH": path, **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def python(
    *arguments: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """The same with the Python that runs the tests."""
    return run(sys.executable, *arguments, cwd=cwd, env=env)
