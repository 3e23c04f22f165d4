"""A transaction and its life: open, then one end."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from attrs import define, field, frozen

from .errors import AlreadyOver

if TYPE_CHECKING:
    from .magic import ReturnBy
    from .people import Person

Service = Literal["login", "register"]
Scope = Literal["profile", "email", "phone", "address"]
Locale = Literal["en", "nl", "fr", "de"]


class Status(StrEnum):
    """How far a transaction is, in the API's words."""

    OPEN = "open"
    SUCCESS = "success"
    CANCELLED = "cancelled"
    FAILURE = "failure"
    EXPIRED = "expired"


@frozen(kw_only=True)
class TransactionRequest:
    """What a relying party asked for. Its repr shows neither the API token nor anything about the person."""

    token: str = field(repr=False)
    service: Service
    redirect_url: str = field(repr=False)
    scopes: tuple[Scope, ...] = ()
    locale: Locale | None = None
    phone_number: str | None = field(default=None, repr=False)


@frozen
class Event:
    """One moment in a transaction's life: when, in seconds since the epoch, and what happened."""

    at: float
    what: str


@define(eq=False, repr=False)
class Transaction:
    """One attempt to register or log in.

    Attributes:
        id: Public: it stands in authenticationUrl.
        token: The bearer secret that its status is asked with.
        request: What was asked for.
        expires_at: When it expires if it is still open, in seconds since the epoch.
        status: `open`, or how it ended.
        ended_at: When it ended.
        asked: The number of the phone whose app was asked, if one was.
        asked_person: The id of the person whose account was asked.
        icons: The three icons that page and app show, and the one that is highlighted.
        ask_until: When the app stops to wait for the person.
        person: Who approved it.
        user_id: What the relying party knows that person by.
        given: Whether the user information has been handed out.
        browser: The secret in the cookie of the browser that the login page belongs to.
        returned_at: When that browser was sent to redirectUrl first.
        reads: How often its status was asked.
        status_delay: Seconds that a status answer takes longer (a magic number); infinity never answers.
        return_by: How the browser is to be sent back (a magic number).
        timeline: What happened, in order.
    """

    id: str
    token: str
    request: TransactionRequest
    expires_at: float
    status: Status = Status.OPEN
    ended_at: float | None = None
    asked: str | None = None
    asked_person: str | None = None
    icons: tuple[str, ...] = ()
    icon: str | None = None
    ask_until: float | None = None
    person: Person | None = None
    user_id: str | None = None
    given: bool = False
    browser: str | None = None
    returned_at: float | None = None
    reads: int = 0
    status_delay: float = 0.0
    return_by: ReturnBy = "redirect"
    timeline: list[Event] = field(factory=list[Event])

    @property
    def is_open(self) -> bool:
        """Whether it can still end."""
        return self.status is Status.OPEN

    def note(self, at: float, what: str) -> None:
        """Add a moment to the timeline."""
        self.timeline.append(Event(at, what))

    def end(self, status: Status, at: float, why: str) -> None:
        """End it, once.

        Raises:
            AlreadyOver: It has an end already.
        """
        if not self.is_open:
            raise AlreadyOver(f"transaction {self.id} is over: {self.status}")
        self.status, self.ended_at = status, at
        self.note(at, f"{status}: {why}")
