"""The shop in Starlette, and in FastAPI."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Annotated, Any

from fastapi import Depends, FastAPI
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from itsme_facade.web.starlette import (
    csrf_field,
    current_login,
    itsme_button,
    itsme_routes,
    login_required,
    sign_in,
)


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


def lifespan_of(flow: Any, itsme: Any) -> Any:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            for each in (itsme, flow):
                if hasattr(each, "__aenter__"):
                    await stack.enter_async_context(each)
                else:
                    stack.enter_context(each)
            yield

    return lifespan


def application(flow: Any, itsme: Any, **options: Any) -> Starlette:
    session = Middleware(SessionMiddleware, secret_key="only for tests")
    return Starlette(routes=routes(flow, **options), middleware=[session], lifespan=lifespan_of(flow, itsme))


def fastapi_application(flow: Any, itsme: Any, **options: Any) -> FastAPI:
    own = [route for route in routes(flow, **options) if "members" not in route.path]
    app = FastAPI(routes=own, lifespan=lifespan_of(flow, itsme))
    app.add_middleware(SessionMiddleware, secret_key="only for tests")

    @app.get("/members")
    async def for_members(who: Annotated[str, Depends(login_required)]) -> HTMLResponse:  # pyright: ignore[reportUnusedFunction]
        return page(f"members only, {who}")

    @app.get("/members-blocking")
    def for_members_blocking(who: Annotated[str, Depends(login_required)]) -> HTMLResponse:  # pyright: ignore[reportUnusedFunction]
        return page(f"members only, {who}")

    return app
