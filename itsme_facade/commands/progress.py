"""Says what is going on to somebody who waits for longer than a second."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

from itsme_facade.commands.saying import note, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

_PATIENCE = 1.0
_REDRAWN_EVERY, _SAID_EVERY = 0.25, 30.0


@contextmanager
def progress(text: Callable[[], str], *, after: float = _PATIENCE) -> Generator[None]:
    """While its block runs: a line that moves on a terminal, a line now and then elsewhere. On standard error.

    Args:
        text: what to say; asked again and again, so that it may count down.
        after: seconds before anything is said.
    """
    over = Event()
    painter = Thread(target=_paint, args=(lambda: printable(text()), after, over), daemon=True)
    painter.start()
    try:
        yield
    finally:
        over.set()
        painter.join()


def _paint(text: Callable[[], str], after: float, over: Event) -> None:
    if over.wait(after):
        return
    if sys.stderr.isatty():
        try:
            from rich.console import Console
            from rich.live import Live
            from rich.spinner import Spinner
            from rich.text import Text
        except ModuleNotFoundError:
            pass
        else:
            spinner = Spinner("dots", Text(text()))
            # Standard output is left alone: what goes there is the result's business.
            with Live(spinner, console=Console(stderr=True), transient=True, redirect_stdout=False):
                while not over.wait(_REDRAWN_EVERY):
                    spinner.update(text=Text(text()))
            return
    note(text())
    while not over.wait(_SAID_EVERY):
        note(text())
