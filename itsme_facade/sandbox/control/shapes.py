"""What the control API answers with: people, phones, cards, accounts, enrolments, visits to a bank, transactions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .operations import Shape

if TYPE_CHECKING:
    from itsme_facade.sandbox.world import (
        Account,
        Action,
        BankCard,
        BankSession,
        EidCard,
        Enrolment,
        Person,
        Phone,
        Sms,
        World,
    )


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


def person_shape(world: World, person: Person) -> PersonShape:
    """Look at somebody."""
    phone = world.residents.phone_of(person.id)
    account = world.accounts.of(person.id)
    return PersonShape(
        id=person.id,
        about=person.about,
        name=person.name,
        document=person.document,
        phone_number=phone.number,
        phones=tuple(phone.id for phone in world.devices.of(person.id)),
        banks=person.banks,
        account=account.state,
        blocked=account.blocked,
        behaviour=phone.habit.behaviour if phone.habit else None,
        after_seconds=phone.habit.after if phone.habit else None,
    )


def account_shape(account: Account) -> AccountShape:
    """Look at an account; its code is not shown."""
    return AccountShape(
        person=account.person.id,
        state=account.state,
        phone=account.phone_id,
        touch_id=account.touch_id,
        banks=tuple(sorted(account.banks)),
    )


def phone_shape(world: World, phone: Phone) -> PhoneShape:
    """Look at a phone."""
    return PhoneShape(
        id=phone.id,
        owner=phone.owner,
        phone_number=phone.number or None,
        touch_id=phone.touch_id,
        app=phone.app,
        screen=world.activation.registration(phone.id).screen if phone.app else None,
        behaviour=phone.habit.behaviour if phone.habit else None,
        after_seconds=phone.habit.after if phone.habit else None,
    )


def message_shape(sms: Sms) -> MessageShape:
    """Read a text message."""
    return MessageShape(at=moment(sms.at), text=sms.text.format(code=sms.code))


def action_shape(action: Action) -> ActionShape:
    """Look at what the app asks: not at which icon the page highlights."""
    return ActionShape(
        id=action.id,
        kind=action.kind,
        party=action.party,
        question=action.question(str),
        data=action.data(str),
        icons=action.icons.shown,
        since=moment(action.since),
        until=moment(action.until),
    )


def cards_shape(eid: EidCard | None, bank_cards: tuple[BankCard, ...]) -> CardsShape:
    """Look at somebody's cards; PINs stand on none of them."""
    return CardsShape(
        eid=None if eid is None else _eid_shape(eid),
        bank_cards=tuple(bank_card_shape(card) for card in bank_cards),
    )


def _eid_shape(card: EidCard) -> EidShape:
    return EidShape(
        blocked=card.blocked, tries_left=card.tries_left, pin_known=card.pin_known, letter_kept=card.letter_kept
    )


def bank_card_shape(card: BankCard) -> BankCardShape:
    """Look at a bank card."""
    return BankCardShape(bank=card.bank, number=card.number, blocked=card.blocked, tries_left=card.tries_left)


def enrolment_shape(enrolment: Enrolment) -> EnrolmentShape:
    """Look at an enrolment, with the token that its page shows."""
    return EnrolmentShape(
        id=enrolment.id,
        bank=enrolment.bank,
        step=enrolment.step,
        person=enrolment.person.id if enrolment.person else None,
        connective=enrolment.connective,
        reader_software=enrolment.reader_software,
        token=enrolment.token,
        token_until=moment(enrolment.token_until) if enrolment.token else None,
    )


def visit_shape(session: BankSession) -> VisitShape:
    """Look at a visit to a bank, as its page shows it."""
    return VisitShape(
        id=session.id,
        bank=session.bank,
        person=session.person_id,
        step=session.step,
        challenge=session.challenge,
        enrolment=session.enrolment.id if session.enrolment else None,
        icons=session.icons,
        icon=session.icon,
        outcome=session.outcome,
        logged_in_with=session.logged_in_with,
    )


def moment(seconds: float) -> datetime:
    """Make a time of seconds since the epoch."""
    return datetime.fromtimestamp(seconds, UTC)
