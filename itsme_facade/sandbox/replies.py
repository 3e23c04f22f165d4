"""Requests taken in and answers given out: bounded bodies, JSON, and errors in the API's own shape."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from .contract import BadRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from .world.assumptions import Assumptions

MAX_BODY: Final = 64 * 1024
_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def json_reply(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with JSON in UTF-8 that no cache keeps."""
    return raw_json_reply(_encode(content).encode(), status, headers)


def raw_json_reply(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with bytes that say they are JSON, and that no cache keeps."""
    return Response(body, status, {"cache-control": "no-store", **(headers or {})}, media_type="application/json")


def error_reply(
    assumptions: Assumptions, status: int, message: str, code: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer with an error in the API's own shape (assumed: `status`, `message`, `code`)."""
    body = {"status": status, "message": message, "code": code}
    return json_reply({name: body[name] for name in assumptions.error_fields}, status, headers)


def http_error(request: Request, error: Exception) -> Response:
    """Give what Starlette refuses (404, 405) the same shape."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    phrase = HTTPStatus(error.status_code).phrase
    assumptions: Assumptions = request.app.state.world.assumptions
    return error_reply(assumptions, error.status_code, phrase, phrase.lower().replace(" ", "_"), error.headers)


async def read_body(request: Request) -> bytes:
    """Read the body, up to a limit.

    Raises:
        BadRequest: It is larger than 64 KiB.
    """
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BODY:
            raise BadRequest([f"body: larger than {MAX_BODY} bytes"])
        chunks.append(chunk)
    return b"".join(chunks)


async def read_json_body(request: Request) -> bytes:
    """Read a body that says it is JSON.

    Raises:
        BadRequest: It says it is something else, or is too large.
    """
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().replace('"', "")
    if media_type.strip().lower() != "application/json" or charset not in ("", "charset=utf-8"):
        raise BadRequest(["Content-Type: not application/json"])
    return await read_body(request)
