"""The few files that pages need beside themselves: a style sheet, two scripts, an icon. All are our own."""

from __future__ import annotations

import functools
from importlib import resources
from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request

_TYPES: Final = {
    "icon.svg": "image/svg+xml",
    "live.js": "text/javascript",
    "sandbox.css": "text/css",
    "twice.js": "text/javascript",
}
_HEADERS: Final = {
    "cache-control": "max-age=300",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
}


def static_routes() -> list[Route]:
    """Make the route of the files under `/static/`."""

    async def file(request: Request) -> Response:
        name: str = request.path_params["name"]
        if name not in _TYPES:
            raise HTTPException(404)
        return Response(_read(name), media_type=_TYPES[name], headers=_HEADERS)

    return [Route("/static/{name}", file, methods=["GET"])]


@functools.cache
def _read(name: str) -> bytes:
    return resources.files("itsme_facade.sandbox").joinpath("static", name).read_bytes()
