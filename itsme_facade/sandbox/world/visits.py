"""Visits to a bank's web site: how far each is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from attrs import define, field

from .chance import letters
from .errors import UnknownSession

if TYPE_CHECKING:
    from .basis import Basis
    from .cards import BankCard
    from .enrolments import Enrolment

BankStep = Literal["log-in", "home", "link", "enrol", "app", "over"]
Outcome = Literal["approved", "refused", "wrong_icon", "blocked", "lapsed"]


@define(eq=False, kw_only=True)
class BankSession:
    """One visit to a bank's web site.

    Attributes:
        id: Hard to guess.
        bank: Which bank, a key of `BANKS`.
        person_id: Whose customer account it is.
        step: "log-in" and "link" and "enrol" wait for the card reader's response to `challenge`; "app" waits for the
            app; "home" is logged in; "over" is logged out, or was never in.
        challenge: 8 digits for the card reader, or None.
        enrolment: The registration for itsme that was begun here; its `token` is shown after signing.
        action_id: What the app is asked, or None.
        outcome: What became of the latest action.
        logged_in_with: "card" or "itsme", once logged in.
    """

    id: str
    bank: str
    person_id: str
    card: BankCard | None = field(default=None, repr=False)
    step: BankStep = "log-in"
    challenge: str | None = None
    enrolment: Enrolment | None = None
    action_id: str | None = None
    icons: tuple[str, ...] = ()
    icon: str | None = None
    outcome: Outcome | None = None
    logged_in_with: Literal["card", "itsme"] | None = None


class Visits:
    """All visits that are remembered, by id."""

    def __init__(self, basis: Basis) -> None:
        self._basis: Final = basis
        self._by_id: Final[dict[str, BankSession]] = {}

    def begin(self) -> None:
        """Forget all of them."""
        self._by_id.clear()

    def all(self) -> tuple[BankSession, ...]:
        """All of them, oldest first."""
        return tuple(self._by_id.values())

    def open(self, bank: str, person_id: str) -> BankSession:
        """Begin one; it is forgotten when its retention is over."""
        session = BankSession(id=letters(self._basis.random, 22), bank=bank, person_id=person_id)
        self._by_id[session.id] = session
        due = self._basis.now + self._basis.assumptions.retention.total_seconds()
        self._basis.agenda.plan(due, lambda _: self._forget(session.id))
        return session

    def with_id(self, session_id: str) -> BankSession:
        """The one with this id.

        Raises:
            UnknownSession: There is none.
        """
        try:
            return self._by_id[session_id]
        except KeyError:
            raise UnknownSession("no visit to a bank has this id, or it was forgotten; log in again") from None

    def _forget(self, session_id: str) -> None:
        self._by_id.pop(session_id, None)
