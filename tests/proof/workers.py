"""Worker processes of an application: each has a flow of its own, and does what it is told through a pipe.

They are forked from a clean server process, so that one more costs a few hundredths of a second.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from attrs import evolve, frozen

from tests.proof import django_project
from tests.proof.application import serve

if TYPE_CHECKING:
    from collections.abc import Callable

    from itsme_facade.store import Lives

PATIENCE = 60.0  # seconds; longer than anything here takes on a busy machine
_CONTEXT = multiprocessing.get_context("forkserver")
# What a worker would import when it first needs it is imported once, where all of them come from.
_CONTEXT.set_forkserver_preload(
    [
        "__main__",
        "tests.proof.workers",
        "itsme_facade.store.sql",
        "itsme_facade.store.redis_store",
        "sqlalchemy.dialects.sqlite.pysqlite",
        "sqlalchemy.dialects.postgresql.psycopg",
        "cryptography.fernet",
        "limits.strategies",
        "opentelemetry.trace",
        "psycopg",
        "itsme_facade.wire.pool",
        "itsme_facade.wire.through",
        "cm_itsme_client.api.transactions.get_status",
        "cm_itsme_client.api.transactions.create_transaction",
        "httpcore",
        "trio",  # because httpcore looks for it
        *django_project.PRELOAD,
    ]
)
_BOOKS = threading.Lock()
"""A process that starts also looks after those that have ended; two threads that do so at once confuse it."""


def run(function: Callable[[str], None], argument: str) -> None:
    """Has a process of its own do one thing, and waits until it has."""
    process = _CONTEXT.Process(target=function, args=(argument,), daemon=True)
    with _BOOKS:
        process.start()
        process.join(PATIENCE)
    assert process.exitcode == 0, process.exitcode
    process.close()


@frozen(kw_only=True)
class Setup:
    """What every worker of one application is started with.

    Args:
        url: where the store is.
        prefix: the application's prefix there.
        base_url: where the sandbox is.
        token: the sandbox's API token.
        key: what is sealed with.
        folder: where this application's files are: what it was given, its events, its log, its spool.
        read_lease: seconds.
        delivery_lease: seconds.
        lives: how long things are kept; None: as ever.
        clock_ahead: seconds that this worker's own clock is ahead.
        limits: where starts are counted; None: they are not.
        log: whether everything is logged, into a file.
        trace: whether spans are written, into a file.
    """

    url: str
    prefix: str
    base_url: str
    token: str
    key: str
    folder: Path
    read_lease: float = 10.0
    delivery_lease: float = 30.0
    lives: Lives | None = None
    clock_ahead: float = 0.0
    limits: str | None = None
    log: bool = False
    trace: bool = False

    @property
    def spool(self) -> Path:
        """The spool's folder."""
        return self.folder / "spool"


class Raised(Exception):
    """What a worker's flow raised: the name of its type, and its text."""


class Gone(EOFError):
    """The worker had been killed before it was told anything."""


class Worker:
    """One worker process, seen from the test."""

    def __init__(self, setup: Setup, **differing: Any) -> None:
        self._mine, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=serve, args=(evolve(setup, **differing), theirs), daemon=True)
        with _BOOKS:
            self._process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process.pid is not None
        return self._process.pid

    def ask(self, name: str, /, **arguments: Any) -> Any:
        """Has it do something, and returns what came of it.

        Raises:
            Raised: it raised.
            EOFError: it was killed meanwhile.
        """
        self.tell(name, **arguments)
        return self.answer()

    def tell(self, name: str, /, **arguments: Any) -> None:
        """Has it begin to do something.

        Raises:
            Gone: it had been killed.
        """
        try:
            self._mine.send((name, arguments))
        except BrokenPipeError:
            raise Gone from None

    def answer(self, patience: float = PATIENCE) -> Any:
        """What came of what it was told."""
        if not self._mine.poll(patience):
            raise TimeoutError(f"the worker did not answer within {patience} seconds")
        try:
            how, value = self._mine.recv()
        except ConnectionResetError:
            raise EOFError("the worker was killed") from None
        if how == "raised":
            raise Raised(*value)
        if how == "paused":
            raise AssertionError(f"the worker waits at {value}")
        return value

    def until_paused(self, point: str) -> None:
        """Waits until it says that it has reached the point."""
        assert self._mine.poll(PATIENCE)
        heard = self._mine.recv()
        assert heard == ("paused", point), heard

    def has_answered(self) -> bool:
        """Whether there is something to hear."""
        return self._mine.poll(0)

    def dies_at(self, point: str) -> None:
        """It will be killed when it reaches the point."""
        self.ask("arm", point=point, what="kill")

    def pauses_at(self, point: str) -> None:
        """It will say so, and wait for `go_on`, when it reaches the point."""
        self.ask("arm", point=point, what="pause")

    def go_on(self, then: str = "", full_disk: int = 0) -> None:
        """Ends a pause. It will be killed at the point `then`, or find a full disk, if one of them is given."""
        self._mine.send((then, full_disk))

    def until_dead(self) -> None:
        """Waits until the kill has come, and makes sure that it was one."""
        with _BOOKS:
            self._process.join(PATIENCE)
        assert self._process.exitcode == -signal.SIGKILL, self._process.exitcode

    def until_stopped(self) -> None:
        """Waits until it has stopped itself."""
        end = time.monotonic() + PATIENCE
        while Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "T":
            assert time.monotonic() < end
            time.sleep(0.01)

    def kill(self) -> None:
        """Kills it, whatever it does."""
        self._process.kill()

    def signal(self, number: signal.Signals) -> None:
        """Sends it a signal."""
        os.kill(self.pid, number)

    def close(self) -> None:
        """Ends it."""
        if self._mine.closed:
            return
        self._mine.close()
        with _BOOKS:
            self._process.kill()
            self._process.join(PATIENCE)
            self._process.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
