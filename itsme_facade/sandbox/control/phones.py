"""The control API's calls about phones: what is in them, the app's enrolment, and what waits in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from itsme_facade.sandbox.world import Habit

from .looks import action_shape, message_shape, phone_shape
from .operations import Body, NoBody, get, post
from .people import Always, ItsmeCode, Number
from .shapes import ActionsShape, MessagesShape, PhoneShape, PhonesShape

if TYPE_CHECKING:
    from itsme_facade.sandbox.world import World

    from .operations import AnyOperation, Parts


class NewSim(Body):
    """A SIM card of a new number (E.164), or of the number that the phone has."""

    phone_number: Annotated[str, msgspec.Meta(pattern=r"^\+[1-9][0-9]{6,14}$")] | None = None


class MoveSim(Body):
    """Where the SIM card goes."""

    to: str


class EnterNumber(Body):
    """The mobile phone number."""

    phone_number: Number


class EnterToken(Body):
    """The identification token, 6 characters."""

    token: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]


class EnterCode(Body):
    """Five figures: the verification code of the text message, or the itsme code."""

    code: ItsmeCode


class UseTouchId(Body):
    """Whether a fingerprint does instead of the itsme code."""

    on: bool


class Approve(Body):
    """The icon that is tapped, and the itsme code or a fingerprint."""

    icon: str
    code: ItsmeCode | None = None
    fingerprint: bool = False


class PhoneCalls:
    """What can be done with phones, by the phone's id."""

    def __init__(self, world: World) -> None:
        self._world = world

    def operations(self) -> list[AnyOperation]:
        """Make their rows of the table."""
        one, app, action = "/phones/{phone}", "/phones/{phone}/app", "/phones/{phone}/actions/{action}"
        return [
            get("/phones", self.list_phones, PhonesShape),
            get(one, self.get_phone, PhoneShape),
            post(f"{one}/always", self.set_phone_habit, Always, PhoneShape),
            post(f"{one}/new-sim", self.new_sim, NewSim, PhoneShape),
            post(f"{one}/move-sim", self.move_sim, MoveSim, PhoneShape),
            get(f"{one}/messages", self.list_messages, MessagesShape),
            post(app, self.install_app, NoBody, PhoneShape),
            post(f"{app}/remove", self.remove_app, NoBody, PhoneShape),
            post(f"{app}/restart", self.restart_enrolment, NoBody, PhoneShape),
            post(f"{app}/number", self.enter_number, EnterNumber, PhoneShape),
            post(f"{app}/token", self.enter_token, EnterToken, PhoneShape),
            post(f"{app}/resend", self.resend_sms, NoBody, PhoneShape),
            post(f"{app}/verification-code", self.enter_sms_code, EnterCode, PhoneShape),
            post(f"{app}/code", self.choose_code, EnterCode, PhoneShape),
            post(f"{app}/confirm", self.confirm_code, EnterCode, PhoneShape),
            post(f"{app}/touch-id", self.use_touch_id, UseTouchId, PhoneShape),
            get(f"{one}/actions", self.list_actions, ActionsShape),
            post(f"{action}/approve", self.approve_action, Approve, ActionsShape),
            post(f"{action}/refuse", self.refuse_action, NoBody, ActionsShape),
        ]

    def list_phones(self, _parts: Parts, _body: NoBody) -> PhonesShape:
        """All phones."""
        return PhonesShape(phones=tuple(phone_shape(self._world, phone) for phone in self._world.devices.all()))

    def get_phone(self, parts: Parts, _body: NoBody) -> PhoneShape:
        """One phone; its id is its owner's, with -2 for their second."""
        return phone_shape(self._world, self._world.devices.phone(parts["phone"]))

    def set_phone_habit(self, parts: Parts, body: Always) -> PhoneShape:
        """Let its owner approve, refuse or ignore whatever it asks."""
        number = self._world.devices.phone(parts["phone"]).number
        self._world.set_habit(number, Habit(body.behaviour, body.after_seconds) if body.behaviour else None)
        return self._after(parts)

    def new_sim(self, parts: Parts, body: NewSim) -> PhoneShape:
        """Put a new SIM card into it."""
        return phone_shape(self._world, self._world.devices.new_sim(parts["phone"], body.phone_number))

    def move_sim(self, parts: Parts, body: MoveSim) -> PhoneShape:
        """Put its SIM card into another phone."""
        return phone_shape(self._world, self._world.devices.move_sim(parts["phone"], body.to))

    def list_messages(self, parts: Parts, _body: NoBody) -> MessagesShape:
        """Its text messages."""
        inbox = tuple(self._world.devices.phone(parts["phone"]).inbox)
        return MessagesShape(messages=tuple(message_shape(sms) for sms in inbox))

    def install_app(self, parts: Parts, _body: NoBody) -> PhoneShape:
        """Download the app."""
        return phone_shape(self._world, self._world.devices.install_app(parts["phone"]))

    def remove_app(self, parts: Parts, _body: NoBody) -> PhoneShape:
        """Delete the app."""
        return phone_shape(self._world, self._world.devices.remove_app(parts["phone"]))

    def restart_enrolment(self, parts: Parts, _body: NoBody) -> PhoneShape:
        """Begin to enrol with the number again."""
        self._world.activation.restart(parts["phone"])
        return self._after(parts)

    def enter_number(self, parts: Parts, body: EnterNumber) -> PhoneShape:
        """Enrol: enter the number."""
        self._world.activation.enter_number(parts["phone"], body.phone_number)
        return self._after(parts)

    def enter_token(self, parts: Parts, body: EnterToken) -> PhoneShape:
        """Enrol: enter the identification token."""
        self._world.activation.enter_token(parts["phone"], body.token)
        return self._after(parts)

    def resend_sms(self, parts: Parts, _body: NoBody) -> PhoneShape:
        """Enrol: have another text message sent."""
        self._world.activation.resend_sms(parts["phone"])
        return self._after(parts)

    def enter_sms_code(self, parts: Parts, body: EnterCode) -> PhoneShape:
        """Enrol: enter the verification code."""
        self._world.activation.enter_sms_code(parts["phone"], body.code)
        return self._after(parts)

    def choose_code(self, parts: Parts, body: EnterCode) -> PhoneShape:
        """Enrol: choose an itsme code."""
        self._world.activation.choose_code(parts["phone"], body.code)
        return self._after(parts)

    def confirm_code(self, parts: Parts, body: EnterCode) -> PhoneShape:
        """Enrol: confirm the itsme code."""
        self._world.activation.confirm_code(parts["phone"], body.code)
        return self._after(parts)

    def use_touch_id(self, parts: Parts, body: UseTouchId) -> PhoneShape:
        """Turn Touch ID on or off."""
        self._world.activation.use_touch_id(parts["phone"], on=body.on)
        return self._after(parts)

    def list_actions(self, parts: Parts, _body: NoBody) -> ActionsShape:
        """What waits in the app."""
        return ActionsShape(actions=tuple(map(action_shape, self._world.apps.pending(parts["phone"]))))

    def approve_action(self, parts: Parts, body: Approve) -> ActionsShape:
        """Tap an icon and confirm."""
        self._world.apps.approve(
            parts["phone"], parts["action"], body.icon, code=body.code, fingerprint=body.fingerprint
        )
        return self.list_actions(parts, NoBody())

    def refuse_action(self, parts: Parts, _body: NoBody) -> ActionsShape:
        """Refuse."""
        self._world.apps.refuse(parts["phone"], parts["action"])
        return self.list_actions(parts, NoBody())

    def _after(self, parts: Parts) -> PhoneShape:
        return self.get_phone(parts, NoBody())
