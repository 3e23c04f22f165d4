"""The language of a page: the one chosen on it, else the one the world speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from starlette.responses import RedirectResponse

from .headers import HEADERS

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

LANGUAGES: Final = {"en": "English", "nl": "Nederlands", "fr": "Français", "de": "Deutsch"}
_QUERY: Final = "lang"
# The login page's choice is a cookie of its own, for that one login: the next one begins in the language that the
# relying party asks for.
_EVERYWHERE: Final = "itsme-sandbox-language"
_THIS_LOGIN: Final = "itsme-sandbox-login-language"


def language_of(request: Request, wanted: str | None, default: str) -> str:
    """The language of a page: chosen for this login, else `wanted`, else chosen in this browser, else `default`."""
    for_this_login, everywhere = (request.cookies.get(name, "") for name in (_THIS_LOGIN, _EVERYWHERE))
    if _is_login(request) and for_this_login in LANGUAGES:
        return for_this_login
    return wanted or (everywhere if everywhere in LANGUAGES else default)


def language_choice(request: Request) -> Response | None:
    """Take a choice of language, `?lang=nl`, and send the browser back to the page without it; else None."""
    chosen = request.query_params.get(_QUERY)
    if chosen not in LANGUAGES or request.method != "GET":
        return None
    name, path = _cookie(request)
    rest = urlencode([(key, value) for key, value in request.query_params.multi_items() if key != _QUERY])
    response = RedirectResponse(request.scope["path"] + (f"?{rest}" if rest else ""), 303, HEADERS)
    response.set_cookie(name, chosen, path=path, httponly=True, samesite="lax")
    return response


def language_links(request: Request) -> list[tuple[str, str, str]]:
    """The links that choose a language: its code, its own name, the address."""
    kept = [(key, value) for key, value in request.query_params.multi_items() if key != _QUERY]
    return [(code, name, f"?{urlencode([*kept, (_QUERY, code)])}") for code, name in LANGUAGES.items()]


def _cookie(request: Request) -> tuple[str, str]:
    """The name of the cookie that holds the choice, and the path it is for."""
    return (_THIS_LOGIN, request.scope["path"]) if _is_login(request) else (_EVERYWHERE, "/")


def _is_login(request: Request) -> bool:
    path: str = request.scope["path"]
    return path.startswith("/login/")
