"""Keeps the libraries below from logging our calls.

httpx logs every address at INFO, and ours hold transaction tokens; httpcore logs every answer's headers at DEBUG.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

_LOGGERS = (
    "httpx",
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
)
_in_our_call: ContextVar[bool] = ContextVar("itsme_facade_in_our_call", default=False)


@contextmanager
def quiet() -> Generator[None]:
    """While it lasts, in this thread or task, httpx and httpcore log nothing. Other users of theirs are not touched."""
    token = _in_our_call.set(True)
    try:
        yield
    finally:
        _in_our_call.reset(token)


def _of_others(_record: logging.LogRecord) -> bool:
    return not _in_our_call.get()


for _name in _LOGGERS:
    logging.getLogger(_name).addFilter(_of_others)
