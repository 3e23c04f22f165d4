"""Does a client send a status read again when a kept-alive connection drops, and does its caller get to know?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bench.processes import Process, process, url_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Drop:
    """How often the server got the read, and how it ended for the caller (see `worker.ending`)."""

    reads: int
    ended: str

    @property
    def hidden(self) -> bool:
        """Whether it was sent again behind the caller's back: for data that is given out once, the data is lost."""
        return self.reads > 1 and self.ended == "answer"

    def __str__(self) -> str:
        if self.hidden:
            return f"**yes, silently**: {self.reads} reads on the wire, one answer"
        if self.reads > 1:
            return f"no: its own code asks again and says so, `{self.ended}`"
        return f"no: `{self.ended}`"


def drops(python: Path, kind: str, names: Sequence[str]) -> dict[str, Drop]:
    """Has each contender read a status on a kept-alive connection that drops after it has taken the request in."""
    return {name: _drop(python, kind, name) for name in names}


def _drop(python: Path, kind: str, name: str) -> Drop:
    server = Process(python, "tests.bench.server", "--drop")
    with process(python, "tests.bench.worker", kind, name, url_of(server)) as worker:
        ended = worker.ask({"pairs": 0})
    return Drop(int(server.finish()), ended)
