"""A shop in FastAPI, where people sign up and log in with itsme, and see what it asked for and what it received.

A flow asks for the same scopes each time. This shop asks a new customer for more than one whom it knows, so it has two
flows, each with routes of its own.
"""

from __future__ import annotations

import secrets
from contextlib import asynccontextmanager
from itertools import count
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse  # noqa: TC002 - FastAPI reads it
from starlette.middleware.sessions import SessionMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.templating import Jinja2Templates

from itsme_facade.demo import pages
from itsme_facade.demo.declining import NOT_A_CUSTOMER, explain
from itsme_facade.demo.received import Received
from itsme_facade.flow import AsyncFlow, Declined, StartLimits
from itsme_facade.store import AsyncSqlStore, new_key
from itsme_facade.web.starlette import csrf_field, current_login, itsme_routes, sweeping

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from pathlib import Path

    from itsme_facade import AsyncItsme, Identity

LOGIN: Final = ("profile",)
REGISTER: Final = ("profile", "email", "phone", "address")


class Customers:
    """Who buys here. It knows them by userId, as a site should, and never by their e-mail address.

    A real shop has a database for this; whatever it is, the same person must come to the same reference, since a
    handler may be called twice for one login.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, str] = {}
        self._next = count(1)
        self._received: dict[str, Received] = {}

    def take_in(self, identity: Identity, _login_id: str) -> str:
        """Whoever signs up is a customer from now on. The flow calls this, and keeps the reference."""
        if identity.user_id is None:
            raise Declined("no_user_id")
        number = self._numbers.setdefault(identity.user_id, str(next(self._next)))
        self._received[number] = Received.of(identity, "register", REGISTER)
        return number

    def know_again(self, identity: Identity, _login_id: str) -> str:
        """Whoever logs in has to be a customer."""
        number = self._numbers.get(identity.user_id or "")
        if number is None:
            raise Declined(NOT_A_CUSTOMER)
        self._received[number] = Received.of(identity, "login", LOGIN)
        return number

    def received(self, number: str | None) -> Received | None:
        """What came when this customer was here last."""
        return self._received.get(number or "")


def make_shop(itsme: AsyncItsme, *, url: str, itsme_url: str, folder: Path) -> FastAPI:
    """The shop's application.

    Args:
        itsme: what it asks itsme through. It is closed with the application.
        url: where browsers reach the shop: scheme, host and port.
        itsme_url: where browsers reach the local sandbox, likewise.
        folder: where its database may be.
    """
    customers = Customers()
    keys = new_key()

    def flow(
        service: str, path: str, scopes: tuple[str, ...], on_identity: Callable[[Identity, str], str]
    ) -> AsyncFlow:
        return AsyncFlow(
            itsme,
            AsyncSqlStore(f"sqlite:///{folder / 'logins.db'}", prefix=f"{service}_"),
            keys,
            f"{url}{path}/back",
            on_identity,
            scopes=scopes,
            # Somebody who tries things out starts often, and everybody here comes from the same machine.
            limits=StartLimits(browser="60 per 10 minutes", address=None),
        )

    login = flow("login", "/itsme", LOGIN, customers.know_again)
    register = flow("register", "/itsme/register", REGISTER, customers.take_in)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        async with itsme, login, register, sweeping(login), sweeping(register):
            yield

    templates = Jinja2Templates(
        pages.TEMPLATES, context_processors=[lambda _request: {"site": "Demo shop", "itsme_url": itsme_url}]
    )
    routes = [
        *itsme_routes(login, templates=templates, explain=explain),
        *itsme_routes(register, prefix="/itsme/register", templates=templates, explain=explain),
    ]
    app = FastAPI(lifespan=lifespan, routes=routes, docs_url=None, redoc_url=None, openapi_url=None)
    # A shop on https adds https_only=True.
    app.add_middleware(SessionMiddleware, secret_key=secrets.token_urlsafe(), https_only=False)
    # Another name that somebody points at this machine is not this site.
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["shop.localhost"], www_redirect=False)

    def page(request: Request, template: str, context: dict[str, object], status: int = 200) -> HTMLResponse:
        headers = pages.headers(request.headers["host"])
        return templates.TemplateResponse(request, template, context, status, headers)

    @app.get("/")
    async def home(request: Request) -> HTMLResponse:
        received = customers.received(current_login(request))
        context = pages.front(received, "Welcome to the shop", request.headers.get("accept-language", ""))
        # Each flow ends its own logins, so that none of them signs anybody in after a logout.
        log_out = "/itsme/register/logout" if received and received.service == "register" else "/itsme/logout"
        return page(request, "shop.html", {**context, "csrf_field": csrf_field(request), "log_out_url": log_out})

    @app.get("/demo.css")
    async def style() -> Response:
        return Response(pages.STYLE, media_type="text/css", headers={"cache-control": "max-age=300"})

    @app.exception_handler(404)
    @app.exception_handler(405)
    async def not_found(request: Request, _error: Exception) -> HTMLResponse:
        return page(request, "stop.html", dict(pages.NOT_FOUND), 404)

    return app
