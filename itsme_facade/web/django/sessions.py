"""What is remembered in Django's session about a login with itsme: whom it names, never the identity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib.auth import authenticate, login

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase
    from django.http import HttpRequest

    from itsme_facade.web.answers import SignIn

_REFERENCE: Final = "itsme_reference"
_LOGINS: Final = "itsme_logins"
_MOST: Final = 5


def current_login(request: HttpRequest) -> str | None:
    """The reference of the person who is signed in: what ON_IDENTITY gave back, the primary key of the user as text.

    Returns:
        None where nobody is signed in, or not with itsme. `request.user` says who is signed in by whatever means.
    """
    reference: str | None = request.session.get(_REFERENCE)
    return reference if request.user.is_authenticated else None


def logins_of(session: SessionBase) -> list[str]:
    """The ids of the logins that signed this session in, the newest last."""
    logins: list[str] = session.get(_LOGINS, [])
    return logins


def sign_in(request: HttpRequest, who: SignIn) -> bool:
    """Signs a user in: Django's own `login`, with a new key for the session.

    Returns:
        False if there is no such user, or one who may not sign in. Nothing has changed then.
    """
    user = authenticate(request, itsme_reference=who.reference)
    if user is None:
        return False
    if who.renew:
        login(request, user)
    request.session[_REFERENCE] = who.reference
    if who.login_id is not None:
        others = [each for each in logins_of(request.session) if each != who.login_id]
        request.session[_LOGINS] = [*others, who.login_id][-_MOST:]
    return True
