"""Where the API is, who asks, and how long anything may take."""

from __future__ import annotations

import ipaddress
import math
import os
import re
from threading import TIMEOUT_MAX
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from attrs import field, frozen

from itsme_facade.errors import InvalidArguments, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

ENVIRONMENTS = {
    "production": "https://api.cmdisp.com/itsme/v1",
    "sandbox": "https://api.sandbox.cmdisp.com/itsme/v1",
}
"""CM's base URLs: production, and CM's sandbox. Source: API, FACTS."""

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_PRINTABLE = re.compile(r"[!-~]+", re.ASCII)


@frozen
class Timeouts:
    """How long one call may take, in seconds: to connect, to wait for the next bytes, and in all.

    A status answer that is cut off may be the only copy of somebody's data, so `read` is as long as `total` unless
    it is set.

    Raises:
        InvalidArguments: one of them is not finite and above 0.
    """

    total: float = 30.0
    connect: float = 5.0
    read: float = field(default=math.inf)

    def __attrs_post_init__(self) -> None:
        given = {"total": self.total, "connect": self.connect, "read": self.read}
        wrong = tuple(
            Problem(f"timeout.{name}", "not a number of seconds above 0")
            for name, seconds in given.items()
            if not _is_duration(seconds) and not (name == "read" and seconds == math.inf)
        )
        if wrong:
            raise InvalidArguments(wrong)


@frozen
class Settings:
    """What a client needs to know, checked."""

    token: str = field(repr=False)
    base_url: str
    timeouts: Timeouts


def resolve(
    *,
    token: str,
    environment: str | None = None,
    base_url: str | None = None,
    timeout: float | Timeouts | None = None,
) -> Settings:
    """Checks a client's arguments and names every wrong one at once.

    Args:
        token: the API token, a GUID.
        environment: "production" (unless given) or "sandbox", which is CM's.
        base_url: an address instead of an environment: https, or http on a loopback host.
        timeout: seconds in all, or `Timeouts`.

    Raises:
        InvalidArguments: names every wrong argument.
    """
    problems: list[Problem] = []
    if not isinstance(token, str) or not _GUID.fullmatch(token):
        problems.append(Problem("token", "not a GUID like 00000000-0000-0000-0000-000000000000"))
    if base_url is not None and environment is not None:
        problems.append(Problem("base_url", "give either an environment or a base URL, not both"))
    if environment is not None and environment not in [*ENVIRONMENTS]:  # a list: what is asked may not be hashable
        problems.append(Problem("environment", f"not one of {', '.join(ENVIRONMENTS)}"))
    if base_url is not None and (reason := wrong_base_url(base_url)):
        problems.append(Problem("base_url", reason))
    limits = timeouts(timeout, problems)
    if problems:
        raise InvalidArguments(tuple(problems))
    address = base_url if base_url is not None else ENVIRONMENTS[environment or "production"]
    return Settings(token=token, base_url=address.rstrip("/"), timeouts=limits)


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings in ITSME_TOKEN, ITSME_ENVIRONMENT, ITSME_BASE_URL and ITSME_TIMEOUT (seconds); a blank one is unset.

    Raises:
        InvalidArguments: names the variables.
    """
    variables = os.environ if environ is None else environ
    # Stripped: what comes from a file often ends with a newline, and no value has space around it.
    given = {name: variables.get(f"ITSME_{name.upper()}", "").strip() or None for name in _FROM_ENVIRONMENT}
    try:
        return resolve(
            token=given["token"] or "",
            environment=given["environment"],
            base_url=given["base_url"],
            timeout=None if given["timeout"] is None else _number(given["timeout"]),
        )
    except InvalidArguments as error:
        named = tuple(
            Problem(f"ITSME_{problem.argument.upper()}", problem.reason if given[problem.argument] else "not set")
            for problem in error.problems
        )
        raise InvalidArguments(named) from None


def timeouts(given: float | Timeouts | None, problems: list[Problem], default: Timeouts | None = None) -> Timeouts:
    """The limits for a call: those given, in whichever form, or the default. A wrong one is added to `problems`."""
    default = default or Timeouts()
    if given is None:
        return default
    if isinstance(given, Timeouts):
        return given
    if not _is_duration(given):
        problems.append(Problem("timeout", "not a number of seconds above 0"))
        return default
    return Timeouts(total=given, connect=min(given, default.connect), read=default.read)


def is_loopback(host: str | None) -> bool:
    """Whether a host name stays on this machine: localhost, *.localhost, 127.0.0.0/8 and ::1."""
    if not host:
        return False
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def wrong_address(address: object) -> str | None:
    """Why this is not an absolute https URL (or http on a loopback host), or None when it is one."""
    if not isinstance(address, str) or not _PRINTABLE.fullmatch(address):
        return "not an absolute URL in printable ASCII characters"
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "not a URL: its host or port cannot be read"
    if not host or "\\" in address:
        return "not an absolute URL: it has no host"
    if parts.username is not None:
        return "has a user name or password in it"
    return _wrong_scheme(parts)


def wrong_base_url(address: object) -> str | None:
    """Why this cannot be the API's base URL, or None when it can."""
    if (reason := wrong_address(address)) is not None:
        return reason
    parts = urlsplit(str(address))
    return "has a query or a fragment" if parts.query or parts.fragment else None


def _wrong_scheme(parts: SplitResult) -> str | None:
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname)):
        return None
    return "not https (http is for a loopback host only)"


def _is_duration(seconds: object) -> bool:
    return isinstance(seconds, int | float) and not isinstance(seconds, bool) and 0 < seconds <= TIMEOUT_MAX


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


_FROM_ENVIRONMENT = ("token", "environment", "base_url", "timeout")
