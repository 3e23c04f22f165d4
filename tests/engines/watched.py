"""Servers that end with the test run, even when the run is killed."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Its standard input ends when the process that started it is gone, however that came about.
_WATCH = """
import os, shutil, signal, sys
from pathlib import Path

sys.stdin.read()
folder, pid_file = Path(sys.argv[1]), Path(sys.argv[2])
try:
    os.kill(int(pid_file.read_text().split()[0]), signal.SIGQUIT)
except (OSError, ValueError, IndexError):
    pass
shutil.rmtree(folder, ignore_errors=True)
"""


class Watched:
    """Ends the server that `pid_file` names, and removes its folder, as soon as this process is gone or says so.

    Args:
        folder: everything that the server writes.
        pid_file: where the server notes its process id, and erases it when it ends by itself.
    """

    def __init__(self, folder: Path, pid_file: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _WATCH, str(folder), str(pid_file)],
            stdin=subprocess.PIPE,
            start_new_session=True,  # an interrupt at the keyboard is not for it
        )

    def over(self) -> None:
        """The server has ended: removes its folder."""
        self._process.communicate()
