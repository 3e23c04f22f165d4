"""What the control API answers with: people, phones, cards, accounts, enrolments, visits to a bank, transactions."""

from __future__ import annotations

from datetime import datetime

from .operations import Shape


class PersonShape(Shape):
    """Somebody, and how they stand with itsme."""

    id: str
    about: str
    name: str
    document: str
    phone_number: str
    phones: tuple[str, ...]
    banks: tuple[str, ...]
    account: str
    blocked: bool
    behaviour: str | None
    after_seconds: float | None


class PeopleShape(Shape):
    """Everybody."""

    people: tuple[PersonShape, ...]


class AccountShape(Shape):
    """An itsme account: which one phone it works on, and the banks it is active at."""

    person: str
    state: str
    phone: str | None
    touch_id: bool
    banks: tuple[str, ...]


class PhoneShape(Shape):
    """A phone; `screen` is what its app shows: a step of the enrolment, or `home`."""

    id: str
    owner: str
    phone_number: str | None
    touch_id: bool
    app: bool
    screen: str | None
    behaviour: str | None
    after_seconds: float | None


class PhonesShape(Shape):
    """All phones."""

    phones: tuple[PhoneShape, ...]


class MessageShape(Shape):
    """A text message."""

    at: datetime
    text: str


class MessagesShape(Shape):
    """What is in a phone's inbox, oldest first."""

    messages: tuple[MessageShape, ...]


class ActionShape(Shape):
    """What the app asks its owner to decide, in English."""

    id: str
    kind: str
    party: str
    question: str
    data: tuple[str, ...]
    icons: tuple[str, ...]
    since: datetime
    until: datetime


class ActionsShape(Shape):
    """What waits in the app, newest first."""

    actions: tuple[ActionShape, ...]


class EidShape(Shape):
    """An eID card."""

    blocked: bool
    tries_left: int
    pin_known: bool
    letter_kept: bool


class BankCardShape(Shape):
    """A card of a bank."""

    bank: str
    number: str
    blocked: bool
    tries_left: int


class CardsShape(Shape):
    """Somebody's cards."""

    eid: EidShape | None
    bank_cards: tuple[BankCardShape, ...]


class MemoryShape(Shape):
    """What somebody knows by heart; null is what they do not know or do not have."""

    pin: str | None
    bank_pin: str | None
    itsme_code: str | None


class PinShape(Shape):
    """A PIN code, as it stands in a letter."""

    pin: str


class ReaderShape(Shape):
    """What the card reader shows."""

    response: str


class EnrolmentShape(Shape):
    """A registration for itsme; `step` is what comes next, `token` the identification token."""

    id: str
    bank: str | None
    step: str
    person: str | None
    connective: bool
    reader_software: bool
    token: str | None
    token_until: datetime | None


class EnrolmentsShape(Shape):
    """All registrations that are remembered, oldest first."""

    enrolments: tuple[EnrolmentShape, ...]


class BankShape(Shape):
    """A bank."""

    id: str
    name: str


class BanksShape(Shape):
    """All banks."""

    banks: tuple[BankShape, ...]


class VisitShape(Shape):
    """A visit to a bank's web site; `step` is what comes next."""

    id: str
    bank: str
    person: str
    step: str
    challenge: str | None
    enrolment: str | None
    icons: tuple[str, ...]
    icon: str | None
    outcome: str | None
    logged_in_with: str | None
