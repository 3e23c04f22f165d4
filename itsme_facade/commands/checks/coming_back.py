"""Whether browsers can come back to the redirect URL, with which cookies, and who says where they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from itsme_facade.commands.checks.finding import Finding, ok, warning, wrong
from itsme_facade.commands.checks.variables import is_set
from itsme_facade.settings import wrong_address

if TYPE_CHECKING:
    from collections.abc import Mapping

_VARIABLE = "ITSME_REDIRECT_URL"
_BELIEVED = "FORWARDED_ALLOW_IPS"  # read by uvicorn and gunicorn


def check_redirect_url(environ: Mapping[str, str]) -> list[Finding]:
    """Looks at the address alone; whether it leads to the application, only a browser can tell."""
    if not is_set(environ, _VARIABLE):
        return []
    address = environ[_VARIABLE].strip()
    advice = f"Correct {_VARIABLE}: https, your site's own host, and the path of the callback (/itsme/back)."
    if (reason := wrong_address(address)) is not None:
        return [wrong("Redirect URL", reason, advice)]
    parts = urlsplit(address)
    if parts.fragment or "#" in address:
        return [wrong("Redirect URL", "has a fragment, which no browser sends back", advice)]
    if any(name == "state" for name, _ in parse_qsl(parts.query, keep_blank_values=True)):
        return [wrong("Redirect URL", "has a state of its own; the flow adds one for each login", advice)]
    if parts.scheme == "https":
        return [ok("Redirect URL", "https: cookies are called __Host-itsme-…, which no other host can set")]
    what = "http on this machine: cookies are called itsme-…, without Secure and __Host-"
    return [warning("Redirect URL", what, "Right for development. Use https wherever people come from outside.")]


def check_believed_proxies(environ: Mapping[str, str]) -> list[Finding]:
    """Looks at whom the server believes that a browser came by https, and from which address."""
    if urlsplit(environ.get(_VARIABLE, "").strip()).scheme != "https":
        return []
    believed = environ.get(_BELIEVED, "").strip()
    if not believed:
        told = f"uvicorn and gunicorn believe one on this machine alone; {_BELIEVED} would name another"
        return [ok("Proxy in front", told)]
    if "*" in believed.split(","):
        told = f"{_BELIEVED} is *: whoever reaches the application says themselves where they come from"
        return [warning("Proxy in front", told, f"Name the proxy's address in {_BELIEVED}: starts are limited by it.")]
    return [ok("Proxy in front", f"uvicorn and gunicorn believe {believed}, which {_BELIEVED} names")]
