"""Where a browser may be sent after its login: paths of this site, and origins that were listed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from itsme_facade.settings import wrong_address

if TYPE_CHECKING:
    from collections.abc import Iterable

HOME = "/"
_LONGEST = 2_000
# Everything that browsers drop, fold into a slash, or read as the end of a header.
_DANGEROUS = re.compile(r"[\x00-\x20\x7f\\]")
_DEEPEST = 5


def wrong_target(target: object, origins: Iterable[str] = ()) -> str | None:
    """Why a browser must not be sent there, or None when it may.

    Args:
        target: an absolute path of this site, or an absolute URL on one of the origins.
        origins: origins (`https://host`, `https://host:port`) that are allowed besides this site.

    >>> wrong_target("/basket?step=2#pay")
    >>> wrong_target("//evil.example/")
    'not a path of this site (one slash, then no dots or empty parts)'
    """
    if not isinstance(target, str) or len(target) > _LONGEST:
        return f"not text of at most {_LONGEST} characters"
    try:
        target.encode("utf-8")
    except UnicodeEncodeError:
        return "holds half a character"
    if _DANGEROUS.search(target):
        return "holds a space, a backslash or a control character"
    if not target.startswith("/"):
        return _wrong_url(target, origins)
    return _wrong_path(re.split(r"[?#]", target, maxsplit=1)[0])


def as_location(target: str) -> str:
    """A right target as it may stand in a Location header: in ASCII.

    >>> as_location("/café?a=%20")
    '/caf%C3%A9?a=%20'
    """
    return quote(target, safe="/?#[]@!$&'()*+,;=:%-._~")


def wrong_origin(origin: object) -> str | None:
    """Why this is not an origin, or None when it is one."""
    if (reason := wrong_address(origin)) is not None:
        return reason
    parts = urlsplit(str(origin))
    return "has more than scheme, host and port" if parts.path or parts.query or parts.fragment else None


def _wrong_path(path: str) -> str | None:
    reason = "not a path of this site (one slash, then no dots or empty parts)"
    for _ in range(_DEEPEST):  # what a proxy or a framework in front or behind might unfold
        parts = path.split("/")[1:]
        if not path.startswith("/") or "" in parts[:-1] or {".", ".."} & set(parts) or _DANGEROUS.search(path.strip()):
            return reason
        unfolded = unquote(path)
        if unfolded == path:
            return None
        path = unfolded
    return reason


def _wrong_url(target: str, origins: Iterable[str]) -> str | None:
    allowed = {_origin(origin) for origin in origins}
    if not allowed or not target.isascii() or wrong_address(target) is not None or _origin(target) not in allowed:
        return "neither a path of this site nor a URL of an allowed origin"
    return _wrong_path(urlsplit(target).path or "/")


def _origin(address: str) -> tuple[str, str | None, int]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
