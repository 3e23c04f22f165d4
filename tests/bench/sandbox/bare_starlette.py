"""What the local sandbox is measured against: Starlette on uvicorn doing the same JSON, and nothing else.

`python -m tests.bench.sandbox.bare_starlette PORT [PARSER LOOP]` serves until it is terminated, with the parts of
uvicorn that the sandbox uses, or those that are named. It checks no argument, has no people, no clock and no pages;
like the sandbox, it keeps what it created, and gives the person out once.
"""

from __future__ import annotations

import secrets
import sys
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.bench.server import STATUS

if TYPE_CHECKING:
    from starlette.requests import Request


def make_app() -> Starlette:
    """The two routes over a dict."""
    given: dict[str, bool] = {}

    async def create(request: Request) -> JSONResponse:
        await request.json()
        token = secrets.token_urlsafe(48)
        given[token] = False
        url = f"http://127.0.0.1/login/{secrets.token_urlsafe(16)}"
        return JSONResponse({"transactionToken": token, "authenticationUrl": url})

    async def status(request: Request) -> JSONResponse:
        token = request.path_params["token"]
        if token not in given:
            return JSONResponse({"status": 404}, 404)
        answer = {"status": "success"} if given[token] else STATUS
        given[token] = True
        return JSONResponse(answer)

    return Starlette(
        routes=[
            Route("/itsme/v1/transactions", create, methods=["POST"]),
            Route("/itsme/v1/status/{token}", status, methods=["GET"]),
        ]
    )


if __name__ == "__main__":
    http, loop = sys.argv[2:] or ("h11", "asyncio")
    uvicorn.run(
        make_app(), host="127.0.0.1", port=int(sys.argv[1]), http=http, loop=loop, ws="none", log_level="warning"
    )
