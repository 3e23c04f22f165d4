"""What happens to logins, as small typed facts: to a function of the application's, to logging, to the trace."""

from __future__ import annotations

import inspect
import logging
import re
import time
from enum import StrEnum
from typing import TYPE_CHECKING

from attrs import field, frozen

from itsme_facade.errors import InvalidArguments, Problem
from itsme_facade.flow import tracing
from itsme_facade.store.phases import NOBODY_TOOK_IT

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger("itsme_facade.flow")

_NO_WORD = re.compile(r"[^A-Za-z0-9_-]+", re.ASCII)
_LONGEST_ID, _LONGEST_WORD = 26, 40  # a state is longer than both, so none passes whole even by mistake


class EventName(StrEnum):
    """What can happen to a login."""

    STARTED = "started"
    """A browser was sent to itsme. With the reason "cookie_only", in the weaker mode without a state."""
    RETURNED = "returned"
    """A browser came back with the right state. The reason "other_browser": it is not the one that started."""
    CLAIMED = "claimed"
    """One worker asks CM now."""
    CAPTURED = "captured"
    """An answer that carries an identity is kept."""
    DELIVERING = "delivering"
    """The application's handler is called now."""
    DELIVERED = "delivered"
    """The application has taken the identity; it is erased here."""
    REFUSED = "refused"
    """It ended without an identity; the reason says how."""
    LOST = "lost"
    """CM says success, but the data had gone out on a wire that broke; or it never came. The person logs in anew."""
    EXPIRED = "expired"
    """Its life is over. The reason "captured": with an identity that nobody took."""
    FORGED = "forged"
    """Somebody came with a wrong state or a wrong cookie. Nothing was consumed."""
    STATE_EXPOSED = "state_exposed"
    """CM's login address holds the state that only the returning browser should know: tell CM."""
    SPOOLED = "spooled"
    """The store could not take an answer; it is in the spool folder of this machine and will be brought in."""
    UNREADABLE = "unreadable"
    """CM's answer could not be read. It is kept sealed, and the login goes on."""
    FAILED = "failed"
    """The application's handler raised; the reason is the exception's type. The identity stays, a sweep tries again."""


_LEVELS = {
    EventName.FORGED: logging.WARNING,
    EventName.LOST: logging.WARNING,
    EventName.SPOOLED: logging.WARNING,
    EventName.UNREADABLE: logging.WARNING,
    EventName.FAILED: logging.WARNING,
    EventName.STATE_EXPOSED: logging.ERROR,
}


def _word(text: str) -> str:
    """One word that breaks no log line: what an application says as a reason may come from anywhere."""
    return _NO_WORD.sub("_", text)[:_LONGEST_WORD]


def _id(login_id: str | None) -> str | None:
    return _word(login_id)[:_LONGEST_ID] if login_id else None


@frozen
class Event:
    """One thing that happened to one login. Holds no secret and no personal data.

    Args:
        name: what happened.
        login_id: which login; None where none could be told.
        service: "login" or "register"; None where that is not known.
        reason: one word more, or "".
        at: when, in seconds since 1970 by this machine's clock.

    >>> Event(EventName.REFUSED, "01jd0000000000000000000000", "login", "cancelled", at=0.0).line
    'event=refused login=01jd0000000000000000000000 service=login reason=cancelled'
    """

    name: EventName = field(converter=EventName)
    login_id: str | None = field(default=None, converter=_id)
    service: str | None = None
    reason: str = field(default="", converter=_word)
    at: float = field(factory=time.time)

    @property
    def level(self) -> int:
        """How grave it is, as a level of `logging`."""
        if self.name is EventName.EXPIRED and self.reason == NOBODY_TOOK_IT:
            return logging.WARNING
        return _LEVELS.get(self.name, logging.INFO)

    @property
    def line(self) -> str:
        """As it stands in the log: always the same four parts, "-" for what there is not."""
        known = {"event": self.name, "login": self.login_id, "service": self.service, "reason": self.reason}
        return " ".join(f"{name}={value or '-'}" for name, value in known.items())


class Notifier:
    """Tells of events: to the log `itsme_facade.flow`, to the span that is open, and to a function.

    Args:
        on_event: is called with every event, at once and in the same thread; so it has to be quick. What it raises
            is logged by its type and breaks no login.

    Raises:
        InvalidArguments: `on_event` is no plain function.
    """

    def __init__(self, on_event: Callable[[Event], object] | None = None) -> None:
        if on_event is not None and (not callable(on_event) or inspect.iscoroutinefunction(on_event)):
            raise InvalidArguments((Problem("on_event", "not a plain function (it is called, never awaited)"),))
        self._on_event = on_event

    def __call__(self, event: Event) -> None:
        """Tells of one event."""
        if log.isEnabledFor(event.level):
            fields = {"itsme_event": str(event.name), "itsme_login_id": event.login_id, "itsme_reason": event.reason}
            log.log(event.level, "%s", event.line, extra=fields)
        tracing.note(event)
        if self._on_event is None:
            return
        try:
            self._on_event(event)
        except Exception as error:  # noqa: BLE001 - a login does not break because somebody's counter does
            log.error("on_event raised %s at event=%s; the login goes on", type(error).__name__, event.name)  # noqa: TRY400 - its text may hold anything
