"""The control API's calls about enrolling at the desk and through a bank, and about visits to a bank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

import msgspec

from itsme_facade.sandbox.world import BANKS

from .looks import enrolment_shape, visit_shape
from .operations import Body, Links, NoBody, get, post
from .people import Number, Pin
from .shapes import BankShape, BanksShape, EnrolmentShape, EnrolmentsShape, VisitShape

if TYPE_CHECKING:
    from itsme_facade.sandbox.world import World

    from .operations import AnyOperation, Parts

Email = Annotated[str, msgspec.Meta(min_length=3, max_length=254)]
_STEPS: Final = ("getEnrolment", "confirmDetails", "installSoftware", "insertCard", "validateData", "signContract")
_THEN: Final[Links] = dict.fromkeys(_STEPS, ("enrolment", "id"))
_VISIT_STEPS: Final = ("getVisit", "respond", "chooseItsme", "enrolAtBank", "confirmPayment", "logOut")
_NEXT: Final[Links] = dict.fromkeys(_VISIT_STEPS, ("visit", "id"))


class BeginEnrolment(Body):
    """The details that the web site asks for first, and the computer that it is looked at with."""

    phone_number: Number
    email_address: Email
    system: Literal["windows", "mac"] = "windows"
    browser: str = "Mozilla Firefox"
    connective: bool = True
    reader_software: bool = True


class Install(Body):
    """What was missing on the computer."""

    software: Literal["connective", "readerSoftware"]


class InsertCard(Body):
    """Whose eID card is put into the reader."""

    person: str


class Sign(Body):
    """The PIN of the eID card."""

    pin: Pin


class CardLogIn(Body):
    """The number of the bank card."""

    card_number: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class ItsmeLogIn(Body):
    """The mobile phone number."""

    phone_number: Number


class Respond(Body):
    """What the card reader shows."""

    response: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class EnrolAtBank(Body):
    """The details of a registration."""

    phone_number: Number
    email_address: Email


class Pay(Body):
    """The amount and whom it goes to, as the app shows them."""

    detail: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class EnrolmentCalls:
    """What can be done at the desk, by the enrolment's id."""

    def __init__(self, world: World) -> None:
        self._world = world

    def operations(self) -> list[AnyOperation]:
        """Make their rows of the table."""
        all_, one, shape = "/enrolments", "/enrolments/{enrolment}", EnrolmentShape
        return [
            get(all_, self.list_enrolments, EnrolmentsShape),
            post(all_, self.begin_enrolment, BeginEnrolment, shape, _THEN),
            get(one, self.get_enrolment, shape),
            post(f"{one}/confirm", self.confirm_details, NoBody, shape),
            post(f"{one}/install", self.install_software, Install, shape),
            post(f"{one}/card", self.insert_card, InsertCard, shape),
            post(f"{one}/validate", self.validate_data, NoBody, shape),
            post(f"{one}/sign", self.sign_contract, Sign, shape),
        ]

    def list_enrolments(self, _parts: Parts, _body: NoBody) -> EnrolmentsShape:
        """All registrations, at the desk and at banks."""
        return EnrolmentsShape(enrolments=tuple(map(enrolment_shape, self._world.desk.enrolments())))

    def begin_enrolment(self, _parts: Parts, body: BeginEnrolment) -> EnrolmentShape:
        """Begin a registration with a number and an e-mail address."""
        enrolment = self._world.desk.begin(
            body.phone_number,
            body.email_address,
            system=body.system,
            browser=body.browser,
            connective=body.connective,
            reader_software=body.reader_software,
        )
        return enrolment_shape(enrolment)

    def get_enrolment(self, parts: Parts, _body: NoBody) -> EnrolmentShape:
        """One registration, with its identification token."""
        return enrolment_shape(self._world.desk.enrolment(parts["enrolment"]))

    def confirm_details(self, parts: Parts, _body: NoBody) -> EnrolmentShape:
        """Confirm the details."""
        return enrolment_shape(self._world.desk.confirm(parts["enrolment"]))

    def install_software(self, parts: Parts, body: Install) -> EnrolmentShape:
        """Install what is missing."""
        software: Literal["connective", "reader_software"] = (
            "connective" if body.software == "connective" else "reader_software"
        )
        return enrolment_shape(self._world.desk.install(parts["enrolment"], software))

    def insert_card(self, parts: Parts, body: InsertCard) -> EnrolmentShape:
        """Insert an eID card into the reader."""
        return enrolment_shape(self._world.desk.insert_card(parts["enrolment"], body.person))

    def validate_data(self, parts: Parts, _body: NoBody) -> EnrolmentShape:
        """Validate the data on it."""
        return enrolment_shape(self._world.desk.validate(parts["enrolment"]))

    def sign_contract(self, parts: Parts, body: Sign) -> EnrolmentShape:
        """Sign the contract with the PIN of the eID."""
        return enrolment_shape(self._world.desk.sign(parts["enrolment"], body.pin))


class BankCalls:
    """What can be done at a bank, by the visit's id."""

    def __init__(self, world: World) -> None:
        self._world = world

    def operations(self) -> list[AnyOperation]:
        """Make their rows of the table."""
        bank, one, shape = "/banks/{bank}", "/visits/{visit}", VisitShape
        return [
            get("/banks", self.list_banks, BanksShape),
            post(f"{bank}/card-log-in", self.log_in_with_card, CardLogIn, shape, _NEXT),
            post(f"{bank}/itsme-log-in", self.log_in_with_itsme, ItsmeLogIn, shape, _NEXT),
            get(one, self.get_visit, shape),
            post(f"{one}/respond", self.respond, Respond, shape),
            post(f"{one}/itsme", self.choose_itsme, NoBody, shape),
            post(f"{one}/enrol", self.enrol_at_bank, EnrolAtBank, shape),
            post(f"{one}/payment", self.confirm_payment, Pay, shape),
            post(f"{one}/log-out", self.log_out, NoBody, shape),
        ]

    def list_banks(self, _parts: Parts, _body: NoBody) -> BanksShape:
        """All banks."""
        return BanksShape(banks=tuple(BankShape(id=id_, name=name) for id_, name in BANKS.items()))

    def log_in_with_card(self, parts: Parts, body: CardLogIn) -> VisitShape:
        """Begin a visit with a bank card."""
        return visit_shape(self._world.banks.log_in_with_card(parts["bank"], body.card_number))

    def log_in_with_itsme(self, parts: Parts, body: ItsmeLogIn) -> VisitShape:
        """Begin a visit with itsme."""
        return visit_shape(self._world.banks.log_in_with_itsme(parts["bank"], body.phone_number))

    def get_visit(self, parts: Parts, _body: NoBody) -> VisitShape:
        """One visit."""
        return visit_shape(self._world.banks.session(parts["visit"]))

    def respond(self, parts: Parts, body: Respond) -> VisitShape:
        """Answer the challenge with what the reader shows."""
        return visit_shape(self._world.banks.respond(parts["visit"], body.response))

    def choose_itsme(self, parts: Parts, _body: NoBody) -> VisitShape:
        """Choose itsme as authentication method; `respond` signs it."""
        return visit_shape(self._world.banks.choose_itsme(parts["visit"]))

    def enrol_at_bank(self, parts: Parts, body: EnrolAtBank) -> VisitShape:
        """Register for itsme here; `respond` signs it."""
        return visit_shape(self._world.banks.enrol(parts["visit"], body.phone_number, body.email_address))

    def confirm_payment(self, parts: Parts, body: Pay) -> VisitShape:
        """Pay something with itsme."""
        return visit_shape(self._world.banks.confirm_payment(parts["visit"], body.detail))

    def log_out(self, parts: Parts, _body: NoBody) -> VisitShape:
        """Log out."""
        return visit_shape(self._world.banks.log_out(parts["visit"]))
