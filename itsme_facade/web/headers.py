"""The headers of what we answer, and what may be told from those of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from itsme_facade.flow.messages import LOCALES
from itsme_facade.settings import is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_EVERY_LOOPBACK: Final = ("http://localhost:*", "http://127.0.0.1:*", "http://*.localhost:*")

NOT_KEPT: Final = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-content-type-options": "nosniff"}
"""On every answer that has to do with one person."""


def form_action_sources(host: str) -> tuple[str, ...]:
    """What `form-action` in the content security policy of a page with the button has to allow.

    Chromium holds form-action against every redirect that follows a form, so 'self' alone keeps people from itsme.
    Which hosts lie on that way is known at a start only (CM's authenticationUrl, and where it leads on to), so any
    https is allowed; a policy that names hosts would stop every login on the day that one changes. What this gives
    away is small: form-action only limits where a form may be sent that somebody has managed to put into the page.

    Args:
        host: the request's Host header. A loopback host is one of development: then loopback by http is allowed too.

    >>> form_action_sources("shop.example")
    ("'self'", 'https:')
    """
    return ("'self'", "https:", *(_EVERY_LOOPBACK if _is_loopback(host) else ()))


def page_headers(*, form_action: Iterable[str] | None, sources: Iterable[str] = ()) -> dict[str, str]:
    """The headers of one of our pages.

    Args:
        form_action: where the page's form may lead; None for a page without one. With a form the referrer goes to
            this site (browsers that may not send one say `Origin: null`, which CSRF protection refuses), else nowhere.
        sources: more places that styles, pictures and fonts may come from, for templates of one's own.
    """
    more = "".join(f" {source}" for source in sources)
    policy = [
        "default-src 'none'",
        f"style-src 'self'{more}",
        f"img-src 'self' data:{more}",
        f"font-src 'self'{more}",
        "form-action " + " ".join(form_action or ("'none'",)),
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
    return NOT_KEPT | {
        "content-security-policy": "; ".join(policy),
        "referrer-policy": "no-referrer" if form_action is None else "same-origin",
        "vary": "Accept-Language, Cookie",
    }


def preferred_language(accept_language: str) -> str | None:
    """The language a browser likes best of those we have; None if it likes none of them.

    >>> preferred_language("es, fr-BE;q=0.8, nl;q=0.9")
    'nl'
    """
    best: tuple[float, str] | None = None
    for part in accept_language[:1_000].split(","):
        tag, _, parameter = part.strip().partition(";")
        code = tag.strip().partition("-")[0].lower()
        quality = _quality(parameter)
        if code in LOCALES and quality > 0 and (best is None or quality > best[0]):
            best = (quality, code)
    return best[1] if best else None


def comes_from_here(headers: Mapping[str, str], *, secure: bool) -> bool:
    """Whether a POST was sent by a page of this origin, as far as the browser says (Sec-Fetch-Site, else Origin).

    Neither is proof that it was: programs say what they like, and old browsers say nothing. A token decides besides.

    Args:
        headers: by names in lower case.
        secure: the request came over https.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return True
    return origin.lower() == f"{'https' if secure else 'http'}://{headers.get('host', '').lower()}"


def is_safe_connection(host: str, *, secure: bool) -> bool:
    """Whether a login may travel this way: https, or http that does not leave this machine.

    Args:
        host: the Host header.
        secure: the request came over https, as the framework sees it behind its proxies.
    """
    return secure or _is_loopback(host)


def _is_loopback(host: str) -> bool:
    try:
        return is_loopback(urlsplit(f"//{host}").hostname)
    except ValueError:
        return False


def _quality(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
