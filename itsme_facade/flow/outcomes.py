"""How a callback can end: one small frozen class for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import field, frozen

if TYPE_CHECKING:
    from itsme_facade.flow.cookies import SetCookie
    from itsme_facade.flow.messages import Message


@frozen(kw_only=True)
class _Outcome:
    login_id: str | None = None
    """Names the login, in logs and on pages. No secret. None where no login could be told."""
    set_cookies: tuple[SetCookie, ...] = ()
    """To set and to delete, whatever is answered."""
    next: str = "/"
    """Where to go afterwards: checked when the login was started, and "/" where that is not known."""
    locale: str | None = None
    """The language that was asked for at the start."""
    kind: ClassVar[str] = ""
    """The outcome's name in lower case."""

    def message(self, locale: str | None = None) -> Message:
        """What to tell the person.

        Args:
            locale: en, nl, fr or de; the login's own language unless given.
        """
        from itsme_facade.flow.messages import message

        return message(self._told_as, locale or self.locale)

    @property
    def _told_as(self) -> str:
        return self.kind


@frozen(kw_only=True)
class SignedIn(_Outcome):
    """The application has just taken the identity. Renew the session and sign the person in."""

    reference: str = field(repr=False)
    """What `on_identity` or `on_link` gave back."""
    service: str
    """login or register."""
    linked: bool = False
    """It was linked to the account that was signed in at the start."""
    kind: ClassVar[str] = "signed_in"


@frozen(kw_only=True)
class SignedInAgain(_Outcome):
    """The same browser came back after its login was delivered: a double click, a reload, another worker."""

    reference: str = field(repr=False)
    """What `on_identity` or `on_link` gave back then."""
    signs_in: bool
    """Whether to sign the person in: at most 60 s after the delivery, and not after a logout. Else only go on."""
    service: str = "login"
    """login or register."""
    linked: bool = False
    """It was linked to the account that was signed in at the start."""
    kind: ClassVar[str] = "signed_in_again"


@frozen(kw_only=True)
class Refused(_Outcome):
    """It ended without an identity. Offer to start again."""

    reason: str
    """cancelled, failure, expired, account_changed, or the application's own word."""
    kind: ClassVar[str] = "refused"

    @property
    def _told_as(self) -> str:
        return self.reason


@frozen(kw_only=True)
class StillOpen(_Outcome):
    """The person has not finished yet. Look again with `resume` after `retry_after` seconds."""

    retry_after: float = 2.0
    """Seconds."""
    code_wanted: bool = False
    """Another browser shows a code for this one: ask for it, and pass it to `confirm`."""
    code_wrong: bool = False
    """The code that was typed is not the one."""
    kind: ClassVar[str] = "still_open"

    @property
    def _told_as(self) -> str:
        if self.code_wrong:
            return "wrong_code"
        return "code_wanted" if self.code_wanted else self.kind


@frozen(kw_only=True)
class Busy(_Outcome):
    """Another worker is at it, or what CM said is kept and will be brought in. Look again with `resume`."""

    retry_after: float = 1.0
    """Seconds."""
    kind: ClassVar[str] = "busy"


@frozen(kw_only=True)
class OtherBrowser(_Outcome):
    """The state came back by a browser that did not start this login. It goes on in the one that did."""

    code: str | None = field(default=None, repr=False)
    """With `code_for_other_browser`: to show here, and to be typed there within 2 minutes."""
    kind: ClassVar[str] = "other_browser"

    @property
    def _told_as(self) -> str:
        return "other_browser_code" if self.code else self.kind


@frozen(kw_only=True)
class Forged(_Outcome):
    """The state or the cookie is wrong. Nothing was consumed."""

    kind: ClassVar[str] = "forged"


@frozen(kw_only=True)
class Unknown(_Outcome):
    """There is no such login, or its life is over. Offer to start again."""

    kind: ClassVar[str] = "unknown"


@frozen(kw_only=True)
class Prefetch(_Outcome):
    """A browser looked ahead, or only asked for the headers. Nothing was consumed; answer 503 with no-store."""

    retry_after: float = 1.0
    """Seconds."""
    kind: ClassVar[str] = "prefetch"


@frozen(kw_only=True)
class Lost(_Outcome):
    """CM says success, but the data had gone out on a connection that broke. The person has to confirm anew."""

    kind: ClassVar[str] = "lost"


FlowOutcome = SignedIn | SignedInAgain | Refused | StillOpen | Busy | OtherBrowser | Forged | Unknown | Prefetch | Lost
