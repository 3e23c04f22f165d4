"""A request of Django's as the shared skin wants it, and afterwards without what nobody else shall see of it."""

from __future__ import annotations

import ipaddress
import logging
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.http import HttpResponseForbidden, QueryDict
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.shortcuts import resolve_url
from django.urls import get_script_prefix, reverse

from itsme_facade.web.asked import Asked
from itsme_facade.web.django import conf
from itsme_facade.web.django.reporting import NoValues
from itsme_facade.web.django.sessions import logins_of
from itsme_facade.web.forms import fields
from itsme_facade.web.html import Html, hidden

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

log = logging.getLogger("itsme_facade.web.django")

_URLS_IN_META = ("REQUEST_URI", "RAW_URI", "UNENCODED_URL")  # as uWSGI, gunicorn and IIS name it
_COOKIE_NAMES = ("itsme-", "__Host-itsme-")


def asked_of(request: HttpRequest, *, database: bool = True) -> Asked:
    """What the shared skin has to know of a request; the request itself loses its query and the logins' cookies.

    Error mails, debugging tools and other middleware look at requests, and a query may hold the state of a login,
    which is a secret.

    Args:
        request: Django's.
        database: whether to look who is signed in; without it nobody is, and nothing that was posted is genuine.
    """
    query, parameters, cookies = request.META.get("QUERY_STRING", ""), request.GET, {**request.COOKIES}
    _hide(request)
    return Asked(
        method=str(request.method),
        secure=request.is_secure(),
        base=reverse("itsme:back").removesuffix("/back"),
        home=home(),
        query=query,
        parameters=_plain(parameters),
        form=_form(request),
        headers={**{name.lower(): value for name, value in request.headers.items()}, "host": request.get_host()},
        cookies=cookies,
        address=address_of(request),
        account=str(request.user.pk) if database and request.user.is_authenticated else None,
        signed_in_by=next(reversed(logins_of(request.session)), None) if database else None,
        genuine=database and _is_genuine(request),
        csrf_field=lambda: csrf_field(request),
        csrf_token=lambda: get_token(request),
    )


def home() -> str:
    """Where people go when there is nothing better, as the browser sees it."""
    named = conf.read()["HOME"]
    return get_script_prefix() if named is None else resolve_url(named)


def csrf_field(request: HttpRequest) -> Html:
    """Django's hidden field, for a form that is not written in a template of Django's."""
    return hidden("csrfmiddlewaretoken", get_token(request))


def address_of(request: HttpRequest) -> str | None:
    """Where a request comes from; None where that cannot be told.

    Behind a proxy every request comes from the proxy. Counted as one address, all people together would soon have
    started too many logins. What a proxy says about them can be said by anybody if it is not known which proxies
    there are, so only the project can tell: by ITSME["CLIENT_ADDRESS"], the dotted path of `(request) -> str | None`.
    A private address is not counted either: it is a proxy's most of the time.
    """
    setting = conf.read()
    if setting["CLIENT_ADDRESS"] is not None:
        return cast("str | None", setting.function("CLIENT_ADDRESS")(request))
    if settings.SECURE_PROXY_SSL_HEADER or settings.USE_X_FORWARDED_HOST:
        return None
    address = request.META.get("REMOTE_ADDR", "")
    try:
        return address if ipaddress.ip_address(address).is_global else None
    except ValueError:
        return None


class _Csrf(CsrfViewMiddleware):
    """Django's own protection, asked for its opinion."""

    def _reject(self, _request: HttpRequest, reason: str) -> HttpResponseForbidden:
        # The second half of a reason may quote addresses.
        log.warning("A form was refused: %s", reason.partition(" - ")[0])
        return HttpResponseForbidden()


def _is_genuine(request: HttpRequest) -> bool:
    if request.method in {"GET", "HEAD"}:
        return False
    check = _Csrf(lambda _: cast("Any", None))
    check.process_request(request)
    return check.process_view(request, cast("Any", None), (), {}) is None


def _form(request: HttpRequest) -> Mapping[str, str]:
    if request.method != "POST":
        return {}
    if request.content_type == "application/json":
        return fields(request.body, "application/json")
    return _plain(request.POST)


def _plain(given: QueryDict) -> dict[str, str]:
    return {name: str(given[name]) for name in given}


def _hide(request: HttpRequest) -> None:
    meta = request.META
    meta["QUERY_STRING"] = ""
    for name in _URLS_IN_META:
        if name in meta:
            meta[name] = str(meta[name]).partition("?")[0]
    scope: dict[str, Any] | None = getattr(request, "scope", None)
    if scope is not None:
        scope["query_string"] = b""
    request.GET = QueryDict()
    vars(request)["exception_reporter_filter"] = NoValues()
    for name in [name for name in request.COOKIES if name.startswith(_COOKIE_NAMES)]:
        del request.COOKIES[name]
    if "HTTP_COOKIE" in meta:
        meta["HTTP_COOKIE"] = ""
