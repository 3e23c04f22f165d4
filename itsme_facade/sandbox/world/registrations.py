"""How far somebody is with an enrolment in the app on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from attrs import define, field

if TYPE_CHECKING:
    from .enrolments import Enrolment

Screen = Literal["number", "token", "sms", "code", "confirm", "touch-id", "home"]


@define(eq=False)
class Registration:
    """How far somebody is in the app on one phone.

    Attributes:
        screen: What the app asks for next: the number, the token, the verification code, an itsme code, the same once
            more, whether to use Touch ID; "home" when that is done.
        number: The number that was entered, E.164.
        enrolment: The one whose token was entered.
        sms_code: The verification code that was sent last; None when it is void.
        sms_until: Until when it can be used, in seconds since the epoch.
        sms_wrong: How many wrong ones were entered since.
        code: The itsme code that was chosen and is still to be confirmed.
    """

    screen: Screen = "number"
    number: str = field(default="", repr=False)
    enrolment: Enrolment | None = None
    sms_code: str | None = field(default=None, repr=False)
    sms_until: float = 0.0
    sms_wrong: int = 0
    code: str = field(default="", repr=False)
