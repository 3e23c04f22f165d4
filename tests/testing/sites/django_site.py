"""A very small site with Django: enough to be logged in to."""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path

from itsme_facade import Itsme, Started

waiting: dict[str, tuple[str, Started]] = {}
client_of_itsme: list[Itsme] = []


def start(request: HttpRequest) -> HttpResponse:
    state, proof = secrets.token_urlsafe(), secrets.token_urlsafe()
    address = request.build_absolute_uri(f"/itsme/back?state={state}")
    locale = request.headers.get("Accept-Language")
    started = client_of_itsme[-1].login(address, scopes=["profile"], locale=locale)
    waiting[state] = proof, started
    answer = HttpResponseRedirect(started.authentication_url)
    answer.set_cookie("login", proof, httponly=True, secure=True, samesite="Lax")
    return answer


def back(request: HttpRequest) -> HttpResponse:
    proof, started = waiting.get(request.GET["state"], ("", None))
    if started is None or request.COOKIES.get("login") != proof:
        return HttpResponse("Go on in the browser where you began.", status=403)
    result = client_of_itsme[-1].status(started)
    name = result.identity.name if result.identity else None
    return HttpResponse(f"Hello {name.full}" if name else f"Not logged in: {result.status}")


urlpatterns = [path("itsme/start", start), path("itsme/back", back)]


def set_up(itsme: Itsme) -> None:
    client_of_itsme.append(itsme)
    if not settings.configured:
        import django

        settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["testserver"], SECRET_KEY="only for tests")
        django.setup()
