"""What the two pools share: where to connect and how, TLS, proxies, and httpcore's words in httpx's."""

from __future__ import annotations

import math
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, cast
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from itsme_facade.errors import InvalidArguments, MissingExtra, Problem
from itsme_facade.settings import is_loopback
from itsme_facade.wire.exchange import HEADERS

if TYPE_CHECKING:
    from collections.abc import Generator
    from ssl import SSLContext

    from itsme_facade.wire.exchange import Exchange

MOST_CONNECTIONS = 100
"""Open connections of one client (of one client and event loop)."""

KEEP_ALIVE = 5.0
"""Seconds that an unused connection is kept: below what servers commonly allow, so that they do not close first."""

LOOK_EVERY = 1.0
"""Seconds between looks at whether the longest unused connection can go."""

_Headers = list[tuple[bytes, bytes]]


class Target:
    """Where a pool's connections lead, and what its requests have in common.

    Args:
        base: the API's base URL.
    """

    def __init__(self, base: httpx.URL) -> None:
        self._scheme, self._host, self._port = base.raw_scheme, base.raw_host, base.port
        self._path = base.raw_path.rstrip(b"/")
        common = httpx.Request("GET", base, headers=HEADERS).headers.raw
        self._headers: _Headers = [(name, value) for name, value in common]
        self._headers_with_body: _Headers = [*self._headers, (b"Content-Type", b"application/json")]
        proxy = _proxy_for(base)
        self.proxied = None if proxy is None else "socks" if proxy.url.scheme.startswith("socks") else "http"
        self.options: dict[str, Any] = {
            "ssl_context": tls() if base.scheme == "https" else None,
            "keepalive_expiry": KEEP_ALIVE,
        } | ({"origin": _core_url(base).origin} if proxy is None else _proxy_options(proxy))

    def request(self, exchange: Exchange) -> httpcore.Request:
        """An exchange's request in httpcore's form."""
        content = exchange.content()
        headers = self._headers
        if content is not None:
            headers = [*self._headers_with_body, (b"Content-Length", b"%d" % len(content))]
        extensions = exchange.extensions()
        if exchange.limits.read == math.inf:
            # The pools hold a call to its deadline themselves, so a read needs no limit of its own.
            extensions["timeout"]["read"] = None
        target = self._path + exchange.path.encode("ascii")
        return httpcore.Request(
            exchange.method,
            httpcore.URL(scheme=self._scheme, host=self._host, port=self._port, target=target),
            headers=headers,
            content=content,
            extensions=extensions,
        )


@cache
def tls() -> SSLContext:
    """The process's one TLS context: verified, by httpx's rules (certifi, SSL_CERT_FILE, SSL_CERT_DIR).

    Making one takes 20 ms, so no client makes its own.
    """
    return httpx.create_ssl_context()


def core_request(request: httpx.Request) -> httpcore.Request:
    """An httpx request in httpcore's form."""
    return httpcore.Request(
        request.method,
        _core_url(request.url),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


def extensions_of(request: httpcore.Request) -> dict[str, Any]:
    """A request's extensions, which hold its limits."""
    extensions: dict[str, Any] = cast("Any", request).extensions
    return extensions


def is_reusable(connection: object) -> bool:
    """Whether the last request on a connection ended cleanly, and nothing came after its answer.

    httpcore would take what came after it for the answer to the next request: another person's data.
    """
    if isinstance(connection, httpcore.HTTPConnection | httpcore.AsyncHTTPConnection):
        return connection.is_idle() and not _left_over(connection)
    if isinstance(connection, httpcore.ConnectionPool | httpcore.AsyncConnectionPool):
        return not any(_left_over(inner) for inner in connection.connections)  # through a proxy: a pool of one
    return False


def is_usable(connection: object) -> bool:
    """Whether an idle connection can take a request: not too old, and the server has not closed it."""
    if isinstance(connection, httpcore.HTTPConnection | httpcore.AsyncHTTPConnection):
        return connection.is_idle() and not connection.has_expired()
    return True


def may_have_sent(connection: object) -> bool:
    """Whether a request that was given to a connection may have left on it: not if there was nobody at its end."""
    if isinstance(connection, httpcore.HTTPConnection | httpcore.AsyncHTTPConnection):
        return connection.info() not in {"CONNECTING", "CONNECTION FAILED"}
    return connection is not None


def _left_over(connection: object) -> bytes:
    # httpcore has no public name for what it has read and not yet used; h11 has.
    inner = connection
    while (state := getattr(inner, "_h11_state", None)) is None:
        inner = getattr(inner, "_connection", None)
        if inner is None:
            return b""
    left: bytes = state.trailing_data[0]
    return left


def headers_in(response: httpcore.Response) -> dict[str, str]:
    """The headers by their lower-case names; repeated ones joined by a comma and a space."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.headers:
        name, value = raw_name.decode("ascii").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


@contextmanager
def httpx_errors() -> Generator[None]:
    """Turns httpcore's exceptions into httpx's of the same name, which is what everything here raises."""
    try:
        yield
    except (
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.ProxyError,
        httpcore.TimeoutException,
        httpcore.UnsupportedProtocol,
    ) as error:
        kind: type[httpx.TransportError] = getattr(httpx, type(error).__name__)
        # After the colon of a protocol error stands what the server sent, which may name a person.
        said = str(error).partition(":")[0] if isinstance(error, httpcore.ProtocolError) else str(error)
        raise kind(said) from None


def _proxy_for(base: httpx.URL) -> httpx.Proxy | None:
    """The proxy that the environment names for this address. What is on this machine never goes through one."""
    if is_loopback(base.host) or proxy_bypass(base.host):
        return None
    proxies = getproxies()
    address = proxies.get(base.scheme) or proxies.get("all")
    if not address:
        return None
    try:
        proxy = httpx.Proxy(address if "://" in address else f"http://{address}")
    except (ValueError, httpx.InvalidURL):
        # Without the address, which may hold a password, and without the error, which quotes it.
        problem = Problem("proxy", "the environment names a proxy whose address cannot be used")
        raise InvalidArguments((problem,)) from None
    if proxy.url.scheme.startswith("socks") and find_spec("socksio") is None:
        raise MissingExtra(
            "The environment names a SOCKS proxy, and socksio is not installed.",
            advice="Install it: pip install 'httpx[socks]'.",
        )
    return proxy


def _proxy_options(proxy: httpx.Proxy) -> dict[str, Any]:
    options: dict[str, Any] = {
        "proxy_url": _core_url(proxy.url),
        "proxy_auth": proxy.raw_auth,
        "max_connections": 1,
    }
    if not proxy.url.scheme.startswith("socks"):
        options["proxy_headers"] = proxy.headers.raw
        options["proxy_ssl_context"] = tls() if proxy.url.scheme == "https" else None
    return options


def _core_url(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
