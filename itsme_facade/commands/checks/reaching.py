"""Whether the API is reached: its name, a connection, its certificate, and what time it has.

The one request asks for the headers of the API's root, where nothing is created and nothing is given out.
"""

from __future__ import annotations

import socket
import ssl
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
from attrs import frozen

from itsme_facade.commands.checks.finding import Finding, ok, warning, wrong
from itsme_facade.commands.checks.variables import base_url
from itsme_facade.settings import is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LIMIT = 10.0
_DAY = 86_400
_SOON = 14 * _DAY
_ODD, _TOO_MUCH = 30, 300
_OPENSSL_SAYS = "certificate verify failed: "


@frozen
class _Met:
    """What the API showed of itself."""

    status_code: int
    skew: float | None
    certificate_until: float | None


def check_reaching(environ: Mapping[str, str]) -> list[Finding]:
    """Asks the API for headers, over the connection that a client would make."""
    base = base_url(environ)
    if base is None:
        return [wrong("API", "not looked for: its address is not known", "Correct the variables above.")]
    parts = urlsplit(base)
    shown = f"{parts.scheme}://{parts.netloc}"
    try:
        met = _meet(base, is_near=is_loopback(parts.hostname))
    except (httpx.HTTPError, httpx.InvalidURL, ImportError, ValueError) as error:
        return [_unreached(shown, error)]
    return [_answering(shown, met), *_certificate(met), _clock(met)]


def _meet(base: str, *, is_near: bool) -> _Met:
    from itsme_facade.wire.lines import tls

    begun = time.time()
    with (
        httpx.Client(verify=tls(), timeout=_LIMIT, trust_env=not is_near) as client,
        client.stream("HEAD", f"{base}/") as answer,
    ):
        now = (begun + time.time()) / 2
        wire: Any = answer.extensions.get("network_stream")
        tls_object = None if wire is None else wire.get_extra_info("ssl_object")
        certificate = None if tls_object is None else tls_object.getpeercert()
        until = ssl.cert_time_to_seconds(str(certificate["notAfter"])) if certificate else None
        return _Met(answer.status_code, _skew(answer.headers.get("date", ""), now), until)


def _skew(date: str, now: float) -> float | None:
    """How far our clock is ahead of what the answer says, in seconds; the header has no fractions."""
    try:
        return now - parsedate_to_datetime(date).timestamp() - 0.5
    except (ValueError, OverflowError):
        return None


def _answering(shown: str, met: _Met) -> Finding:
    if met.status_code >= 500:
        advice = "Wait a little; if it goes on, look at CM's status page, or at a proxy in between."
        return warning("API", f"{shown} is reached and fails (HTTP {met.status_code})", advice)
    return ok("API", f"{shown} is reached (HTTP {met.status_code} for its root, which has no page)")


def _certificate(met: _Met) -> list[Finding]:
    if met.certificate_until is None:
        return []
    days = (met.certificate_until - time.time()) / _DAY
    if met.certificate_until - time.time() < _SOON:
        advice = "Its owner has to renew it. If it is a proxy's, tell those who run the proxy."
        return [warning("Certificate", f"valid for this host, and for {days:.0f} more days only", advice)]
    return [ok("Certificate", f"valid for this host, and for {days:.0f} more days")]


def _clock(met: _Met) -> Finding:
    if met.skew is None:
        return ok("Clock", "the API does not say what time it has")
    told = f"{abs(met.skew):.0f} s {'ahead of' if met.skew > 0 else 'behind'} the API's"
    advice = "Let this machine keep its clock by NTP."
    if abs(met.skew) > _TOO_MUCH:
        return wrong("Clock", told, f"{advice} Certificates and cookies go by it.")
    if abs(met.skew) > _ODD:
        return warning("Clock", told, advice)
    return ok("Clock", "as the API's, within the second or so that can be told" if abs(met.skew) < 2 else told)


def _unreached(shown: str, error: Exception) -> Finding:
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                said = cause.verify_message.removeprefix(_OPENSSL_SAYS).rstrip(".")
                advice = "Correct ITSME_BASE_URL; if a proxy opens TLS, name its authority in SSL_CERT_FILE."
                return wrong("API", f"{shown} shows a certificate that is not accepted: {said}", advice)
            case ssl.SSLError():
                return wrong("API", f"{shown} does not speak TLS as it should", "Correct the scheme and the port.")
            case socket.gaierror():
                return wrong("API", f"{shown}: nobody knows this name", "Correct ITSME_BASE_URL, or look at the DNS.")
            case ConnectionRefusedError():
                advice = "Start what should be there (`itsme sandbox`?), or open the firewall for it."
                return wrong("API", f"{shown} refuses connections", advice)
            case httpx.ProxyError():
                return wrong("API", f"the proxy does not lead to {shown}", "Look at the proxy, and at NO_PROXY.")
            case httpx.TimeoutException():
                advice = "A firewall may be swallowing it: let this machine connect, or set the proxy (HTTPS_PROXY)."
                return wrong("API", f"{shown} did not answer within {_LIMIT:g} s", advice)
            case ImportError():
                return wrong("API", "the environment names a SOCKS proxy", "pip install 'httpx[socks]'")
            case _:
                continue
    advice = "Look at the network, at ITSME_BASE_URL and at the proxy settings."
    return wrong("API", f"{shown} is not reached ({type(error).__name__})", advice)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The innermost first: it is the one that says why."""
    if error is not None:
        yield from _causes(error.__cause__ or error.__context__)
        yield error
