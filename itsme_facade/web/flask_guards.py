"""Who is signed in, and pages for those who are, in Flask."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar
from urllib.parse import urlencode

from flask import abort, current_app, redirect, request, session

from itsme_facade.web import sessions
from itsme_facade.web.answers import SignIn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from werkzeug.wrappers import Response as AnyResponse

_P = ParamSpec("_P")
_T = TypeVar("_T")
EXTENSION: Final = "itsme"
"""Where the application keeps the address of its login page: in `app.extensions`."""


def current_login() -> str | None:
    """Who is signed in: what `on_identity` gave back for them, or None. Never the identity."""
    return sessions.reference_of(session)


def login_required(view: Callable[_P, _T]) -> Callable[_P, _T | AnyResponse]:
    """Lets only those in who are signed in; a decorator for views, below `@app.route`.

    Others are sent to the login page with `next`, when they asked for a page (303), and get 401 otherwise.
    """

    @functools.wraps(view)
    def guarded(*arguments: _P.args, **options: _P.kwargs) -> _T | AnyResponse:
        if current_login() is not None:
            return view(*arguments, **options)
        if request.method != "GET" or "text/html" not in request.headers.get("Accept", ""):
            abort(401)
        query = request.query_string.decode("ascii", "replace")
        wanted = request.script_root + request.path + (f"?{query}" if query else "")
        login_page: str = current_app.extensions[EXTENSION]
        response = redirect(f"{request.script_root}{login_page}?{urlencode({'next': wanted})}", 303)
        response.headers["Cache-Control"] = "no-store"
        return response

    return guarded


def sign_in(reference: str, *, keep: Iterable[str] = ()) -> None:
    """Signs a person in who came another way, such as by password. The session is renewed, as at a login with itsme.

    Args:
        reference: what `current_login` shall give.
        keep: names of session values that outlive it.
    """
    sessions.begin(session, SignIn(reference, None), keep=keep)


def sign_out() -> None:
    """Empties the session. POST `logout` does that, and takes the login's power to sign in again as well."""
    sessions.end(session)
