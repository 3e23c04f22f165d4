"""A web site with a login, under uvicorn: `python -m tests.bench.logins.site PLACES` prints its port.

It is a Starlette application as people write it, but for `/prepare`, which starts some logins at once for the load
generator. It ends with its standard input.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from itsme_facade import AsyncItsme
from itsme_facade.flow import AsyncFlow, StartLimits
from itsme_facade.store import AsyncSqlStore, new_key
from itsme_facade.web.starlette import itsme_routes
from tests.bench.contenders import PHONE_NUMBER, SCOPES, TOKEN
from tests.bench.logins.places import Places
from tests.bench.logins.whole import PERSON, PLENTY

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.requests import Request


def make_app(places: Places, port: int) -> Starlette:
    """The site."""
    limits = StartLimits(browser=PLENTY, address=PLENTY, number=PLENTY)
    back = f"http://127.0.0.1:{port}/itsme/back"
    itsme, store = AsyncItsme(TOKEN, base_url=places.sandbox), AsyncSqlStore(places.postgres)
    flow = AsyncFlow(itsme, store, new_key(), back, _on_identity, scopes=SCOPES, limits=limits)

    async def front(_: Request) -> Response:
        return PlainTextResponse("Welcome")

    async def prepare(request: Request) -> Response:
        logins: list[dict[str, str]] = []
        for _ in range(int(request.query_params["logins"])):
            departure = await flow.start(phone_number=PHONE_NUMBER)
            cookies = [f"{each.name}={each.value}" for each in departure.set_cookies if each.max_age]
            logins.append({"location": departure.location, "cookie": "; ".join(cookies)})
        return JSONResponse(logins)

    @asynccontextmanager
    async def open_flow(_: Starlette) -> AsyncGenerator[None]:
        async with flow:
            yield

    return Starlette(
        routes=[Route("/", front), Route("/prepare", prepare), *itsme_routes(flow)],
        middleware=[Middleware(SessionMiddleware, secret_key=secrets.token_urlsafe(32))],
        lifespan=open_flow,
    )


async def _on_identity(identity: Any, login_id: str) -> str:
    assert identity.name.full == PERSON
    return f"user-{login_id}"


async def serve(places: Places, port: int) -> None:
    """Serves on a port of the loopback interface until standard input ends."""
    config = uvicorn.Config(make_app(places, port), port=port, log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has nothing to wait for
        await asyncio.sleep(0.01)
    print(port, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.should_exit = True
    await serving


if __name__ == "__main__":
    asyncio.run(serve(Places(**json.loads(sys.argv[1])), int(sys.argv[2])))
