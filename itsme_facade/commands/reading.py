"""Reads of a status that Ctrl-C does not cut off: an answer that carries a person's data is given out once."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Generic, TypeVar

import click

from itsme_facade.commands.progress import progress
from itsme_facade.commands.saying import Interrupted, note

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import FrameType

_T = TypeVar("_T")
_FINISHING = "Finishing the read"


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
        self._presses = 0

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C was pressed meanwhile."""
        return self._presses > 0

    def result(self, text: Callable[[], str], *, after: float = 1.0) -> _T:
        """Does it, and returns what came of it, or raises what it raised.

        Args:
            text: what to say to somebody who waits.
            after: seconds before it is said.

        Raises:
            Interrupted: Ctrl-C was pressed again.
        """
        # A handler, because KeyboardInterrupt could come between any two lines here.
        before = signal.signal(signal.SIGINT, self._pressed)
        try:
            with progress(lambda: _FINISHING if self.interrupted else text(), after=after):
                Thread(target=self._run, daemon=True).start()
                self._wait()
        finally:
            signal.signal(signal.SIGINT, before)
        if self._error is not None:
            raise self._error
        return self._came[0]

    def _pressed(self, _number: int, _frame: FrameType | None) -> None:
        self._presses += 1

    def _wait(self) -> None:
        told = False
        while not self._over.wait(0.1):
            if self.interrupted and not told:
                told = True
                if self._told_to_end is not None:
                    self._told_to_end()
                if not self._over.wait(0.2):
                    note("Finishing the read that is under way, so that nothing is lost. Ctrl-C again cuts it off.")
            elif self._presses > 1:
                raise Interrupted(
                    "Stopped in the middle of a read: if the person had approved, their data may have gone out on it.",
                    "It is not given out twice. Let the person go through itsme again.",
                )

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
