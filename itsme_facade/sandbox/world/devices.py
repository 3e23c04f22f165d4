"""Phones as things: what is in them and on them, and the text messages that reach them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .basis import in_turn
from .chance import lasting_digits
from .errors import UnknownPerson
from .messages import SMS_TEXT
from .phones import Phone, Sim, Sms, national_to_international

if TYPE_CHECKING:
    from .basis import Basis
    from .residents import Residents


class Devices:
    """What can be done with phones, by the phone's id."""

    def __init__(self, basis: Basis, residents: Residents) -> None:
        self.basis = basis
        self._residents: Final = residents

    @in_turn
    def phone(self, phone_id: str) -> Phone:
        """A phone, live: read it and write nothing.

        Raises:
            UnknownPhone: There is none.
        """
        return self._residents.phone_with_id(phone_id)

    @in_turn
    def all(self) -> tuple[Phone, ...]:
        """All phones."""
        return self._residents.all_phones()

    @in_turn
    def of(self, person_id: str) -> tuple[Phone, ...]:
        """A person's phones, oldest first.

        Raises:
            UnknownPerson: Nobody has this id.
        """
        return tuple(self._residents.phones_of(person_id))

    @in_turn
    def install_app(self, phone_id: str) -> Phone:
        """Download the app from the App Store or Google Play. Harmless if it is there.

        Raises:
            UnknownPhone: There is none.
        """
        phone = self._residents.phone_with_id(phone_id)
        phone.app = True
        return self._told(phone)

    @in_turn
    def remove_app(self, phone_id: str) -> Phone:
        """Delete the app; an account that worked on this phone works nowhere until its owner enrols again.

        Raises:
            UnknownPhone: There is none.
        """
        phone = self._residents.phone_with_id(phone_id)
        phone.app, phone.registration = False, None
        account = self._residents.account_on(phone)
        if account is not None:
            account.phone_id = account.sim_id = None
            self.basis.tell("account", account.person.id)
        return self._told(phone)

    @in_turn
    def new_phone(self, person_id: str, number: str | None = None, *, touch_id: bool = False) -> Phone:
        """Get somebody one more phone, without the app.

        Args:
            person_id: Whose.
            number: The number of a new SIM card in it, E.164; None leaves it empty (see `move_sim`).
            touch_id: Whether it has Touch ID.

        Raises:
            UnknownPerson: Nobody has this id.
            ValueError: It is no number, or somebody has it.
        """
        phones = self._residents.phones_of(person_id)
        sim = None if number is None else self._new_sim(number)
        phone = Phone(f"{person_id}-{len(phones) + 1}", person_id, None, touch_id, app=False)
        self._residents.add_phone(phone)
        self._residents.insert(sim, phone)
        return self._told(phone)

    @in_turn
    def move_sim(self, from_id: str, to_id: str) -> Phone:
        """Take the SIM card out of one phone and put it into another.

        Raises:
            UnknownPhone: There is none.
            ValueError: There is no SIM card in the first one.
        """
        one, other = self._residents.phone_with_id(from_id), self._residents.phone_with_id(to_id)
        if one.sim is None:
            raise ValueError(f"there is no SIM card in {from_id}")
        if one is not other:
            self._residents.insert(one.sim, other)
            self._told(one)
        return self._told(other)

    @in_turn
    def new_sim(self, phone_id: str, number: str | None = None) -> Phone:
        """Put a new SIM card into a phone, as after a loss.

        Args:
            phone_id: Which phone.
            number: Its number, E.164; None keeps the one that the phone has.

        Raises:
            UnknownPhone: There is none.
            ValueError: It is no number, somebody else has it, or there is none to keep.
        """
        phone = self._residents.phone_with_id(phone_id)
        wanted = number or phone.number
        if not wanted:
            raise ValueError(f"{phone_id} has no number to keep; give one")
        sim = Sim(f"sim-{lasting_digits(12, wanted, str(self.basis.random.random()))}", wanted)
        self._residents.insert(sim if wanted == phone.number else self._new_sim(wanted), phone)
        return self._told(phone)

    def send_sms(self, number: str, code: str) -> bool:
        """Send a verification code by text message; say whether it reached a phone."""
        phone = self._residents.find_phone(number)
        if phone is None:
            return False
        phone.inbox.append(Sms(self.basis.now, SMS_TEXT, code))
        self._told(phone)
        return True

    def _new_sim(self, number: str) -> Sim:
        if national_to_international(number) != number:
            raise ValueError("not a number in E.164 format, such as +32471234567")
        try:
            self._residents.phone(number)
        except UnknownPerson:
            return Sim(f"sim-{lasting_digits(12, number, str(self.basis.random.random()))}", number)
        raise ValueError("another phone has this number")

    def _told(self, phone: Phone) -> Phone:
        self.basis.tell("phone", phone.id)
        return phone
