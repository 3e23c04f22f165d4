"""Asks how a login ended: at once when the browser is back, and now and then until it is."""

from __future__ import annotations

import time
from random import Random
from threading import Event
from typing import TYPE_CHECKING

from itsme_facade.errors import NotConnected, ReadInterrupted, RequestRefused, ServerFailed, TimedOut
from itsme_facade.retry_after import retry_after
from itsme_facade.waiting import Schedule

if TYPE_CHECKING:
    from itsme_facade.client import Itsme
    from itsme_facade.errors import ItsmeError
    from itsme_facade.results import Result
    from itsme_facade.started import Started


class Polling:
    """What `Itsme.wait` does, with an ear for the browser's return.

    Args:
        itsme: the client.
        started: the transaction.
        seconds: how long to go on. A read that is under way by then is finished.
    """

    def __init__(self, itsme: Itsme, started: Started, seconds: float) -> None:
        self._itsme, self._started = itsme, started
        self._until = time.monotonic() + seconds
        self._woken, self._back = Event(), Event()
        self._ended = False
        self.trouble: ItsmeError | None = None
        self.in_doubt = False
        """Whether data may have gone out on a read whose answer did not come: nothing has said otherwise since."""

    def came_back(self) -> None:
        """The browser is back: asks at once, because data may be withheld later (assumed)."""
        self._back.set()
        self._woken.set()

    def end(self) -> None:
        """Asks no more."""
        self._ended = True
        self._woken.set()

    @property
    def back(self) -> bool:
        """Whether the browser has come back."""
        return self._back.is_set()

    def wait_for_browser(self, seconds: float) -> None:
        """Lets the browser come back, if it has not yet."""
        self._back.wait(seconds)

    @property
    def left(self) -> float:
        """Seconds left to wait."""
        return max(self._until - time.monotonic(), 0.0)

    def run(self) -> Result | None:
        """Asks until the login is over or an identity has come; None if time was up first, or it was told to end.

        Raises:
            ItsmeError: a trouble that does not pass.
        """
        schedule, jitter = Schedule(), Random()  # noqa: S311 - spreads requests over time; no secret is made of it
        begun = time.monotonic()
        while not self._ended:
            asked_for = 0.0
            try:
                result = self._itsme.status(self._started)
            except (NotConnected, TimedOut, ReadInterrupted, ServerFailed, RequestRefused) as error:
                if not error.retry_safe:
                    raise
                self.trouble = error
                self.in_doubt = self.in_doubt or isinstance(error, ReadInterrupted | ServerFailed)
                asked_for = retry_after(error.raw) if error.raw is not None else 0.0
            else:
                self.trouble, self.in_doubt = None, False
                if result.over or result.identity is not None:
                    return result
                asked_for = retry_after(result.raw)
            if self.left <= 0 or asked_for > self.left:
                return None
            pause = max(schedule.pause(time.monotonic() - begun, jitter), asked_for)
            self._woken.wait(min(pause, self.left))
            if not self._ended:
                self._woken.clear()
        return None
