"""What was told of a login, word for word: set-up of the modules whose names begin with test_told_of."""

from typing import Any

from itsme_facade.flow import FlowOutcome
from tests.flow.site import Site

WISHES: dict[str, Any] = {"service": "register", "next": "/basket", "locale": "nl"}
"""What a start asks for, nothing of it as it is by default."""
Told = tuple[str, str | None, str]


def told(site: Site, first: int = 1) -> list[Told]:
    """Name, service and reason of what happened since the start."""
    return [(event.name.value, event.service, event.reason) for event in site.events[first:]]


def known(outcome: FlowOutcome) -> tuple[str | None, str, str | None]:
    """What an outcome knows of its login: which one it is, where it goes, in which language."""
    return outcome.login_id, outcome.next, outcome.locale


def fail(login_id: str) -> None:
    """A handler that raises."""
    raise RuntimeError(login_id)
