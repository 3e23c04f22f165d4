"""What may be seen of the world from outside: frozen, and without secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from .world.clock import iso

if TYPE_CHECKING:
    from .world.transactions import Event, Locale, Scope, Service, Status, Transaction


@frozen
class TransactionView:
    """A transaction as it was when it was looked at.

    Attributes:
        id: Its public id, the last part of authenticationUrl.
        service: `login` or `register`.
        scopes: What was asked for.
        locale: The language of the screens, if the request named one.
        status: `open`, or how it ended.
        asked: The id of the person whose phone was asked, if one was.
        reads: How often its status was asked.
        given: Whether the user information has been handed out.
        timeline: What happened: moments with `.at`, in seconds since the epoch, and `.what`.
    """

    id: str
    service: Service
    scopes: tuple[Scope, ...]
    locale: Locale | None
    status: Status
    asked: str | None
    reads: int
    given: bool
    timeline: tuple[Event, ...]

    def to_dict(self) -> dict[str, object]:
        """Write it as JSON has it; times are ISO 8601 in UTC."""
        return {
            "id": self.id,
            "service": self.service,
            "scopes": list(self.scopes),
            "locale": self.locale,
            "status": self.status,
            "asked": self.asked,
            "reads": self.reads,
            "given": self.given,
            "timeline": [{"at": iso(event.at), "what": event.what} for event in self.timeline],
        }


def view(transaction: Transaction) -> TransactionView:
    """Look at a transaction."""
    request = transaction.request
    return TransactionView(
        id=transaction.id,
        service=request.service,
        scopes=request.scopes,
        locale=request.locale,
        status=transaction.status,
        asked=transaction.asked_person,
        reads=transaction.reads,
        given=transaction.given,
        timeline=tuple(transaction.timeline),
    )
