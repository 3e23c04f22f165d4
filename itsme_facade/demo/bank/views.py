"""The bank's pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from itsme_facade.demo import pages
from itsme_facade.demo.bank import customers
from itsme_facade.web.django import current_login
from itsme_facade.web.django.requests import csrf_field

if TYPE_CHECKING:
    from django.http import HttpRequest


def shared(_request: HttpRequest) -> dict[str, str]:
    """What every page shows, also those about a login: a context processor."""
    return {"site": "Demo bank", "itsme_url": settings.ITSME_URL}


def home(request: HttpRequest) -> HttpResponse:
    """The door for a stranger, the account for a customer who is logged in."""
    received = customers.received(current_login(request))
    context = pages.front(received, "Your bank on this machine", request.headers.get("accept-language", ""))
    context |= {
        "csrf_field": csrf_field(request),
        "log_out_url": reverse("itsme:logout"),
        "activation_url": f"{settings.ITSME_URL}/bank/{customers.BANK}",
        "called": customers.CALLED,
    }
    return _page(request, "bank.html", context)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Says so, and where to go."""
    del exception
    return _page(request, "stop.html", dict(pages.NOT_FOUND), 404)


def style(_request: HttpRequest) -> HttpResponse:
    """The style that both sites share."""
    return HttpResponse(pages.STYLE, content_type="text/css", headers={"Cache-Control": "max-age=300"})


def _page(request: HttpRequest, template: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    response = render(request, template, context, status=status)
    for name, value in pages.headers(request.get_host()).items():
        response[name] = value
    return response
