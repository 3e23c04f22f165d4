"""What a person is told when something raises, and how the answer is marked."""

from __future__ import annotations

import logging
import traceback
from pathlib import PurePath

from attrs import frozen

from itsme_facade.errors import (
    InvalidArguments,
    NotConnected,
    ReadInterrupted,
    RequestRefused,
    ServerFailed,
    StoreUnavailable,
    TimedOut,
    TooManyStarts,
    UnreadableAnswer,
)

_CM = 10.0
_STORE = 5.0


@frozen
class Trouble:
    """What is answered.

    Args:
        kind: the message's.
        status: the HTTP status.
        retry_after: seconds after which another try is worth while; None: it is not.
        level: how loudly it is logged.
    """

    kind: str
    status: int
    retry_after: float | None = None
    level: int = logging.ERROR


def trouble_of(error: Exception, *, finishing: bool) -> Trouble:
    """What an exception means to the person.

    Args:
        error: what was raised.
        finishing: on the way back; else at the start.
    """
    match error:
        case TooManyStarts():
            return Trouble("too_many_starts", 429, error.retry_after, logging.WARNING)
        case StoreUnavailable():
            return Trouble("store_down", 503, _STORE)
        case NotConnected() | TimedOut() | ServerFailed() | UnreadableAnswer() | ReadInterrupted():
            return Trouble("cm_down", 503, _CM)
        case RequestRefused(status_code=408 | 425 | 429):
            return Trouble("cm_down", 503, _CM)
        case InvalidArguments() if not finishing:
            return Trouble("form_changed", 400, level=logging.WARNING)
        case RequestRefused():
            return Trouble("not_possible", 502)
        case _:
            return Trouble("handler_failed" if finishing else "not_possible", 500)


def where_it_raised(error: BaseException) -> str:
    """The last few places of a traceback, innermost first: file and line, no values."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return (
        ", ".join(f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in reversed(frames)) or "an unknown place"
    )
