"""Runs the `itsme` command: as a program does, and as a person at a terminal does."""

import fcntl
import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

ITSME = [sys.executable, "-c", "from itsme_facade.cli import main; main()"]
EMMA, IGNORES = "+32470000023", "+32400000005"  # in the local sandbox: one approves at once, one does nothing
_PATIENCE = 40.0
_UNDER_WAY = frozenset({"Counting", "Sweeping"})
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def surroundings(env: dict[str, str] | None) -> dict[str, str]:
    """The environment of a command: nothing of itsme's but what is given, and no screen to open a browser on."""
    left_out = {"NO_COLOR", "DISPLAY", "WAYLAND_DISPLAY", "BROWSER"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ITSME_") and name not in left_out}
    return kept | {"TERM": "xterm-256color", "COLUMNS": "100"} | (env or {})


def itsme(
    *arguments: str, env: dict[str, str] | None = None, typed: str = "", cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs it with pipes, and returns what it printed."""
    return subprocess.run(
        [*ITSME, *arguments],
        env=surroundings(env),
        cwd=cwd,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@contextmanager
def running(*arguments: str, env: dict[str, str] | None = None, cwd: Path | None = None) -> Generator[Any]:
    """Starts it with pipes; what is still running at the end of the block is killed."""
    pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen([*ITSME, *arguments], env=surroundings(env), cwd=cwd, text=True, **pipes) as process:
        try:
            yield process
        finally:
            process.kill()


def read_address(process: Any) -> str:
    """The address that a running login asks to be opened."""
    assert process.stderr.readline() == "Open this address in a browser:\n"
    return str(process.stderr.readline().strip())


class Terminal:
    """The command at a terminal of its own: what is seen there, and what is typed, Ctrl-C included."""

    def __init__(self, *arguments: str, env: dict[str, str] | None = None, cwd: Path | None = None) -> None:
        self._mine, theirs = pty.openpty()
        self.seen = ""

        def take_terminal() -> None:
            fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)

        shared: dict[str, Any] = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
        self.process = subprocess.Popen(
            [*ITSME, *arguments],
            env=surroundings(env),
            cwd=cwd,
            start_new_session=True,
            preexec_fn=take_terminal,  # noqa: PLW1509 - nothing else runs here yet
            **shared,
        )
        os.close(theirs)

    def type(self, text: str) -> None:
        """Types; "\x03" is Ctrl-C."""
        os.write(self._mine, text.encode())

    def see(self, text: str) -> str:
        """Waits until something is on the screen, and returns all that has been so far, without colours."""
        until = time.monotonic() + _PATIENCE
        while text not in self.plain:
            assert time.monotonic() < until, self.plain
            assert self._read(), self.plain
        return self.plain

    def end(self) -> tuple[int, str]:
        """Waits for the command's end; returns how it ended and all that was on the screen."""
        until = time.monotonic() + _PATIENCE
        while self._read():
            assert time.monotonic() < until, self.plain
        return self.process.wait(timeout=_PATIENCE), self.seen

    @property
    def plain(self) -> str:
        """What has been on the screen, without colours and movements."""
        return _ESCAPES.sub("", self.seen).replace("\r", "")

    def _read(self) -> bool:
        if not select.select([self._mine], [], [], 0.2)[0]:
            return True
        with suppress(OSError):  # the terminal's end, on Linux
            if piece := os.read(self._mine, 65_536):
                self.seen += piece.decode("utf-8", "replace")
                return True
        return False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._mine)


def at_a_terminal(
    *arguments: str, env: dict[str, str] | None = None, typed: str = "", cwd: Path | None = None
) -> tuple[int, str]:
    """Runs it at a terminal, types, and returns how it ended and all that was seen."""
    with Terminal(*arguments, env=env, cwd=cwd) as terminal:
        terminal.type(typed)
        return terminal.end()


def said_beside(ended: subprocess.CompletedProcess[str]) -> list[str]:
    """The lines on standard error, without what a command says of itself when a busy machine takes long."""
    return [line for line in ended.stderr.splitlines() if line not in _UNDER_WAY]


def two_lines(ended: subprocess.CompletedProcess[str], code: int = 2) -> tuple[str, str]:
    """What is wrong and what to do, of a command that printed these and nothing else."""
    assert ended.returncode == code, ended.stdout + ended.stderr
    assert ended.stdout == ""
    wrong, advice = said_beside(ended)
    assert wrong.startswith("itsme: ")
    assert advice.startswith("  ")
    return wrong.removeprefix("itsme: "), advice.strip()
