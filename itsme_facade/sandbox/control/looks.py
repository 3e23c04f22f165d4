"""What the control API shows of what is in the world."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .shapes import (
    AccountShape,
    ActionShape,
    BankCardShape,
    CardsShape,
    EidShape,
    EnrolmentShape,
    MessageShape,
    PersonShape,
    PhoneShape,
    VisitShape,
)

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
