"""Who lives in a world: people with their phones and accounts, and how to find them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import define

from .chance import lasting_letters
from .errors import BadCatalogue, UnknownPerson
from .people import check_numbers
from .phones import Habit, Phone, national_to_international

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .people import Person


@define(eq=False)
class Account:
    """A person's itsme account. `made` counts how often it was made: each time gives new userIds."""

    person: Person
    blocked: bool
    made: int = 1

    def user_id(self, api_token: str) -> str:
        """What the owner of an API token knows the person by: 40 letters and digits, the same in every run."""
        return lasting_letters(40, self.person.id, str(self.made), api_token.lower())


class Residents:
    """Phones and accounts of all people, as the catalogue has them at first.

    Raises:
        BadCatalogue: Two people have one number, or a number is none.
    """

    def __init__(self, people: Mapping[str, Person]) -> None:
        faults: list[str] = []
        check_numbers(people, faults)
        if faults:
            raise BadCatalogue("people: " + "; ".join(faults))
        self._phones: Final[dict[str, Phone]] = {}
        self._by_owner: Final[dict[str, Phone]] = {}
        self._accounts: Final[dict[str, Account]] = {}
        for person in people.values():
            number = national_to_international(person.phone_number) or person.phone_number
            phone = Phone(number, person.id, Habit(person.behaviour) if person.behaviour else None)
            self._phones[number] = self._by_owner[person.id] = phone
            self._accounts[person.id] = Account(person, blocked=person.account == "blocked")

    def find_phone(self, number: str | None) -> Phone | None:
        """The phone with this number (E.164), or None."""
        return self._phones.get(number or "")

    def phone(self, number: str) -> Phone:
        """The phone with this number (E.164).

        Raises:
            UnknownPerson: Nobody has it.
        """
        try:
            return self._phones[number]
        except KeyError:
            raise UnknownPerson("nobody has this phone number; the people's numbers are in the catalogue") from None

    def phone_of(self, person_id: str) -> Phone:
        """A person's phone.

        Raises:
            UnknownPerson: Nobody has this id.
        """
        self.account(person_id)
        return self._by_owner[person_id]

    def account(self, person_id: str) -> Account:
        """A person's account.

        Raises:
            UnknownPerson: Nobody has this id; the message names those who are there.
        """
        try:
            return self._accounts[person_id]
        except KeyError:
            raise UnknownPerson(f"nobody is called {person_id!r}; there are: {', '.join(self._accounts)}") from None
