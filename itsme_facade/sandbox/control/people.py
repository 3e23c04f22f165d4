"""The control API's calls about people, their accounts and their cards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from itsme_facade.sandbox.shortcuts import activate_at_bank
from itsme_facade.sandbox.world import Habit, Refused
from itsme_facade.sandbox.world.phones import Behaviour

from .looks import account_shape, bank_card_shape, cards_shape, person_shape, phone_shape
from .operations import Body, NoBody, get, post
from .shapes import (
    AccountShape,
    BankCardShape,
    CardsShape,
    MemoryShape,
    PeopleShape,
    PersonShape,
    PhoneShape,
    PinShape,
    ReaderShape,
)

if TYPE_CHECKING:
    from itsme_facade.sandbox.world import World

    from .operations import AnyOperation, Parts

Number = Annotated[str, msgspec.Meta(min_length=8, max_length=40, description="As written in Belgium, or E.164.")]
Pin = Annotated[str, msgspec.Meta(pattern="^[0-9]{4}$")]
ItsmeCode = Annotated[str, msgspec.Meta(pattern="^[0-9]{5}$")]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=366 * 24 * 3600)]


class Always(Body):
    """What somebody does by themselves as soon as they are asked; null waits to be told."""

    behaviour: Behaviour | None
    after_seconds: Seconds = 0


class EnrolNow(Body):
    """The itsme code of the account; by default the person's own."""

    code: ItsmeCode | None = None


class NewPhone(Body):
    """One more phone: with a SIM card of a new number, or with none."""

    phone_number: Annotated[str, msgspec.Meta(pattern=r"^\+[1-9][0-9]{6,14}$")] | None = None
    touch_id: bool = False


class UseReader(Body):
    """What is typed on a card reader."""

    pin: Pin
    challenge: Annotated[str, msgspec.Meta(pattern="^[0-9]{1,16}$")]


class PeopleCalls:
    """What can be done to and by people."""

    def __init__(self, world: World) -> None:
        self._world = world

    def operations(self) -> list[AnyOperation]:
        """Make their rows of the table."""
        one = "/people/{person}"
        return [
            get("/people", self.list_people, PeopleShape),
            get(one, self.get_person, PersonShape),
            post(f"{one}/always", self.set_habit, Always, PersonShape),
            post(f"{one}/enrol", self.enrol_now, EnrolNow, AccountShape),
            post(f"{one}/phones", self.new_phone, NewPhone, PhoneShape),
            get(f"{one}/account", self.get_account, AccountShape),
            post(f"{one}/account", self.make_account_anew, NoBody, PersonShape),
            post(f"{one}/account/delete", self.delete_account, NoBody, AccountShape),
            post(f"{one}/account/block", self.block_account, NoBody, AccountShape),
            post(f"{one}/banks/{{bank}}", self.activate_at_bank, NoBody, AccountShape),
            get(f"{one}/memory", self.get_memory, MemoryShape),
            get(f"{one}/cards", self.list_cards, CardsShape),
            post(f"{one}/pin-letter", self.read_pin_letter, NoBody, PinShape),
            post(f"{one}/new-pin", self.request_new_pin, NoBody, PinShape),
            post("/cards/{card}/reader", self.use_reader, UseReader, ReaderShape),
            post("/cards/{card}/replace", self.replace_card, NoBody, BankCardShape),
        ]

    def list_people(self, _parts: Parts, _body: NoBody) -> PeopleShape:
        """Everybody, and why they are worth having."""
        people = self._world.people.values()
        return PeopleShape(people=tuple(person_shape(self._world, person) for person in people))

    def get_person(self, parts: Parts, _body: NoBody) -> PersonShape:
        """One person."""
        return person_shape(self._world, self._world.accounts.of(parts["person"]).person)

    def set_habit(self, parts: Parts, body: Always) -> PersonShape:
        """Let them approve, refuse or ignore whatever they are asked."""
        number = self._world.residents.phone_of(parts["person"]).number
        self._world.set_habit(number, Habit(body.behaviour, body.after_seconds) if body.behaviour else None)
        return self.get_person(parts, NoBody())

    def enrol_now(self, parts: Parts, body: EnrolNow) -> AccountShape:
        """Take every step of an enrolment at once."""
        return account_shape(self._world.accounts.enrol_now(parts["person"], body.code))

    def new_phone(self, parts: Parts, body: NewPhone) -> PhoneShape:
        """Get them one more phone, without the app."""
        phone = self._world.devices.new_phone(parts["person"], body.phone_number, touch_id=body.touch_id)
        return phone_shape(self._world, phone)

    def get_account(self, parts: Parts, _body: NoBody) -> AccountShape:
        """Their itsme account."""
        return account_shape(self._world.accounts.of(parts["person"]))

    def make_account_anew(self, parts: Parts, _body: NoBody) -> PersonShape:
        """Delete their itsme account and make another one, with new userIds."""
        self._world.accounts.make_anew(parts["person"])
        return self.get_person(parts, NoBody())

    def delete_account(self, parts: Parts, _body: NoBody) -> AccountShape:
        """Delete their itsme account."""
        self._world.accounts.delete(parts["person"])
        return self.get_account(parts, NoBody())

    def block_account(self, parts: Parts, _body: NoBody) -> AccountShape:
        """Let them block their itsme account."""
        self._world.accounts.block(parts["person"])
        return self.get_account(parts, NoBody())

    def activate_at_bank(self, parts: Parts, _body: NoBody) -> AccountShape:
        """Make their itsme active at a bank, with card and card reader."""
        activate_at_bank(self._world, parts["person"], parts["bank"])
        return self.get_account(parts, NoBody())

    def get_memory(self, parts: Parts, _body: NoBody) -> MemoryShape:
        """The codes that they know by heart."""
        account = self._world.accounts.of(parts["person"])
        try:
            pin = self._world.desk.remember_pin(account.person.id)
        except Refused:
            pin = None
        return MemoryShape(
            pin=pin,
            bank_pin=account.person.bank_pin if account.person.banks else None,
            itsme_code=account.code or None,
        )

    def list_cards(self, parts: Parts, _body: NoBody) -> CardsShape:
        """Their eID card and their bank cards."""
        bank_cards = self._world.banks.cards(parts["person"])
        try:
            eid = self._world.desk.card(parts["person"])
        except Refused:
            eid = None
        return cards_shape(eid, bank_cards)

    def read_pin_letter(self, parts: Parts, _body: NoBody) -> PinShape:
        """Look up the PIN of their eID in its letter."""
        return PinShape(pin=self._world.desk.read_pin_letter(parts["person"]))

    def request_new_pin(self, parts: Parts, _body: NoBody) -> PinShape:
        """Request a new PIN of their eID from the commune."""
        return PinShape(pin=self._world.desk.request_new_pin(parts["person"]))

    def use_reader(self, parts: Parts, body: UseReader) -> ReaderShape:
        """Use a bank card in a card reader."""
        return ReaderShape(response=self._world.banks.use_reader(parts["card"], body.pin, body.challenge))

    def replace_card(self, parts: Parts, _body: NoBody) -> BankCardShape:
        """Get a new bank card in place of this one."""
        return bank_card_shape(self._world.banks.replace_card(parts["card"]))
