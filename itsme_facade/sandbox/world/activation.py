"""The steps of an enrolment that are taken in the app: number, token, verification code, itsme code (ENROL)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from attrs import evolve

from .basis import in_turn
from .chance import digits
from .errors import Refused
from .phones import national_to_international
from .registrations import Registration

if TYPE_CHECKING:
    from .accounts import Account
    from .basis import Basis
    from .devices import Devices
    from .enrolments import Enrolment, Enrolments
    from .people import Person
    from .phones import Phone
    from .registrations import Screen
    from .residents import Residents

_CODE: Final = re.compile(r"[0-9]{5}", re.ASCII)


class Activation:
    """The app's enrolment, by the phone's id. Each step gives the registration as it then is."""

    def __init__(self, basis: Basis, residents: Residents, devices: Devices, enrolments: Enrolments) -> None:
        self.basis = basis
        self._residents: Final = residents
        self._devices: Final = devices
        self._enrolments: Final = enrolments

    @in_turn
    def registration(self, phone_id: str) -> Registration:
        """How far the app on a phone is.

        Raises:
            UnknownPhone: There is none.
            Refused: `app-missing`.
        """
        return self._registration(self._phone(phone_id))

    @in_turn
    def restart(self, phone_id: str) -> Registration:
        """Begin with the number again; a verification code that was sent is void.

        Raises:
            UnknownPhone: There is none.
            Refused: `app-missing`.
        """
        phone = self._phone(phone_id)
        phone.registration = Registration()
        return self._told(phone)

    @in_turn
    def enter_number(self, phone_id: str, number: str) -> Registration:
        """Enter the mobile phone number; next the app asks for the token.

        Raises:
            UnknownPhone: There is none.
            Refused: `number-invalid`, `app-missing`, `out-of-step`.
        """
        phone, registration = self._at(phone_id, "number", "token")
        read = national_to_international(number)
        if read is None:
            raise Refused("number-invalid")
        registration.number, registration.screen = read, "token"
        return self._told(phone)

    @in_turn
    def enter_token(self, phone_id: str, token: str) -> Registration:
        """Enter the identification token; a verification code is then sent by text message.

        Raises:
            UnknownPhone: There is none.
            Refused: `token-unknown`, `token-used`, `token-replaced`, `token-expired`, `number-differs`,
                `app-missing`, `out-of-step`.
        """
        phone, registration = self._at(phone_id, "token")
        enrolment = self._enrolments.with_token(token)
        if enrolment.number != registration.number:
            registration.screen = "number"
            raise Refused("number-differs")
        registration.enrolment, registration.screen = enrolment, "sms"
        self._send(registration)
        return self._told(phone)

    @in_turn
    def resend_sms(self, phone_id: str) -> Registration:
        """Have another verification code sent; the one before is void.

        Raises:
            UnknownPhone: There is none.
            Refused: `app-missing`, `out-of-step`.
        """
        phone, registration = self._at(phone_id, "sms")
        self._send(registration)
        return self._told(phone)

    @in_turn
    def enter_sms_code(self, phone_id: str, code: str) -> Registration:
        """Enter the verification code, 5 figures; next the app asks for an itsme code.

        Raises:
            UnknownPhone: There is none.
            Refused: `sms-wrong`, `sms-expired`, `sms-void`, `sim-elsewhere`, `app-missing`, `out-of-step`.
        """
        phone, registration = self._at(phone_id, "sms")
        if registration.sms_code is None:
            raise Refused("sms-void")
        if self.basis.now >= registration.sms_until:
            raise Refused("sms-expired")
        if code.strip() != registration.sms_code:
            registration.sms_wrong += 1
            left = self.basis.assumptions.sms_tries - registration.sms_wrong
            if left <= 0:
                registration.sms_code = None
                raise Refused("sms-void")
            raise Refused("sms-wrong", left=left)
        if phone.number != registration.number:
            raise Refused("sim-elsewhere")
        registration.screen, registration.sms_code = "code", None
        return self._told(phone)

    @in_turn
    def choose_code(self, phone_id: str, code: str) -> Registration:
        """Choose an itsme code, 5 figures; next the app asks for the same again.

        Raises:
            UnknownPhone: There is none.
            Refused: `code-form`, `app-missing`, `out-of-step`.
        """
        phone, registration = self._at(phone_id, "code")
        if not _CODE.fullmatch(code):
            raise Refused("code-form")
        registration.code, registration.screen = code, "confirm"
        return self._told(phone)

    @in_turn
    def confirm_code(self, phone_id: str, code: str) -> Registration:
        """Confirm the itsme code: the account then works on this phone with this SIM card, and nowhere else.

        If the phone has Touch ID, the app then asks whether to use it.

        Raises:
            UnknownPhone: There is none.
            Refused: `code-differs` (a code is to be chosen again), `sim-elsewhere`, `phone-in-use`, `second-device`,
                `too-young`, what `enter_token` says of a token, `app-missing`, `out-of-step`.
        """
        phone, registration = self._at(phone_id, "confirm")
        if code != registration.code:
            registration.code, registration.screen = "", "code"
            raise Refused("code-differs")
        enrolment = registration.enrolment
        assert enrolment is not None  # noqa: S101 - the steps before saw to it
        assert enrolment.person is not None  # noqa: S101 - no token without a card
        assert enrolment.token is not None  # noqa: S101 - it was entered
        # A lot may have happened since: another registration, another SIM card.
        self._enrolments.with_token(enrolment.token)
        account = self._residents.account(enrolment.person.id)
        self._check_device(phone, registration, account)
        enrolment.step = "done"
        account.person = _with_details(account.person, enrolment)
        account.settle(phone, code)
        registration.code, registration.enrolment = "", None
        registration.screen = "touch-id" if phone.touch_id else "home"
        self.basis.tell("enrolment", enrolment.id)
        self.basis.tell("account", account.person.id)
        return self._told(phone)

    @in_turn
    def use_touch_id(self, phone_id: str, *, on: bool) -> Registration:
        """Say whether a fingerprint does instead of the itsme code; it can be changed later.

        Raises:
            UnknownPhone: There is none.
            Refused: `no-touch-id`, `no-account`, `account-elsewhere`, `app-missing`.
        """
        phone = self._phone(phone_id)
        account = self._residents.usable_account(phone)
        if on and not phone.touch_id:
            raise Refused("no-touch-id")
        account.touch_id = on
        self._registration(phone).screen = "home"
        return self._told(phone)

    def _check_device(self, phone: Phone, registration: Registration, account: Account) -> None:
        if phone.number != registration.number:
            raise Refused("sim-elsewhere")
        other = self._residents.account_on(phone)
        if other is not None and other is not account:
            raise Refused("phone-in-use")
        moves = self.basis.assumptions.second_device == "moves"
        if not moves and account.state == "active" and account.phone_id not in (None, phone.id):
            raise Refused("second-device")

    def _send(self, registration: Registration) -> None:
        code = digits(self.basis.random, 5)
        lifetime = self.basis.assumptions.sms_lifetime.total_seconds()
        registration.sms_code, registration.sms_until = code, self.basis.now + lifetime
        registration.sms_wrong = 0
        # It may reach nobody: a wrong number. The person sees no message, and checks the number or begins again.
        self._devices.send_sms(registration.number, code)

    def _phone(self, phone_id: str) -> Phone:
        phone = self._residents.phone_with_id(phone_id)
        if not phone.app:
            raise Refused("app-missing")
        return phone

    def _registration(self, phone: Phone) -> Registration:
        usable, known = self._residents.is_usable(phone), phone.registration
        # Somebody who was at home is not any more when the account is deleted, or works on another phone.
        if known is None or (known.screen in ("touch-id", "home") and not usable):
            phone.registration = known = Registration("home" if usable else "number")
        return known

    def _at(self, phone_id: str, *screens: Screen) -> tuple[Phone, Registration]:
        phone = self._phone(phone_id)
        registration = self._registration(phone)
        if registration.screen not in screens:
            raise Refused("out-of-step")
        return phone, registration

    def _told(self, phone: Phone) -> Registration:
        self.basis.tell("phone", phone.id)
        return self._registration(phone)


def _with_details(person: Person, enrolment: Enrolment) -> Person:
    """The person with the number and the address that they enrolled with; the same number stays as it was written."""
    same = national_to_international(person.phone_number) == enrolment.number
    number = person.phone_number if same else enrolment.number
    return evolve(person, phone_number=number, email_address=enrolment.email)
