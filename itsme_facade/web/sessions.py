"""Who is signed in, and the token against CSRF, in a framework's session.

Only the application's own reference is kept there, never the identity: many sessions are cookies that are signed and
not sealed, so the browser's owner can read them.
"""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, MutableMapping

    from itsme_facade.web.answers import SignIn

    Session = MutableMapping[str, Any]

KEY: Final = "itsme"
_CSRF: Final = "itsme_csrf"


def reference_of(session: Session) -> str | None:
    """The reference of the person who is signed in; None for nobody."""
    return _text(session, "reference")


def login_of(session: Session) -> str | None:
    """The id of the login that signed them in; None for nobody, and for who came another way."""
    return _text(session, "login_id")


def begin(session: Session, person: SignIn, *, keep: Iterable[str] = ()) -> None:
    """Signs a person in.

    Whatever was in the session before is gone, but for `keep`: somebody else may have prepared it.

    Args:
        session: the framework's.
        person: who it is.
        keep: names of values that outlive the renewal.
    """
    if person.renew:
        kept = {name: session[name] for name in keep if name in session}
        session.clear()
        session.update(kept)
    session[KEY] = {"reference": person.reference, "login_id": person.login_id}


def end(session: Session) -> None:
    """Signs out: the session is emptied."""
    session.clear()


def csrf_token(session: Session) -> str:
    """The token of this session, made when it is first asked for."""
    token = session.get(_CSRF)
    if not isinstance(token, str):
        token = session[_CSRF] = secrets.token_urlsafe(32)
    return token


def is_csrf_token(session: Session, given: str | None) -> bool:
    """Whether this is the session's token; takes the same time whichever character differs."""
    token = session.get(_CSRF)
    if not isinstance(token, str) or not given:
        return False
    return hmac.compare_digest(token.encode(), given.encode("utf-8", "surrogatepass"))


def _text(session: Session, name: str) -> str | None:
    kept = session.get(KEY)
    value = cast("dict[str, object]", kept).get(name) if isinstance(kept, dict) else None
    return value if isinstance(value, str) else None
