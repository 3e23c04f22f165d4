"""What the process stands in: Python, the packages that came with it, and the proxies of the environment."""

from __future__ import annotations

import platform
import re
from importlib.metadata import PackageNotFoundError, requires, version
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from itsme_facade.commands.checks.finding import Finding, ok, warning
from itsme_facade.commands.checks.variables import base_url
from itsme_facade.settings import is_loopback

if TYPE_CHECKING:
    from collections.abc import Mapping

_WANTED = re.compile(r"(?P<package>[A-Za-z0-9._-]+).*extra == ['\"](?P<extra>\w+)['\"]")
_SELF = "itsme-facade"


def check_surroundings() -> list[Finding]:
    """Names versions."""
    here = f"itsme-facade {version(_SELF)} on Python {platform.python_version()}"
    return [ok("Versions", here), *(_extra(name, packages) for name, packages in _extras().items())]


def check_proxies(environ: Mapping[str, str]) -> list[Finding]:
    """Says which way calls to the API take. A proxy's user and password are not shown."""
    address = base_url(environ)
    if address is None:
        return []
    base = urlsplit(address)
    proxies = getproxies()
    proxy = proxies.get(base.scheme) or proxies.get("all")
    if not proxy:
        return [ok("Proxy", "none in the environment")]
    if is_loopback(base.hostname) or proxy_bypass(base.hostname or ""):
        return [ok("Proxy", "one in the environment, and not for this API")]
    try:
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        shown = (
            f"{parts.scheme}://{parts.hostname}:{parts.port}" if parts.port else f"{parts.scheme}://{parts.hostname}"
        )
    except ValueError:
        return [warning("Proxy", "the environment names one whose address cannot be read", "Correct HTTPS_PROXY.")]
    return [ok("Proxy", f"calls go through {shown}, which the environment names")]


def _extras() -> dict[str, set[str]]:
    """The packages that each extra asks for, by extra. It may ask for one twice, with an extra of its own."""
    found: dict[str, set[str]] = {}
    for line in requires(_SELF) or ():
        told = _WANTED.match(line)
        if told is not None and told["extra"] != "all":
            found.setdefault(told["extra"], set()).add(told["package"])
    return found


def _extra(name: str, packages: set[str]) -> Finding:
    have: dict[str, str] = {}
    for package in sorted(packages):
        try:
            have[package] = version(package)
        except PackageNotFoundError:
            continue
    check = f"Extra {name}"
    if len(have) == len(packages):
        return ok(check, ", ".join(f"{package} {found}" for package, found in have.items()))
    return ok(check, f"not installed whole; pip install '{_SELF}[{name}]' if you want it")
