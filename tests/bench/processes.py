"""The bench's own processes: servers and workers, each ended by closing its standard input."""

from __future__ import annotations

import json
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

ROOT = Path(__file__).resolve().parent.parent.parent


class Process:
    """A module of the bench, running; it takes lines and gives lines."""

    def __init__(self, python: Path, module: str, *arguments: str) -> None:
        self._name = " ".join([module, *arguments])
        self._process = subprocess.Popen(
            [python, "-m", module, *arguments], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._stdin, self._stdout = self._process.stdin, self._process.stdout

    def line(self) -> Any:
        """The next line, decoded from JSON. Errors: RuntimeError when it has ended instead."""
        text = self._stdout.readline()
        if not text:
            raise RuntimeError(f"a process of the bench ended with {self._process.wait()}: {self._name}")
        return json.loads(text)

    def tell(self, order: Mapping[str, Any]) -> None:
        """Gives an order."""
        self._stdin.write(json.dumps(order) + "\n")
        self._stdin.flush()

    def ask(self, order: Mapping[str, Any]) -> Any:
        """Gives an order and returns what comes back."""
        self.tell(order)
        return self.line()

    def finish(self) -> str:
        """Lets it end by itself; returns the rest of what it printed."""
        try:
            rest, _ = self._process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise
        return rest


@contextmanager
def process(python: Path, module: str, *arguments: str) -> Generator[Process]:
    """A process for as long as the block lasts."""
    started = Process(python, module, *arguments)
    try:
        yield started
    finally:
        started.finish()


def url_of(server: Process) -> str:
    """The base URL of a server that has just been started."""
    return f"http://127.0.0.1:{server.line()}/itsme/v1"
