"""Enrolments: from the first details to a used identification token."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal

from attrs import define, field

from .chance import letters, readable
from .errors import Refused, UnknownSession
from .phones import national_to_international

if TYPE_CHECKING:
    from .basis import Basis
    from .people import Person

Step = Literal["details", "card", "data", "contract", "token", "done", "replaced"]
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
TOKEN_LENGTH: Final = 6


@define(eq=False, kw_only=True)
class Enrolment:
    """One registration: at the desk of the web site, or at a bank.

    Attributes:
        id: Hard to guess.
        number: The mobile phone number that was given, E.164.
        email: The e-mail address that was given.
        bank: The bank that it goes through, or None for the desk.
        step: What is to be done next: confirm the details, insert the card, validate the data, sign the contract, use
            the token; "done" when it was used, "replaced" when the same person registered again.
        person: Whose card it is; None before it is inserted.
        connective: Whether the Connective software or plug-in is installed.
        reader_software: Whether the software of the card reader is installed.
        token: The identification token, 6 characters; None before the contract is signed.
        token_until: Until when it can be used, in seconds since the epoch.
    """

    id: str
    number: str = field(repr=False)
    email: str = field(repr=False)
    bank: str | None = None
    step: Step = "details"
    person: Person | None = field(default=None, repr=False)
    connective: bool = True
    reader_software: bool = True
    token: str | None = field(default=None, repr=False)
    token_until: float = 0.0

    def expect(self, *steps: Step) -> None:
        """Refuse (`out-of-step`) what is not next."""
        if self.step not in steps:
            raise Refused("out-of-step")


class Enrolments:
    """All enrolments that are remembered, by id and by token."""

    def __init__(self, basis: Basis) -> None:
        self._basis: Final = basis
        self._by_id: Final[dict[str, Enrolment]] = {}
        self._by_token: Final[dict[str, Enrolment]] = {}

    def begin(self) -> None:
        """Forget all of them."""
        self._by_id.clear()
        self._by_token.clear()

    def all(self) -> tuple[Enrolment, ...]:
        """All of them, oldest first."""
        return tuple(self._by_id.values())

    def open(self, number: str, email: str, *, bank: str | None = None) -> Enrolment:
        """Take the details of a new one.

        Raises:
            Refused: `number-invalid`, `email-invalid`.
        """
        read = national_to_international(number)
        if read is None:
            raise Refused("number-invalid")
        if not _EMAIL.fullmatch(email.strip()):
            raise Refused("email-invalid")
        enrolment = Enrolment(id=letters(self._basis.random, 22), number=read, email=email.strip(), bank=bank)
        self._by_id[enrolment.id] = enrolment
        due = self._basis.now + self._basis.assumptions.retention.total_seconds()
        self._basis.agenda.plan(due, lambda _: None if enrolment.token else self._forget(enrolment))
        return enrolment

    def with_id(self, enrolment_id: str) -> Enrolment:
        """The one with this id.

        Raises:
            UnknownSession: There is none.
        """
        try:
            return self._by_id[enrolment_id]
        except KeyError:
            raise UnknownSession("no enrolment has this id, or it was forgotten; begin again") from None

    def admit(self, person: Person) -> None:
        """Refuse (`too-young`) whoever is certainly younger than the minimum age."""
        years = self._basis.assumptions.minimum_age
        if _certainly_younger(person.birthdate, years, datetime.fromtimestamp(self._basis.now, UTC)):
            raise Refused("too-young", years=years)

    def issue_token(self, enrolment: Enrolment) -> None:
        """Issue the identification token; every earlier one of the same person is void from now on."""
        for other in self._by_id.values():
            same = other.person and enrolment.person and other.person.id == enrolment.person.id
            if same and other is not enrolment and other.step != "done":
                other.step = "replaced"
        token = readable(self._basis.random, TOKEN_LENGTH)
        while token in self._by_token:
            token = readable(self._basis.random, TOKEN_LENGTH)
        lifetime = self._basis.assumptions.token_lifetime.total_seconds()
        enrolment.token, enrolment.token_until = token, self._basis.now + lifetime
        enrolment.step = "token"
        self._by_token[token] = enrolment
        later = enrolment.token_until + self._basis.assumptions.retention.total_seconds()
        self._basis.agenda.plan(later, lambda _: self._forget(enrolment))

    def with_token(self, written: str) -> Enrolment:
        """The one that a person means by a token, capitals or not (assumed).

        Raises:
            Refused: `token-unknown`, `token-used`, `token-replaced`, `token-expired`.
        """
        enrolment = self._by_token.get(written.strip().upper())
        if enrolment is None:
            raise Refused("token-unknown")
        if enrolment.step == "done":
            raise Refused("token-used")
        if enrolment.step == "replaced":
            raise Refused("token-replaced")
        if self._basis.now >= enrolment.token_until:
            raise Refused("token-expired")
        return enrolment

    def _forget(self, enrolment: Enrolment) -> None:
        self._by_id.pop(enrolment.id, None)
        if enrolment.token:
            self._by_token.pop(enrolment.token, None)


def _certainly_younger(birthdate: str | None, years: int, now: datetime) -> bool:
    """Whether somebody is younger than `years` whatever the parts of the date that are not known are."""
    parts = [int(part) for part in re.findall(r"[0-9]+", birthdate or "")]
    if not parts or not parts[0]:
        return False
    year, month, day = (*parts, 0, 0)[:3]
    # What is not known is taken as early as can be, which makes the person as old as can be.
    return (year + years, month or 1, day or 1) > (now.year, now.month, now.day)
