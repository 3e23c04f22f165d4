"""The two endpoints of the API, as the contract (openapi/itsme.yaml) has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.routing import Route

from .contract import BadRequest, read_transaction_request
from .replies import error_reply, json_reply, read_json_body

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from .transactions import Transaction
    from .world import World


API_PATH: Final = "/itsme/v1"


def api_routes(world: World) -> list[Route]:
    """Make the routes `POST /transactions` and `GET /status/{transactionToken}`, under `API_PATH`."""
    assumptions = world.assumptions

    async def create(request: Request) -> Response:
        try:
            wanted = read_transaction_request(await read_json_body(request), assumptions)
        except BadRequest as error:
            return error_reply(assumptions, 400, str(error), "invalid_parameters")
        if assumptions.api_tokens is not None and wanted.token not in assumptions.api_tokens:
            status = assumptions.unknown_api_token_status
            return error_reply(assumptions, status, "token: not known here", "unknown_api_token")
        transaction = world.create(wanted)
        url = authentication_url(request.app.state.url or str(request.base_url), transaction)
        return json_reply({"transactionToken": transaction.token, "authenticationUrl": url})

    async def status(request: Request) -> Response:
        answer = world.read(request.path_params["token"])
        if answer is None:
            message = "transactionToken: no transaction has this token"
            return error_reply(assumptions, assumptions.unknown_token_status, message, "unknown_transaction")
        return json_reply(answer)

    reading = Route(f"{API_PATH}/status/{{token}}", status, methods=["GET"])
    # Starlette adds HEAD to every GET route; here it would use up what is handed out once.
    reading.methods = {"GET"}
    return [Route(f"{API_PATH}/transactions", create, methods=["POST"]), reading]


def authentication_url(url: str, transaction: Transaction) -> str:
    """Where the person is sent: it holds a random id, neither redirectUrl nor the transaction token."""
    return f"{url.rstrip('/')}/login/{transaction.id}"
