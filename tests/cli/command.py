"""Runs the `itsme` command: as a program does, and as a person at a terminal does."""

import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

ITSME = [sys.executable, "-c", "from itsme_facade.cli import main; main()"]


def _surroundings(env: dict[str, str] | None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ITSME_") and name != "NO_COLOR"}
    return kept | {"TERM": "xterm-256color", "COLUMNS": "100"} | (env or {})


def itsme(
    *arguments: str, env: dict[str, str] | None = None, typed: str = "", cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs it with pipes, and returns what it printed."""
    return subprocess.run(
        [*ITSME, *arguments],
        env=_surroundings(env),
        cwd=cwd,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def at_a_terminal(*arguments: str, env: dict[str, str] | None = None, typed: str = "") -> tuple[int, str]:
    """Runs it at a terminal, types, and returns how it ended and all that was seen."""
    mine, theirs = pty.openpty()
    shared: dict[str, Any] = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
    with subprocess.Popen([*ITSME, *arguments], env=_surroundings(env), **shared) as process:
        os.close(theirs)
        os.write(mine, typed.encode())
        seen = b""
        with suppress(OSError):  # the terminal's end, on Linux
            while piece := os.read(mine, 65_536):
                seen += piece
        os.close(mine)
        code = process.wait(timeout=60)
    return code, seen.decode()


def two_lines(ended: subprocess.CompletedProcess[str], code: int = 2) -> tuple[str, str]:
    """What is wrong and what to do, of a command that printed these and nothing else."""
    assert ended.returncode == code, ended.stdout + ended.stderr
    assert ended.stdout == ""
    wrong, advice = ended.stderr.splitlines()
    assert wrong.startswith("itsme: ")
    assert advice.startswith("  ")
    return wrong.removeprefix("itsme: "), advice.strip()
