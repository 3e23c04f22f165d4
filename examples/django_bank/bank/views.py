from collections.abc import Callable

from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from itsme_facade.web.django import current_login, login_required
from itsme_facade.web.django.models import ItsmeAccount
from itsme_facade.web.headers import form_action_sources


def home(request: HttpRequest) -> HttpResponse:
    linked = isinstance(request.user, AbstractBaseUser) and ItsmeAccount.objects.filter(user=request.user).exists()
    return render(request, "bank/home.html", {"linked": linked, "next": request.GET.get("next", "")})


@login_required
def account(request: HttpRequest) -> HttpResponse:
    return render(request, "bank/account.html", {"with_itsme": current_login(request) is not None})


def guard(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A policy for the bank's own pages; those about a login bring their own."""

    def guarded(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        form_action = " ".join(form_action_sources(request.get_host()))
        policy = f"default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action {form_action}"
        response.headers.setdefault("Content-Security-Policy", f"{policy}; frame-ancestors 'none'")
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return guarded
