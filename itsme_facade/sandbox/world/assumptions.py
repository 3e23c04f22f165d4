"""What the sandbox assumes about CM.com's API and about itsme, by name, in one place."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from attrs import field, frozen

RedirectKind = Literal["http", "loopback", "query", "fragment"]
End = Literal["cancelled", "failure", "expired"]


def _positive(_: object, attribute: object, value: timedelta) -> None:
    if value <= timedelta(0):
        raise ValueError(f"{getattr(attribute, 'name', 'value')} must be longer than nothing, got {value}")


def _at_least_one(_: object, attribute: object, value: int) -> None:
    if value < 1:
        raise ValueError(f"{getattr(attribute, 'name', 'value')} must be at least 1, got {value}")


@frozen(kw_only=True)
class Assumptions:
    """Every choice that no public page of CM.com or itsme makes for us; each can be set otherwise.

    Two more are not settings: userIds differ from API token to API token, and any 5 figures make an itsme code, since
    nothing forbids simple ones.

    Attributes:
        lifetime: How long a transaction can stay open before it is expired. Assumed: 10 minutes.
        approval_time: How long the app waits for the person once it has asked. Assumed: 3 minutes, the life
            of an action in itsme's own app.
        unanswered: How a transaction ends that the app asked about and nobody answered. Assumed: expired.
        wrong_icon: How a transaction ends when the person taps the wrong icon. Assumed: cancelled.
        blocked_account: How a transaction ends when the person's account is blocked. Assumed: failure.
        second_read: What a status request gets after the user information has been handed out. Assumed:
            "status-only", which is `{"status": "success"}`; "unknown-token" answers as for a token never
            given.
        read_within: The 30-second rule of another API of CM.com: user information asked for later than this
            after the person was sent back (or approved, if nobody was sent back) is withheld. Assumed:
            None, no such rule.
        unknown_token_status: The HTTP status for a transaction token that nobody was given. Assumed: 404.
        error_fields: The fields of an error's body, out of `status`, `message` and `code`. Assumed: all
            three.
        user_id_without_scopes: Whether a success has a userId when no scope was asked for. Assumed: yes.
        api_tokens: The API tokens that are accepted, or None for any GUID. Assumed: any GUID.
        unknown_api_token_status: The HTTP status for a GUID that is not in `api_tokens`. Assumed: 403, as
            another API of CM.com does.
        redirect_appends: Names and values added to the query of redirectUrl when the person is sent back.
            Assumed: none.
        redirect_refused: Kinds of redirectUrl that get a 400: "http" (not https), "loopback" (this
            machine), "query" (has a query), "fragment" (has a fragment). Assumed: none.
        default_locale: The language of the screens when the request names none. Assumed: English.
        retention: How long a finished transaction is remembered; later its token is unknown. Assumed: 1
            hour. Enrolments and visits to a bank are remembered as long after they began.
        token_lifetime: How long an identification token can be used. Assumed: 24 hours.
        sms_lifetime: How long a verification code that came by text message can be used. Assumed: 10 minutes.
        sms_tries: How many wrong verification codes make the one that was sent void. Assumed: 3.
        pin_tries: How many wrong PINs block an eID card or a bank card. Assumed: 3.
        code_tries: How many wrong itsme codes block an account: 3, as itsme says.
        second_device: What becomes of an account that works on one device when its person enrols on another.
            Assumed: "moves", it works on the new one and no longer on the old one; "refused" wants it deleted
            or blocked first.
        minimum_age: From how many years on a person may have an account: 16, as itsme says. Whoever could be
            that old by a partial or unknown birth date is admitted: assumed.
    """

    lifetime: timedelta = field(default=timedelta(minutes=10), validator=_positive)
    approval_time: timedelta = field(default=timedelta(minutes=3), validator=_positive)
    unanswered: End = "expired"
    wrong_icon: End = "cancelled"
    blocked_account: End = "failure"
    second_read: Literal["status-only", "unknown-token"] = "status-only"
    read_within: timedelta | None = None
    unknown_token_status: int = 404
    error_fields: tuple[Literal["status", "message", "code"], ...] = ("status", "message", "code")
    user_id_without_scopes: bool = True
    api_tokens: frozenset[str] | None = None
    unknown_api_token_status: int = 403
    redirect_appends: tuple[tuple[str, str], ...] = ()
    redirect_refused: frozenset[RedirectKind] = frozenset()
    default_locale: Literal["en", "nl", "fr", "de"] = "en"
    retention: timedelta = field(default=timedelta(hours=1), validator=_positive)
    token_lifetime: timedelta = field(default=timedelta(hours=24), validator=_positive)
    sms_lifetime: timedelta = field(default=timedelta(minutes=10), validator=_positive)
    sms_tries: int = field(default=3, validator=_at_least_one)
    pin_tries: int = field(default=3, validator=_at_least_one)
    code_tries: int = field(default=3, validator=_at_least_one)
    second_device: Literal["moves", "refused"] = "moves"
    minimum_age: int = 16
