"""A small shop in FastAPI: customers log in with itsme, and beer is for adults.

    python examples/fastapi_shop/app.py

starts it together with a local sandbox, unless ITSME_BASE_URL or ITSME_ENVIRONMENT says which itsme to ask.
"""

import argparse
import os
import secrets
import socket
import sqlite3
import tempfile
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager, suppress
from pathlib import Path
from typing import Annotated

import uvicorn
from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse
from starlette.middleware.sessions import SessionMiddleware
from starlette.templating import Jinja2Templates

from itsme_facade import Identity
from itsme_facade.flow import AsyncFlow, Declined
from itsme_facade.sandbox import Sandbox
from itsme_facade.store import new_key
from itsme_facade.web.access_logs import hide_states
from itsme_facade.web.headers import form_action_sources
from itsme_facade.web.starlette import (
    csrf_field,
    current_login,
    itsme_button,
    itsme_routes,
    login_required,
    sweeping,
)

HERE = Path(__file__).parent


class Customers:
    """Who buys here. It keeps a first name and whether somebody is an adult, and no birth date."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self.database() as database:
            database.execute(
                "CREATE TABLE IF NOT EXISTS customers "
                "(id INTEGER PRIMARY KEY, itsme TEXT UNIQUE NOT NULL, name TEXT, adult INTEGER)"
            )

    @contextmanager
    def database(self) -> Generator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path)) as database, database:
            yield database

    def take(self, identity: Identity, _login_id: str) -> str:
        """What the flow calls, once: keeps what the shop needs, and returns the customer's id.

        The userId alone says who somebody is: an e-mail address is never verified by itsme.
        """
        if identity.user_id is None:
            raise Declined("no_user_id")
        name = identity.name.given or identity.name.full if identity.name else None
        # True, False, or None when itsme knows no birth date, or only a year that leaves it open.
        adult = identity.birthdate.is_at_least(18) if identity.birthdate else None
        with self.database() as database:
            (number,) = database.execute(
                "INSERT INTO customers (itsme, name, adult) VALUES (?, ?, ?) "
                "ON CONFLICT (itsme) DO UPDATE SET name = excluded.name, adult = excluded.adult RETURNING id",
                (identity.user_id, name, adult),
            ).fetchone()
        return str(number)

    def find(self, reference: str | None) -> tuple[str, bool | None]:
        """A customer's first name, and whether they are an adult, as far as that is known."""
        with self.database() as database:
            found = database.execute("SELECT name, adult FROM customers WHERE id = ?", (reference,)).fetchone()
        name, adult = found or (None, None)
        return name or "customer", None if adult is None else bool(adult)


def create_app(environ: Mapping[str, str], customers: Customers) -> FastAPI:
    flow = AsyncFlow.from_env(customers.take, environ=environ, scopes=["profile"])

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        async with flow, sweeping(flow):
            yield

    templates = Jinja2Templates(HERE / "templates")
    app = FastAPI(lifespan=lifespan, routes=itsme_routes(flow, templates=templates), docs_url=None, redoc_url=None)
    app.add_middleware(
        SessionMiddleware,
        secret_key=environ.get("SHOP_SECRET") or secrets.token_urlsafe(),
        https_only=environ["ITSME_REDIRECT_URL"].startswith("https:"),
    )

    def page(request: Request, name: str, **context: object) -> HTMLResponse:
        form_action = " ".join(form_action_sources(request.headers.get("host", "")))
        headers = {
            "cache-control": "no-store",
            "content-security-policy": f"default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; "
            f"frame-ancestors 'none'; form-action {form_action}",
            "referrer-policy": "same-origin",
        }
        return templates.TemplateResponse(request, name, context, headers=headers)

    @app.get("/")
    def home(request: Request) -> HTMLResponse:
        who = current_login(request)
        return page(
            request,
            "home.html",
            who=customers.find(who)[0] if who else None,
            button=itsme_button(request, next=request.query_params.get("next")),
            csrf_field=csrf_field(request),
        )

    @app.get("/beer")
    def beer(request: Request, who: Annotated[str, Depends(login_required)]) -> HTMLResponse:
        name, adult = customers.find(who)
        return page(request, "beer.html", who=name, adult=adult)

    return app


def local_sandbox(running: ExitStack, redirect_url: str, folder: Path) -> dict[str, str]:
    """Starts an itsme of our own, and says what the shop has to know of it, as the environment would."""
    sandbox = running.enter_context(Sandbox())
    # To a browser every name under .localhost is a site of its own on this machine.
    itsme_url = sandbox.url.replace("127.0.0.1", "itsme.localhost")
    sandbox.app.state.url = itsme_url
    lucas = sandbox.person("lucas")
    print(f"itsme  {itsme_url}  (a local sandbox: not the real itsme, and nobody there is real)")
    print(f"       {lucas.details.name} has the number {lucas.phone.number} and approves on {itsme_url}/phone/lucas")
    return {
        "ITSME_TOKEN": sandbox.token,
        "ITSME_BASE_URL": sandbox.api_url,
        "ITSME_KEYS": new_key(),
        "ITSME_STORE_URL": f"sqlite:///{folder / 'logins.db'}",
        "ITSME_REDIRECT_URL": redirect_url,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="A small shop with login by itsme.")
    parser.add_argument("--port", type=int, default=8000, help="0 takes a free one (default %(default)s)")
    port: int = parser.parse_args().port
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
        listener = running.enter_context(socket.create_server(("127.0.0.1", port)))
        url = f"http://shop.localhost:{listener.getsockname()[1]}"
        print(f"Shop   {url}")
        environ: Mapping[str, str] = os.environ
        if "ITSME_BASE_URL" not in environ and "ITSME_ENVIRONMENT" not in environ:
            environ = local_sandbox(running, f"{url}/itsme/back", folder)
        app = create_app(environ, Customers(folder / "customers.db"))
        print("Ctrl-C ends it.", flush=True)
        config = uvicorn.Config(app, log_level="info")
        hide_states()
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
