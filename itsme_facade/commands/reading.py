"""Reads of a status that Ctrl-C does not cut off: an answer that carries a person's data is given out once."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Generic, TypeVar

import click

from itsme_facade.commands.progress import progress
from itsme_facade.commands.saying import Interrupted, note

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

_T = TypeVar("_T")


class Reading(Generic[_T]):
    """Something that asks CM, in a thread of its own.

    Args:
        ask: does it.
        told_to_end: hears of the first Ctrl-C; a read that is under way is finished all the same.
    """

    def __init__(self, ask: Callable[[], _T], told_to_end: Callable[[], None] | None = None) -> None:
        self._ask = ask
        self._told_to_end = told_to_end
        self._over = Event()
        self._came: list[_T] = []
        self._error: BaseException | None = None
        self.interrupted = False

    def result(self, text: Callable[[], str], *, after: float = 1.0) -> _T:
        """Does it, and returns what came of it, or raises what it raised. `interrupted` tells of a Ctrl-C.

        Args:
            text: what to say to somebody who waits.
            after: seconds before it is said.

        Raises:
            Interrupted: Ctrl-C was pressed again.
        """
        try:
            with progress(text, after=after):
                Thread(target=self._run, daemon=True).start()
                self._wait()
        except KeyboardInterrupt:
            self.interrupted = True
            if self._told_to_end is not None:
                self._told_to_end()
            self._finish()
        if self._error is not None:
            raise self._error
        return self._came[0]

    def _finish(self) -> None:
        if self._over.wait(0.2):  # nothing was under way
            return
        note("\nFinishing the read that is under way, so that nothing is lost. Ctrl-C again cuts it off.")
        try:
            self._wait()
        except KeyboardInterrupt:
            raise Interrupted(
                "Stopped in the middle of a read: if the person had approved, their data may have gone out on it.",
                "It is not given out twice. Let the person go through itsme again.",
            ) from None

    def _wait(self) -> None:
        while not self._over.wait(0.5):  # in slices, because on Windows Ctrl-C does not interrupt a long one
            pass

    def _run(self) -> None:
        try:
            self._came.append(self._ask())
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            self._error = error
        finally:
            self._over.set()


@contextmanager
def nothing_read_yet() -> Generator[None]:
    """Tells of a Ctrl-C in its block that no harm was done."""
    try:
        yield
    except (KeyboardInterrupt, click.Abort):
        raise Interrupted("Stopped. Nothing was consumed: no status was read.", "") from None
