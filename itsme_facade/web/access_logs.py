"""Keeps the state of a login out of access logs: the callback's address holds it, and logs are read by many."""

from __future__ import annotations

import logging
import re
from typing import Final

ACCESS_LOGS: Final = ("uvicorn.access", "gunicorn.access", "werkzeug")
"""Where uvicorn, gunicorn, and werkzeug's server for development write the addresses that are asked for."""

_STATE: Final = re.compile(r"([?&]state=)[^&\s\"'#]*", re.IGNORECASE)


def hide_states(*names: str) -> None:
    """Puts `-` in place of every `state` in the records of some loggers. Once is enough; more does no harm.

    A proxy in front writes a log of its own: let it log the path without the query, as in nginx with `$uri` in
    place of `$request`.

    Args:
        names: of the loggers; `ACCESS_LOGS` unless given.
    """
    for name in names or ACCESS_LOGS:
        logger = logging.getLogger(name)
        if not any(isinstance(each, HideStates) for each in logger.filters):
            logger.addFilter(HideStates())


class HideStates(logging.Filter):
    """For a configuration of `logging` by hand: a filter that lets every record through, without its states."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Takes the states out of a record."""
        if isinstance(record.args, tuple):
            # Uvicorn's formatter takes the arguments apart by itself, so they stay what they were.
            record.args = tuple(without_state(each) if isinstance(each, str) else each for each in record.args)
            if isinstance(record.msg, str):
                record.msg = without_state(record.msg)
        else:
            record.msg, record.args = without_state(record.getMessage()), ()
        return True


def without_state(text: str) -> str:
    """A text with a dash in place of every state in an address.

    >>> without_state('GET /itsme/back?state=abc.def&ec=0 HTTP/1.1')
    'GET /itsme/back?state=-&ec=0 HTTP/1.1'
    """
    return _STATE.sub(r"\1-", text)
