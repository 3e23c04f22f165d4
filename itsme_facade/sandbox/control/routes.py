"""The control API on the web: a route for each path, errors in the API's shape, and the document."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Final

import msgspec
from starlette.routing import Route

from itsme_facade.sandbox.contract import BadRequest
from itsme_facade.sandbox.replies import raw_json_reply, read_json_body
from itsme_facade.sandbox.world import (
    Refused,
    SandboxError,
    UnknownBank,
    UnknownPerson,
    UnknownPhone,
    UnknownSession,
    UnknownTransaction,
)

from .document import Problem, make_document
from .enrolment import BankCalls, EnrolmentCalls
from .guard import refusal
from .operations import CONTROL_PATH
from .people import PeopleCalls
from .phones import PhoneCalls
from .running import RunningCalls
from .transactions import TransactionCalls

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from itsme_facade.sandbox.instance import Instance

    from .operations import AnyOperation

_UNKNOWN: Final = (UnknownPerson, UnknownPhone, UnknownTransaction, UnknownSession, UnknownBank)


def control_operations(instance: Instance) -> list[AnyOperation]:
    """Make the table of all calls, but for the one that gets the document."""
    world = instance.world
    groups = (
        PeopleCalls(world),
        PhoneCalls(world),
        EnrolmentCalls(world),
        BankCalls(world),
        TransactionCalls(world),
        RunningCalls(instance),
    )
    return [operation for group in groups for operation in group.operations()]


def control_routes(instance: Instance) -> list[Route]:
    """Make the routes of the control API."""
    operations = control_operations(instance)
    by_path: dict[str, dict[str, AnyOperation]] = {}
    for operation in operations:
        by_path.setdefault(operation.path, {})[operation.method] = operation
    return [
        *(_route(instance, path, methods) for path, methods in by_path.items()),
        _document_route(instance, operations),
    ]


def _route(instance: Instance, path: str, operations: Mapping[str, AnyOperation]) -> Route:
    async def endpoint(request: Request) -> Response:
        if (reason := refusal(request, instance.control_token)) is not None:
            return _problem(403, "refused", reason)
        operation = operations["GET" if request.method == "HEAD" else request.method]
        try:
            body = operation.read(await read_json_body(request) if request.method == "POST" else b"")
            answer = operation.act(request.path_params, body)
            response = _reply(await answer if inspect.isawaitable(answer) else answer)
        except BadRequest as error:
            return _problem(400, "invalid_parameters", str(error))
        except _UNKNOWN as error:
            return _problem(404, _code(error), str(error))
        except (SandboxError, ValueError) as error:
            return _problem(409, _code(error), str(error))
        if instance.door is not None and instance.door.is_shut:
            # It is the connection's last answer, and the caller has to know.
            response.headers["connection"] = "close"
        return response

    return Route(CONTROL_PATH + path, endpoint, methods=list(operations))


def _document_route(instance: Instance, operations: Sequence[AnyOperation]) -> Route:
    async def endpoint(request: Request) -> Response:
        if (reason := refusal(request, instance.control_token)) is not None:
            return _problem(403, "refused", reason)
        return raw_json_reply(msgspec.json.encode(make_document(operations)))

    return Route(f"{CONTROL_PATH}/openapi.json", endpoint, methods=["GET"])


def _reply(answer: msgspec.Struct, status: int = 200) -> Response:
    return raw_json_reply(msgspec.json.encode(answer), status)


def _problem(status: int, code: str, message: str) -> Response:
    return _reply(Problem(status=status, message=message, code=code), status)


def _code(error: Exception) -> str:
    """Name an error for programs: what the world refuses by its message's id, the others by their kind."""
    if isinstance(error, Refused):
        return error.message_id.replace("-", "_")
    if isinstance(error, SandboxError):
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__).lower()
    return "impossible"
