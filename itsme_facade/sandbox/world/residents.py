"""Who lives in a world: people with their phones, cards and accounts, and how to find them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .accounts import Account
from .cards import BankCard, EidCard, card_number
from .catalogue import check_numbers
from .errors import BadCatalogue, Refused, UnknownPerson, UnknownPhone
from .magic import MAGIC, habit_of
from .phones import Habit, Phone, Sim, national_to_international

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .assumptions import Assumptions
    from .magic import Magic
    from .people import Person


class Residents:
    """Phones, cards and accounts of all people, as the catalogue has them at first.

    The owners of the magic numbers live here too, but `people` does not list them.

    Raises:
        BadCatalogue: Two people have one number, or a number is none.
    """

    def __init__(self, people: Mapping[str, Person], assumptions: Assumptions) -> None:
        faults: list[str] = []
        check_numbers(people, faults)
        if faults:
            raise BadCatalogue("people: " + "; ".join(faults))
        numbers = {person.id: national_to_international(person.phone_number) or "" for person in people.values()}
        taken = {*numbers.values(), *numbers}
        # Whoever lists a magic number in a catalogue of their own means that person.
        magic = [one.person for one in MAGIC.values() if one.number not in taken and one.person.id not in taken]
        self._all: Final = [*people.values(), *magic]
        self._hidden: Final = frozenset(person.id for person in magic)
        self._numbers: Final = numbers | {person.id: person.phone_number for person in magic}
        self._tries: Final = assumptions.pin_tries
        self._phones: Final[dict[str, Phone]] = {}
        self._by_number: Final[dict[str, Phone]] = {}
        self._by_owner: Final[dict[str, list[Phone]]] = {}
        self._accounts: Final[dict[str, Account]] = {}
        self._bank_cards: Final[dict[str, BankCard]] = {}
        self._eids: Final[dict[str, EidCard]] = {}
        self.begin()

    def begin(self) -> None:
        """Have everybody as in the catalogue."""
        for known in (self._phones, self._by_number, self._by_owner, self._accounts, self._bank_cards, self._eids):
            known.clear()
        for person in self._all:
            id_ = person.id
            habit = self._habit(person)
            sim = Sim(f"sim-{id_}", self._numbers[id_])
            phone = Phone(id_, id_, sim, person.touch_id, person.app or person.account != "none", habit)
            self.add_phone(phone)
            self._by_number[sim.number] = phone
            account = self._accounts[id_] = Account(person)
            if person.account != "none":
                account.settle(phone, person.itsme_code)
                account.state = person.account

    def _habit(self, person: Person) -> Habit | None:
        if person.id in self._hidden:
            return habit_of(MAGIC[person.phone_number])
        return Habit(person.behaviour) if person.behaviour else None

    def add_phone(self, phone: Phone) -> None:
        """Let its owner have this phone as well."""
        self._phones[phone.id] = phone
        self._by_owner.setdefault(phone.owner, []).append(phone)

    def insert(self, sim: Sim | None, phone: Phone) -> None:
        """Put a SIM card into a phone, out of any other; the one that was in it is taken out."""
        if phone.sim is not None:
            del self._by_number[phone.sim.number]
        phone.sim = sim
        if sim is not None:
            before = self._by_number.get(sim.number)
            if before is not None:
                before.sim = None
            self._by_number[sim.number] = phone

    def find_phone(self, number: str | None) -> Phone | None:
        """The phone that a number (E.164) reaches, or None."""
        return self._by_number.get(number or "")

    def phone(self, number: str) -> Phone:
        """The phone that a number (E.164) reaches.

        Raises:
            UnknownPerson: Nobody has it.
        """
        try:
            return self._by_number[number]
        except KeyError:
            raise UnknownPerson("nobody has this phone number; the people's numbers are in the catalogue") from None

    def phone_with_id(self, phone_id: str) -> Phone:
        """The phone with this id.

        Raises:
            UnknownPhone: There is none.
        """
        try:
            return self._phones[phone_id]
        except KeyError:
            raise UnknownPhone("no phone has this id; a phone's id is its owner's, with -2 for the second") from None

    def all_phones(self) -> tuple[Phone, ...]:
        """All phones, oldest first, without those of the magic numbers."""
        return tuple(phone for phone in self._phones.values() if phone.owner not in self._hidden)

    def phones_of(self, person_id: str) -> list[Phone]:
        """A person's phones, oldest first.

        Raises:
            UnknownPerson: Nobody has this id.
        """
        self.account(person_id)
        return self._by_owner[person_id]

    def phone_of(self, person_id: str) -> Phone:
        """The phone that a person's account works on, else the newest one that has a SIM card, else the newest.

        Raises:
            UnknownPerson: Nobody has this id.
        """
        phones = self.phones_of(person_id)
        account = self._accounts[person_id]
        return max(phones, key=lambda phone: (account.is_on(phone), phone.sim is not None, phones.index(phone)))

    def account(self, person_id: str) -> Account:
        """A person's account.

        Raises:
            UnknownPerson: Nobody has this id; the message names those who are there.
        """
        try:
            return self._accounts[person_id]
        except KeyError:
            there = ", ".join(person.id for person in self._all if person.id not in self._hidden)
            raise UnknownPerson(f"nobody is called {person_id!r}; there are: {there}") from None

    def account_on(self, phone: Phone) -> Account | None:
        """The account that this phone carries, whether or not it works there with the SIM card in it; or None."""
        owner = self._accounts[phone.owner]
        if owner.phone_id == phone.id:
            return owner
        return next((account for account in self._accounts.values() if account.phone_id == phone.id), None)

    def usable_account(self, phone: Phone) -> Account:
        """The account that works on this phone with the SIM card in it, blocked or not.

        Raises:
            Refused: `no-account`; `account-elsewhere` if there is one that does not work here.
        """
        account = self.account_on(phone)
        if account is not None and account.is_on(phone):
            return account
        there_is_one = account is not None or self._accounts[phone.owner].state != "none"
        raise Refused("account-elsewhere" if there_is_one else "no-account")

    def is_usable(self, phone: Phone) -> bool:
        """Whether an account works on this phone."""
        account = self.account_on(phone)
        return account is not None and account.is_on(phone)

    def magic(self, phone: Phone) -> Magic | None:
        """What the phone's number does by itself, if it is a magic one that nobody else has."""
        return MAGIC.get(phone.number) if phone.owner in self._hidden else None

    def eid(self, person_id: str) -> EidCard | None:
        """A person's eID card, or None if they have another document.

        Raises:
            UnknownPerson: Nobody has this id.
        """
        person = self.account(person_id).person
        if person.document != "eid":
            return None
        if person_id not in self._eids:
            self._eids[person_id] = EidCard(
                owner=person_id,
                pin=person.pin,
                tries=self._tries,
                pin_known=person.pin_known,
                letter_kept=person.letter_kept,
            )
        return self._eids[person_id]

    def bank_cards(self, person_id: str) -> tuple[BankCard, ...]:
        """A person's bank cards.

        Raises:
            UnknownPerson: Nobody has this id.
        """
        return tuple(
            self._bank_card(self.account(person_id).person, bank) for bank in self.account(person_id).person.banks
        )

    def bank_card(self, number: str) -> BankCard | None:
        """The bank card with this number, or None."""
        for person in self._all:
            for bank in person.banks:
                if card_number(person.id, bank) == number:
                    return self._bank_card(person, bank)
        return None

    def _bank_card(self, person: Person, bank: str) -> BankCard:
        number = card_number(person.id, bank)
        if number not in self._bank_cards:
            self._bank_cards[number] = BankCard(
                owner=person.id, pin=person.bank_pin, tries=self._tries, bank=bank, number=number, name=person.name
            )
        return self._bank_cards[number]
