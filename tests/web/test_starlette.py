"""What is Starlette's and FastAPI's alone."""

from typing import Annotated, Any

from fastapi import Depends, FastAPI
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route

from itsme_facade import AsyncItsme, Identity
from itsme_facade.flow import AsyncFlow
from itsme_facade.sandbox import Sandbox
from itsme_facade.store import AsyncMemoryStore, new_key
from itsme_facade.web.html import Html
from itsme_facade.web.starlette import csrf_field, current_login, itsme_routes, login_required, require_login, sign_out
from tests.web import starlette_shop
from tests.web.browsers import Browser, approved, login_of, served

SESSION = Middleware(SessionMiddleware, secret_key="only for tests")


def customer(_identity: Identity, _login_id: str) -> str:
    return "customer-1"


def make_flow(sandbox: Sandbox, path: str) -> tuple[AsyncItsme, AsyncFlow]:
    itsme = AsyncItsme(sandbox.token, base_url=sandbox.api_url)
    return itsme, AsyncFlow(itsme, AsyncMemoryStore(), new_key(), f"http://127.0.0.1{path}", customer)


def test_the_routes_may_be_in_a_mount(sandbox: Sandbox) -> None:
    itsme, flow = make_flow(sandbox, "/accounts/itsme/back")
    app = Starlette(
        routes=[Route("/", starlette_shop.home), Mount("/accounts", routes=itsme_routes(flow))],
        middleware=[SESSION],
        lifespan=starlette_shop.lifespan_of(flow, itsme),
    )
    with served(app) as url, Browser(url) as browser:
        away = browser.start()
        callback = approved(sandbox, away.headers["location"])
        assert browser.get(callback).headers["location"] == "/"
        assert "Hello customer-1" in browser.get("/").text
        unknown = browser.get("/accounts/itsme/back?state=x").headers["location"]
        assert unknown == "/accounts/itsme/wait?told=unknown"
        assert 'href="/accounts/itsme/itsme.css"' in browser.get(unknown).text
        assert '<a class="itsme-plain" href="/">' in browser.get(unknown).text


def test_the_routes_may_have_another_prefix_and_another_home(sandbox: Sandbox) -> None:
    itsme, flow = make_flow(sandbox, "/login/back")
    app = Starlette(
        routes=[Route("/shop", starlette_shop.home), *itsme_routes(flow, prefix="/login", home="/shop")],
        middleware=[SESSION],
        lifespan=starlette_shop.lifespan_of(flow, itsme),
    )
    with served(app) as url, Browser(url) as browser:
        callback = approved(sandbox, browser.start("/shop").headers["location"])
        assert browser.get(callback).headers["location"] == "/shop"
        assert browser.get("/login/wait").status_code == 400
        assert browser.get(f"/login/wait?login={login_of(callback)}").headers["location"] == "/shop"


def test_fastapi_takes_guards_and_fields_as_dependencies_and_routes_afterwards(sandbox: Sandbox) -> None:
    itsme, flow = make_flow(sandbox, "/itsme/back")
    app = FastAPI(lifespan=starlette_shop.lifespan_of(flow, itsme))
    app.add_middleware(SessionMiddleware, secret_key="only for tests")
    app.router.routes.extend(itsme_routes(flow))

    @app.get("/")
    def home(  # pyright: ignore[reportUnusedFunction]
        who: Annotated[str | None, Depends(current_login)], field: Annotated[Html, Depends(csrf_field)]
    ) -> HTMLResponse:
        return HTMLResponse(f'Hello {who}<form class="itsme-form" method="post" action="/itsme/start">{field}</form>')

    @app.get("/inside", dependencies=[Depends(require_login("/door"))])
    def inside() -> str:  # pyright: ignore[reportUnusedFunction]
        return "in"

    with served(app) as url, Browser(url) as browser:
        assert "Hello None" in browser.get("/").text
        assert browser.get("/inside").headers["location"] == "/door?next=%2Finside"
        browser.log_in(sandbox)
        assert "Hello customer-1" in browser.get("/").text
        assert browser.get("/inside").json() == "in"
        assert "/itsme/start" not in browser.get("/openapi.json").text


def test_without_a_session_nothing_is_asked_for(sandbox: Sandbox) -> None:
    itsme, flow = make_flow(sandbox, "/itsme/back")
    app = Starlette(routes=itsme_routes(flow), lifespan=starlette_shop.lifespan_of(flow, itsme))
    with served(app) as url, Browser(url) as browser:
        assert browser.get("/itsme/back?state=x").status_code == 500
        assert sandbox.calls == ()


def test_a_session_that_is_no_session_of_ours_signs_nobody_in() -> None:
    class Request:
        session: Any

    request: Any = Request()
    for session in ({}, {"itsme": "x"}, {"itsme": {"reference": 5}}, {"itsme": None}):
        request.session = session
        assert current_login(request) is None
    request.session = {"itsme": {"reference": "anna"}, "basket": 1}
    assert current_login(request) == "anna"
    sign_out(request)
    assert request.session == {}


def test_a_guard_keeps_the_name_and_the_documentation_of_what_it_guards() -> None:
    @login_required
    async def page(_request: Any) -> HTMLResponse:
        """A page."""
        return HTMLResponse("")

    assert (page.__name__, page.__doc__) == ("page", "A page.")
