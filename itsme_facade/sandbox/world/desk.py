"""The enrolment desk: the web site where somebody makes an itsme account with their eID (ENROL)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from .basis import in_turn
from .chance import digits
from .errors import Refused

if TYPE_CHECKING:
    from .basis import Basis
    from .cards import EidCard
    from .enrolments import Enrolment, Enrolments
    from .residents import Residents

System = Literal["windows", "mac"]
BROWSERS: Final[dict[str, tuple[str, ...]]] = {
    "windows": ("Internet Explorer", "Mozilla Firefox", "Google Chrome"),
    "mac": ("Safari", "Mozilla Firefox", "Google Chrome"),
}
SYSTEMS: Final[dict[str, str]] = {"windows": "Windows", "mac": "Mac OS"}


class Desk:
    """Every step of ENROL on the web site, in its order; each gives the enrolment as it then is."""

    def __init__(self, basis: Basis, residents: Residents, enrolments: Enrolments) -> None:
        self.basis = basis
        self._residents = residents
        self._enrolments = enrolments

    @in_turn
    def begin(
        self,
        number: str,
        email: str,
        *,
        system: str = "windows",
        browser: str = "Mozilla Firefox",
        connective: bool = True,
        reader_software: bool = True,
    ) -> Enrolment:
        """Enter a mobile phone number and an e-mail address; next the person confirms them.

        Args:
            number: As written in Belgium, or E.164.
            email: The address.
            system: "windows" or "mac".
            browser: One of `BROWSERS[system]` works.
            connective: Whether the Connective software or plug-in is installed.
            reader_software: Whether the software of the card reader is installed.

        Raises:
            Refused: `browser-unsupported`, `number-invalid`, `email-invalid`.
        """
        if browser not in BROWSERS.get(system, ()):
            listed = "; ".join(f"{SYSTEMS[key]}: {', '.join(names)}" for key, names in BROWSERS.items())
            raise Refused("browser-unsupported", browsers=listed)
        enrolment = self._enrolments.open(number, email)
        enrolment.connective, enrolment.reader_software = connective, reader_software
        self.basis.tell("enrolment", enrolment.id)
        return enrolment

    @in_turn
    def enrolment(self, enrolment_id: str) -> Enrolment:
        """The enrolment with this id, at the desk or at a bank.

        Raises:
            UnknownSession: There is none.
        """
        return self._enrolments.with_id(enrolment_id)

    @in_turn
    def enrolments(self) -> tuple[Enrolment, ...]:
        """All that are remembered, oldest first."""
        return self._enrolments.all()

    @in_turn
    def confirm(self, enrolment_id: str) -> Enrolment:
        """Confirm the details; next the card is inserted.

        Raises:
            Refused: `out-of-step`.
        """
        enrolment = self._at(enrolment_id, "details")
        enrolment.step = "card"
        return self._told(enrolment)

    @in_turn
    def install(self, enrolment_id: str, software: Literal["connective", "reader_software"]) -> Enrolment:
        """Install what was missing on this computer."""
        enrolment = self._enrolments.with_id(enrolment_id)
        if software == "connective":
            enrolment.connective = True
        else:
            enrolment.reader_software = True
        return self._told(enrolment)

    @in_turn
    def insert_card(self, enrolment_id: str, person_id: str) -> Enrolment:
        """Insert somebody's eID card into the reader; next they validate the data on it.

        Raises:
            UnknownPerson: Nobody has this id.
            Refused: `connective-missing`, `reader-software-missing`, `no-eid`, `too-young`, `out-of-step`.
        """
        enrolment = self._at(enrolment_id, "card", "data")
        if not enrolment.connective:
            raise Refused("connective-missing")
        if not enrolment.reader_software:
            raise Refused("reader-software-missing")
        person = self._residents.account(person_id).person
        self._eid(person_id)
        self._enrolments.admit(person)
        enrolment.person, enrolment.step = person, "data"
        return self._told(enrolment)

    @in_turn
    def validate(self, enrolment_id: str) -> Enrolment:
        """Validate the data that the card gave (`enrolment.person`); next the contract is signed.

        Raises:
            Refused: `out-of-step`.
        """
        enrolment = self._at(enrolment_id, "data")
        enrolment.step = "contract"
        return self._told(enrolment)

    @in_turn
    def sign(self, enrolment_id: str, pin: str) -> Enrolment:
        """Sign the contract with the PIN of the eID; `enrolment.token` then holds the identification token.

        Raises:
            Refused: `pin-wrong`, `pin-blocks`, `pin-blocked`, `out-of-step`.
        """
        enrolment = self._at(enrolment_id, "contract")
        assert enrolment.person is not None  # noqa: S101 - the step before saw to it
        card = self._eid(enrolment.person.id)
        try:
            card.enter(pin)
        finally:
            self.basis.tell("card", card.owner)
        self._enrolments.issue_token(enrolment)
        return self._told(enrolment)

    # The card and its PIN, away from the desk

    @in_turn
    def card(self, person_id: str) -> EidCard:
        """Somebody's eID card, live: read it and write nothing.

        Raises:
            UnknownPerson: Nobody has this id.
            Refused: `no-eid`.
        """
        return self._eid(person_id)

    @in_turn
    def remember_pin(self, person_id: str) -> str:
        """The PIN of somebody's eID, if they know it by heart.

        Raises:
            Refused: `pin-unknown`, `no-eid`.
        """
        card = self._eid(person_id)
        if not card.pin_known:
            raise Refused("pin-unknown")
        return card.pin

    @in_turn
    def read_pin_letter(self, person_id: str) -> str:
        """Look the PIN up in the letter that came by post; from then on it is known.

        Raises:
            Refused: `letter-lost`, `no-eid`.
        """
        card = self._eid(person_id)
        if not card.letter_kept:
            raise Refused("letter-lost")
        card.pin_known = True
        self.basis.tell("card", person_id)
        return card.pin

    @in_turn
    def request_new_pin(self, person_id: str) -> str:
        """Request a new PIN from the commune. It comes at once (assumed), and unblocks the card.

        Raises:
            Refused: `no-eid`.
        """
        card = self._eid(person_id)
        card.renew_pin(digits(self.basis.random, 4))
        self.basis.tell("card", person_id)
        return card.pin

    def _at(self, enrolment_id: str, *steps: Literal["details", "card", "data", "contract"]) -> Enrolment:
        enrolment = self._enrolments.with_id(enrolment_id)
        if enrolment.bank is not None:
            raise Refused("out-of-step")
        enrolment.expect(*steps)
        return enrolment

    def _eid(self, person_id: str) -> EidCard:
        card = self._residents.eid(person_id)
        if card is None:
            raise Refused("no-eid")
        return card

    def _told(self, enrolment: Enrolment) -> Enrolment:
        self.basis.tell("enrolment", enrolment.id)
        return enrolment
