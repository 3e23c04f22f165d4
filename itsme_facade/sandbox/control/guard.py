"""Who may call the control API: programs of this machine, and others that show a token; never a page elsewhere."""

from __future__ import annotations

import hmac
import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from starlette.requests import Request


def is_loopback_name(host: str) -> bool:
    """Whether a host name or address is this machine's own: 127.0.0.0/8, ::1, localhost, or below it."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def refusal(request: Request, control_token: str | None) -> str | None:
    """Say why this request may not be answered at all, or None.

    Args:
        request: It.
        control_token: What others than this machine's own programs must show, if they may call at all.
    """
    if is_cross_site(request):
        return "the control API answers no page of another site"
    if _has_token(request, control_token):
        return None
    if not _names_loopback(request):
        # Else a page elsewhere could make its own name lead here, and be of the same site.
        return "without a token the control API answers to loopback names only, such as 127.0.0.1 and localhost"
    if not _comes_from_loopback(request):
        return "from another machine the control API wants Authorization: Bearer and the token that the command printed"
    return None


def is_cross_site(request: Request) -> bool:
    """Whether a browser sent this for a page of another site."""
    if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return True
    origin = request.headers.get("origin")
    return origin is not None and origin != f"{request.url.scheme}://{request.headers.get('host', '')}"


def _has_token(request: Request, control_token: str | None) -> bool:
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    if control_token is None or scheme.lower() != "bearer":
        return False
    return hmac.compare_digest(shown.strip().encode(), control_token.encode())


def _names_loopback(request: Request) -> bool:
    try:
        name = urlsplit(f"//{request.headers.get('host', '')}").hostname
    except ValueError:
        return False
    return name is not None and is_loopback_name(name)


def _comes_from_loopback(request: Request) -> bool:
    # Without a server in between, the caller is this very process.
    return request.client is None or is_loopback_name(request.client.host)
