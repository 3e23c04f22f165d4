"""A small Starlette application, as the tests of the skin and of its pages want it."""

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from attrs import define, field
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from itsme_facade import Identity, Itsme
from itsme_facade.flow import Declined, Flow, StartLimits
from itsme_facade.sandbox import Sandbox
from itsme_facade.store.memory import MemoryStore
from itsme_facade.store.sealing import new_key
from itsme_facade.web.html import Html
from itsme_facade.web.starlette import (
    csrf_field,
    current_login,
    itsme_button,
    itsme_routes,
    login_required,
    sign_in,
)
from tests.web.browsers import Browser, served


@define
class Shop:
    """A site that is up, and what it has been told."""

    sandbox: Sandbox
    flow: Any
    url: str = ""
    told: list[Identity] = field(factory=list)
    linked: list[tuple[str, str]] = field(factory=list)
    fail: Exception | None = None

    def browser(self, language: str = "en", **headers: str) -> Browser:
        return Browser(self.url, language, **headers)

    def on_identity(self, identity: Identity, _login_id: str) -> str:
        if self.fail is not None:
            raise self.fail
        self.told.append(identity)
        return f"customer-{len(self.told)}"

    def on_link(self, identity: Identity, login_id: str, account: str) -> str:
        self.linked.append((account, identity.user_id or ""))
        if account == "somebody-else":
            raise Declined("linked_elsewhere")
        return account


def page(body: str) -> HTMLResponse:
    return HTMLResponse(f"<!doctype html><title>Shop</title>{body}")


async def home(request: Request) -> Response:
    service = request.query_params.get("service", "login")
    target = request.query_params.get("next")
    who = current_login(request) or "nobody"
    return page(f"<p>Hello {who}</p>{itsme_button(request, service=service, next=target)}")


async def put_in_basket(request: Request) -> Response:
    request.session["basket"] = "clock"
    return page("in it")


async def show_session(request: Request) -> Response:
    return JSONResponse({name: value for name, value in request.session.items() if name != "itsme_csrf"})


async def log_in_by_password(request: Request) -> Response:
    sign_in(request, request.query_params["who"], keep=("basket",))
    return page("signed in")


async def log_out_page(request: Request) -> Response:
    return page(f'<form class="itsme-form" method="post" action="/itsme/logout">{csrf_field(request)}</form>')


@login_required
async def members(request: Request) -> Response:
    return page(f"members only, {current_login(request)}")


@login_required
def members_blocking(request: Request) -> Response:
    return page(f"members only, {current_login(request)}")


def routes(flow: Any, **options: Any) -> list[Any]:
    return [
        Route("/", home),
        Route("/basket", put_in_basket),
        Route("/session", show_session),
        Route("/password", log_in_by_password),
        Route("/log-out", log_out_page),
        Route("/members", members),
        Route("/members-blocking", members_blocking),
        *itsme_routes(flow, **options),
    ]


def application(flow: Any, itsme: Any, **options: Any) -> Starlette:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        if hasattr(flow, "aclose"):
            async with flow, itsme:
                yield
        else:
            with flow, itsme:
                yield

    session = Middleware(SessionMiddleware, secret_key="only for tests")
    return Starlette(routes=routes(flow, **options), middleware=[session], lifespan=lifespan)


@contextmanager
def open_shop(
    sandbox: Sandbox,
    *,
    store: Any = None,
    make_itsme: Any = Itsme,
    base_url: str | None = None,
    make_flow: Any = Flow,
    redirect_url: str = "http://127.0.0.1/itsme/back",
    server: dict[str, Any] | None = None,
    flow_options: dict[str, Any] | None = None,
    **options: Any,
) -> Generator[Shop]:
    """The application on a real port, with the sandbox behind it."""
    shop = Shop(sandbox, None)
    flow_options = {"limits": StartLimits(browser=None, address=None), **(flow_options or {})}
    itsme = make_itsme(sandbox.token, base_url=base_url or sandbox.api_url, timeout=5)
    shop.flow = make_flow(
        itsme,
        store or MemoryStore(),
        new_key(),
        redirect_url,
        shop.on_identity,
        on_link=shop.on_link,
        **flow_options,
    )
    with served(application(shop.flow, itsme, **options), **(server or {})) as shop.url:
        yield shop


__all__ = ["Html", "Shop", "application", "open_shop", "page", "routes"]
