"""What the sync and the async connection pool share: TLS, proxies, and how httpcore's words become httpx's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from ssl import SSLContext
from typing import TYPE_CHECKING, Any
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from itsme_facade.errors import MissingExtra
from itsme_facade.settings import is_loopback

if TYPE_CHECKING:
    from httpcore import URL

MOST_CONNECTIONS = 100
"""Open connections of one client (of one client and event loop)."""

KEEP_ALIVE = 5.0
"""Seconds that an unused connection is kept: below what servers commonly allow, so that they do not close first."""


@cache
def tls() -> SSLContext:
    """The process's one TLS context: verified, by httpx's rules (certifi, SSL_CERT_FILE, SSL_CERT_DIR).

    Making one takes 20 ms, so no client makes its own.
    """
    return httpx.create_ssl_context()


def proxy_for(url: httpx.URL) -> httpx.Proxy | None:
    """The proxy that the environment names for this address. What is on this machine never goes through one."""
    if is_loopback(url.host) or proxy_bypass(url.host):
        return None
    proxies = getproxies()
    address = proxies.get(url.scheme) or proxies.get("all")
    if not address:
        return None
    proxy = httpx.Proxy(address if "://" in address else f"http://{address}")
    if proxy.url.scheme.startswith("socks"):
        try:
            import socksio as _
        except ImportError:
            raise MissingExtra("The environment names a SOCKS proxy.", advice="pip install 'httpx[socks]'") from None
    return proxy


def connection_options(url: httpx.URL) -> dict[str, Any]:
    """What every kind of connection to this address is made with."""
    return {"ssl_context": tls() if url.scheme == "https" else None, "keepalive_expiry": KEEP_ALIVE}


def proxy_options(proxy: httpx.Proxy) -> dict[str, Any]:
    """What a connection through this proxy is made with, besides."""
    options: dict[str, Any] = {"proxy_url": core_url(proxy.url), "proxy_auth": proxy.raw_auth, "max_connections": 1}
    if not proxy.url.scheme.startswith("socks"):
        options["proxy_headers"] = proxy.headers.raw
        if proxy.url.scheme == "https":
            options["proxy_ssl_context"] = tls()
    return options


def core_url(url: httpx.URL) -> URL:
    """The address in httpcore's form."""
    return httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)


def core_request(request: httpx.Request) -> httpcore.Request:
    """The request in httpcore's form."""
    return httpcore.Request(
        request.method,
        core_url(request.url),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


@contextmanager
def httpx_errors() -> Iterator[None]:
    """Turns httpcore's exceptions into httpx's of the same name, which is what a transport raises."""
    try:
        yield
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
        raise _same_in_httpx(error) from error
    except (httpcore.ProxyError, httpcore.UnsupportedProtocol) as error:
        raise _same_in_httpx(error) from error


def _same_in_httpx(error: Exception) -> httpx.TransportError:
    kind: type[httpx.TransportError] = getattr(httpx, type(error).__name__)
    return kind(str(error))
