"""The control API's own OpenAPI document, made from the table that its routes are made from."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

import msgspec

from .operations import CONTROL_PATH, Shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .operations import AnyOperation

_REFERENCE: Final = "#/components/schemas/{name}"
_PROBLEMS: Final = {
    400: "The body is not what this call takes; the message names the field.",
    403: "Refused: a page of another site, a Host that is not this machine's, or no token from elsewhere.",
    404: "There is no such person, phone, card, transaction, enrolment or visit.",
    409: "It cannot be done now; the message says why and what to do.",
}


class Problem(Shape):
    """Why a call was not done."""

    status: int
    message: str
    code: str


def make_document(operations: Iterable[AnyOperation]) -> dict[str, Any]:
    """Write OpenAPI 3.1 of all operations."""
    table = tuple(operations)
    types: list[type] = [Problem, *(type_ for row in table for type_ in (row.body, row.answer))]
    schemas, components = msgspec.json.schema_components(types, ref_template=_REFERENCE)
    references: dict[type, dict[str, Any]] = dict(zip(types, schemas, strict=True))
    paths: dict[str, dict[str, object]] = {}
    for row in table:
        paths.setdefault(row.path, {})[row.method.lower()] = _operation(row, references)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Control API of the local sandbox",
            "version": version("itsme-facade"),
            "description": (
                "What tests of any language do to the local sandbox: not the real itsme. JSON only. It answers to this "
                "machine's own programs, and to others that show the token which the command printed."
            ),
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": CONTROL_PATH}],
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(row: AnyOperation, references: Mapping[type, Mapping[str, Any]]) -> dict[str, object]:
    answer: dict[str, object] = {"description": "Done.", "content": _json(references[row.answer])}
    if row.links:
        answer["links"] = {
            operation: {"operationId": operation, "parameters": {part: f"$response.body#/{field}"}}
            for operation, (part, field) in row.links.items()
        }
    responses: dict[str, object] = {"200": answer}
    for status in _problems(row):
        responses[str(status)] = {"description": _PROBLEMS[status], "content": _json(references[Problem])}
    written: dict[str, object] = {
        "operationId": row.id,
        "summary": row.about,
        "tags": [row.path.split("/")[1]],
        "responses": responses,
    }
    if row.parts:
        written["parameters"] = [
            {"name": part, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
            for part in row.parts
        ]
    if row.method == "POST":
        # Also where nothing needs to be said: a page of another site cannot send JSON without asking first.
        written["requestBody"] = {"required": True, "content": _json(references[row.body])}
    return written


def _problems(row: AnyOperation) -> list[int]:
    if row.method == "POST":
        return [400, 403, 404, 409]
    return [403, 404] if row.parts else [403]


def _json(schema: Mapping[str, Any]) -> dict[str, object]:
    return {"application/json": {"schema": dict(schema)}}
