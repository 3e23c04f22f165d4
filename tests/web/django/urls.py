"""The test project's addresses and its few views."""

from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from itsme_facade.web.django import current_login, login_required


def front(request: HttpRequest) -> HttpResponse:
    return render(request, "front.html")


def who(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"user={request.user.pk} itsme={current_login(request)}")


@login_required
def inside(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"inside: {request.user.pk}")


def is_atomic(_: HttpRequest) -> HttpResponse:
    return HttpResponse(str(transaction.get_connection().in_atomic_block))


def remember(request: HttpRequest) -> HttpResponse:
    if "basket" in request.GET:
        request.session["basket"] = request.GET["basket"]
    return HttpResponse(request.session.get("basket", ""))


urlpatterns = [
    path("", front),
    path("who", who),
    path("inside", inside),
    path("atomic", is_atomic),
    path("remember", remember),
    path("door", LoginView.as_view(template_name="front.html", next_page="/")),
    path("django-logout", LogoutView.as_view(next_page="/")),
    path("admin/", admin.site.urls),
    path("itsme/", include("itsme_facade.web.django.urls")),
]
