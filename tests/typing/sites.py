"""Sites as users write them, in every framework."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import assert_type

from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from fastapi import Depends, FastAPI
from flask import Blueprint, Flask
from starlette.applications import Starlette
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.templating import Jinja2Templates

from itsme_facade import Identity
from itsme_facade.flow import AsyncFlow, Event, Flow, Message
from itsme_facade.web import flask as for_flask
from itsme_facade.web import starlette as for_starlette
from itsme_facade.web.django import DjangoStore, get_flow, itsme_event
from itsme_facade.web.django import current_login as who
from itsme_facade.web.django import login_required as signed_in

ITSME = {
    "TOKEN": "abc",
    "KEYS": ["new", "old"],
    "REDIRECT_URL": "https://bank.example/itsme/back",
    "ON_IDENTITY": "bank.people.take",
}
urlpatterns = [path("itsme/", include("itsme_facade.web.django.urls"))]


def too_young(reason: str, locale: str) -> Message | None:
    return Message("Sorry", f"{reason} {locale}", "Go back") if reason == "too_young" else None


def tell(error: Exception, reference: str) -> None:
    error.add_note(reference)


def starlette_site(flow: AsyncFlow, blocking: Flow, templates: Jinja2Templates) -> Starlette:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        async with flow, for_starlette.sweeping(flow, every=30):
            yield

    routes = for_starlette.itsme_routes(flow, templates=templates, home="/shop", keep={"basket"})
    assert_type(routes, list[BaseRoute])
    mount = Mount("/old", routes=for_starlette.itsme_routes(blocking, explain=too_young, on_error=tell))
    site = Starlette(routes=[*routes, mount], lifespan=lifespan)
    site.add_middleware(SessionMiddleware, secret_key="made up", https_only=True)
    return site


def fastapi_site(flow: AsyncFlow) -> FastAPI:
    site = FastAPI(routes=for_starlette.itsme_routes(flow, account=for_starlette.current_login))

    @site.get("/orders")
    @for_starlette.require_login("/shop")
    async def orders(request: Request) -> Response:
        return HTMLResponse(for_starlette.csrf_field(request))

    @site.get("/basket")
    async def basket(request: Request, login: str = Depends(for_starlette.login_required)) -> Response:
        assert_type(for_starlette.current_login(request), str | None)
        return HTMLResponse(f"{login} {for_starlette.itsme_button(request, locale='nl')}")

    assert callable(basket)
    assert callable(orders)
    return site


def flask_site(flow: Flow) -> Flask:
    blueprint = for_flask.itsme_blueprint(flow, prefix="/login", explain=too_young, on_error=tell)
    assert_type(blueprint, Blueprint)
    site = Flask("library")
    site.register_blueprint(blueprint)

    @site.get("/books")
    @for_flask.login_required
    def books() -> str:
        assert_type(for_flask.current_login(), str | None)
        return str(for_flask.itsme_button(next="/books"))

    assert callable(books)
    return site


def take(identity: Identity, login_id: str) -> AbstractUser | str:
    return identity.user_id or login_id


@signed_in
def account(request: HttpRequest) -> HttpResponse:
    assert_type(get_flow(), Flow)
    return HttpResponse(who(request))


def receiver(event: Event, **_: object) -> None:
    assert_type(event.login_id, str | None)


def ready() -> DjangoStore:
    itsme_event.connect(receiver)
    return DjangoStore()
