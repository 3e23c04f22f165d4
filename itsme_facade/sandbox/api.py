"""The two endpoints of the API, as the contract (openapi/itsme.yaml) has them, and as faults want them."""

from __future__ import annotations

import math
from time import perf_counter
from typing import TYPE_CHECKING, Final

from attrs import define, field
from starlette.routing import Route

from .contract import BadRequest, read_transaction_request
from .faults import NOTHING_SENT
from .misbehaviour import answer_late, misbehave
from .replies import error_reply, json_reply, read_json_body

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from .faults import Call, Fault
    from .instance import Instance
    from .world import Transaction

API_PATH: Final = "/itsme/v1"


def api_routes(instance: Instance) -> list[Route]:
    """Make the routes `POST /transactions` and `GET /status/{transactionToken}`, under `API_PATH`."""
    api = _Api(instance)
    reading = Route(f"{API_PATH}/status/{{token}}", api.status, methods=["GET"])
    # Starlette adds HEAD to every GET route; here it would use up what is handed out once.
    reading.methods = {"GET"}
    return [Route(f"{API_PATH}/transactions", api.create, methods=["POST"]), reading]


def authentication_url(url: str, transaction: Transaction) -> str:
    """Where the person is sent: it holds a random id, neither redirectUrl nor the transaction token."""
    return f"{url.rstrip('/')}/login/{transaction.id}"


@define(eq=False)
class _Exchange:
    """One call while it is being answered: when it came, what was sent, and which transaction it is about."""

    call: Call
    at: float
    begun: float
    sent: bytes = field(default=b"", repr=False)
    transaction: Transaction | None = None


class _Api:
    """The endpoints of one sandbox."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._world = instance.world
        self._assumptions = instance.world.assumptions

    async def create(self, request: Request) -> Response:
        exchange = self._begin("create")
        try:
            exchange.sent = await read_json_body(request)
        except BadRequest as error:
            # Kept, because a name that an except clause binds is gone after it.
            refusal = error
            return await self._answer(exchange, request, lambda: self._bad(refusal))
        return await self._answer(exchange, request, lambda: self._create(exchange, request))

    async def status(self, request: Request) -> Response:
        exchange = self._begin("status")
        return await self._answer(exchange, request, lambda: self._status(exchange, request))

    def _begin(self, call: Call) -> _Exchange:
        return _Exchange(call, self._world.clock.now(), perf_counter())

    def _bad(self, error: BadRequest) -> Response:
        return error_reply(self._assumptions, 400, str(error), "invalid_parameters")

    def _create(self, exchange: _Exchange, request: Request) -> Response:
        assumptions = self._assumptions
        try:
            wanted = read_transaction_request(exchange.sent, assumptions)
        except BadRequest as error:
            return self._bad(error)
        if assumptions.api_tokens is not None and wanted.token not in assumptions.api_tokens:
            status = assumptions.unknown_api_token_status
            return error_reply(assumptions, status, "token: not known here", "unknown_api_token")
        exchange.transaction = transaction = self._world.create(wanted)
        url = authentication_url(request.app.state.url or str(request.base_url), transaction)
        return json_reply({"transactionToken": transaction.token, "authenticationUrl": url})

    def _status(self, exchange: _Exchange, request: Request) -> Response:
        token: str = request.path_params["token"]
        exchange.transaction = self._world.transaction_with(token)
        answer = self._world.read(token)
        if answer is None:
            message = "transactionToken: no transaction has this token"
            status = self._assumptions.unknown_token_status
            return error_reply(self._assumptions, status, message, "unknown_transaction")
        return json_reply(answer)

    async def _answer(self, exchange: _Exchange, request: Request, carry_out: Callable[[], Response]) -> Response:
        """Carry a call out, or let go wrong what is to go wrong, and remember it."""
        fault = self._instance.faults.take(exchange.call)
        response = carry_out() if fault is None else await misbehave(fault, request, self._assumptions, carry_out)
        delay = 0.0
        if exchange.call == "status" and exchange.transaction is not None:
            delay = exchange.transaction.status_delay
        sent = (fault is None or fault.drop not in NOTHING_SENT) and not math.isinf(delay)
        self._remember(exchange, response if sent else None, fault)
        if delay:
            response = await answer_late(request, response, None if math.isinf(delay) else delay)
        return response

    def _remember(self, exchange: _Exchange, response: Response | None, fault: Fault | None) -> None:
        self._instance.calls.add(
            at=exchange.at,
            call=exchange.call,
            transaction=exchange.transaction.id if exchange.transaction else None,
            sent=exchange.sent,
            status=response.status_code if response else None,
            answered=bytes(response.body) if response else b"",
            seconds=perf_counter() - exchange.begun,
            fault=fault is not None,
        )
