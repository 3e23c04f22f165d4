"""Shows on the terminal what a site logs about its logins: no secrets, nothing personal."""

from __future__ import annotations

import logging
from typing import Final

_LOGGERS: Final = ("itsme_facade.flow", "itsme_facade.web")


def show_logins(site: str) -> None:
    """Prints the events of logins, and what the site's pages about them refer to.

    Args:
        site: stands before each line.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(f"{site}: %(message)s"))
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
