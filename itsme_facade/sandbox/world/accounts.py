"""A person's itsme account, and what its owner can do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from attrs import define, field

from .basis import in_turn
from .chance import lasting_letters
from .errors import Refused

if TYPE_CHECKING:
    from .actions import Actions
    from .basis import Basis
    from .people import Person
    from .phones import Phone
    from .residents import Residents

State = Literal["none", "active", "blocked"]


@define(eq=False)
class Account:
    """A person's itsme account; there is one a person, maybe not made yet.

    Attributes:
        person: Whose it is, with the number and the e-mail address that they enrolled with.
        state: "none" before it is made and after it is deleted; else "active" or "blocked".
        phone_id: The one phone that it works on.
        sim_id: The SIM card that must be in that phone.
        code: The itsme code, 5 figures.
        wrong_codes: How many wrong ones were entered since the last right one.
        touch_id: Whether a fingerprint does instead of the code.
        made: How often it was made: each time gives new userIds.
        banks: The banks that it is active at.
    """

    person: Person = field(repr=False)
    state: State = "none"
    phone_id: str | None = None
    sim_id: str | None = None
    code: str = field(default="", repr=False)
    wrong_codes: int = 0
    touch_id: bool = False
    made: int = 1
    banks: set[str] = field(factory=set[str])

    @property
    def blocked(self) -> bool:
        """Whether it is blocked."""
        return self.state == "blocked"

    def is_on(self, phone: Phone) -> bool:
        """Whether this phone, with the SIM card and the app that are on it, is the one that the account works on."""
        return phone.app and self.phone_id == phone.id and phone.sim is not None and phone.sim.id == self.sim_id

    def user_id(self, api_token: str) -> str:
        """What the owner of an API token knows the person by: 40 letters and digits, the same in every run."""
        return lasting_letters(40, self.person.id, str(self.made), api_token.lower())

    def settle(self, phone: Phone, code: str) -> None:
        """Work on this phone and its SIM card from now on, and on no other."""
        assert phone.sim is not None  # noqa: S101 - whoever calls has looked
        self.state = "active"
        self.phone_id, self.sim_id, self.code = phone.id, phone.sim.id, code
        self.wrong_codes, self.touch_id = 0, False

    def block(self) -> None:
        """Work nowhere until the person enrols again."""
        self.state = "blocked"

    def delete(self) -> None:
        """Be as if never made; what is made next has new userIds."""
        if self.state != "none":
            self.made += 1
        self.state = "none"
        self.phone_id = self.sim_id = None
        self.code, self.wrong_codes, self.touch_id = "", 0, False
        self.banks.clear()


class Accounts:
    """What can be done with accounts, by person."""

    def __init__(self, basis: Basis, residents: Residents, actions: Actions) -> None:
        self.basis = basis
        self._residents: Final = residents
        self._actions: Final = actions

    @in_turn
    def of(self, person_id: str) -> Account:
        """A person's account, live: read it and write nothing.

        Raises:
            UnknownPerson: Nobody has this id.
        """
        return self._residents.account(person_id)

    @in_turn
    def block(self, person_id: str) -> None:
        """Let its owner block an account, as after a theft; all that waits in the app ends. Harmless when repeated.

        Raises:
            UnknownPerson: Nobody has this id.
            Refused: `no-account`.
        """
        account = self._residents.account(person_id)
        if account.state == "none":
            raise Refused("no-account")
        account.block()
        self._actions.end_all(person_id, self.basis.now)
        self.basis.tell("account", person_id)

    @in_turn
    def delete(self, person_id: str) -> None:
        """Delete an account: enrolling makes another one, with new userIds. Harmless when repeated.

        Raises:
            UnknownPerson: Nobody has this id.
        """
        self._residents.account(person_id).delete()
        self._actions.end_all(person_id, self.basis.now)
        self.basis.tell("account", person_id)

    @in_turn
    def enrol_now(self, person_id: str, code: str | None = None) -> Account:
        """Take all steps of an enrolment at once, on the person's newest phone that has a SIM card.

        The app is put on it if need be. A blocked account works again, with the userIds it had.

        Args:
            person_id: Who.
            code: The itsme code; by default the catalogue's.

        Raises:
            UnknownPerson: Nobody has this id.
            Refused: `sim-elsewhere` if they have no phone with a SIM card; `phone-in-use`.
        """
        account = self._residents.account(person_id)
        phone = next((phone for phone in reversed(self._residents.phones_of(person_id)) if phone.sim), None)
        if phone is None:
            raise Refused("sim-elsewhere")
        other = self._residents.account_on(phone)
        if other is not None and other is not account:
            raise Refused("phone-in-use")
        phone.app, phone.registration = True, None
        account.settle(phone, code or account.person.itsme_code)
        self.basis.tell("account", person_id)
        return account

    @in_turn
    def make_anew(self, person_id: str) -> None:
        """Delete an account and make another one at once: not blocked, and with new userIds.

        Raises:
            UnknownPerson: Nobody has this id.
        """
        self.delete(person_id)
        self.enrol_now(person_id)
