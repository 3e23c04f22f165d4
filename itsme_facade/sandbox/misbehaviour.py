"""Faults carried out on the wire: connections that break, stall, dribble or are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from starlette.responses import Response

from .damage import damaged
from .replies import error_reply, raw_json_reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from .faults import Fault
    from .world import Assumptions


class Connection(Protocol):
    """The connection that a request came on, as the server lends it in `scope["state"]["connection"]`."""

    async def pause(self, seconds: float | None) -> None:
        """Wait so many seconds of the machine, or for ever; less if the connection ends."""

    def drop(self) -> None:
        """Break it at once; what is not on the wire yet is lost."""

    def hang_up(self) -> None:
        """End it once everything is sent, without having said so."""

    async def refuse_others(self, seconds: float) -> None:
        """Refuse new connections for so many seconds and end the kept-alive ones."""


class _NoConnection:
    """Stands in where the application is called without a server: there, what breaks is the call itself."""

    async def pause(self, seconds: float | None) -> None:
        # Not above: with a server it is not needed. It sleeps on trio too.
        import anyio

        await (anyio.sleep_forever() if seconds is None else anyio.sleep(seconds))

    def drop(self) -> None:
        raise ConnectionResetError("dropped by a fault of the sandbox")

    def hang_up(self) -> None:
        return

    async def refuse_others(self, seconds: float) -> None:  # noqa: ARG002 - no connections, nothing to refuse
        return


def _connection_of(request: Request) -> Connection:
    return cast("Connection", request.scope.get("state", {}).get("connection") or _NoConnection())


async def misbehave(
    fault: Fault, request: Request, assumptions: Assumptions, carry_out: Callable[[], Response]
) -> Response:
    """Answer a call as a fault wants it.

    Args:
        fault: What goes wrong.
        request: The call, with its body read.
        assumptions: The shape of errors.
        carry_out: Carries the call out and answers it; not called if the fault comes instead of the call.
    """
    connection = _connection_of(request)
    response: Response
    if fault.status is not None:
        response = error_reply(assumptions, fault.status, fault.message or "an error that was asked for", "fault")
    elif fault.drop == "before-answer":
        response = _Dropped(connection)
    else:
        response = carry_out()
        if fault.body is not None:
            response = raw_json_reply(damaged(bytes(response.body), fault.body), response.status_code)
        if fault.drop == "instead-of-answer":
            response = _Dropped(connection)
    if fault.drop in ("within-answer", "after-answer") or fault.dribble:
        response = _Piecemeal(response, fault, connection)
    if fault.delay:
        await connection.pause(fault.delay)
    if fault.refuse:
        # Before the answer, so that whoever has it finds the door shut.
        await connection.refuse_others(fault.refuse)
        response.headers["connection"] = "close"
    return response


async def answer_late(request: Request, response: Response, seconds: float | None) -> Response:
    """Keep an answer back for so many seconds of the machine; None: for as long as the caller waits."""
    connection = _connection_of(request)
    await connection.pause(seconds)
    return _Dropped(connection) if seconds is None else response


class _Dropped(Response):
    """No answer: the connection breaks."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - as ASGI has it
        await _drop(self._connection, receive)


class _Piecemeal(Response):
    """An answer that goes out byte by byte, or in half, or as its connection's last."""

    def __init__(self, whole: Response, fault: Fault, connection: Connection) -> None:
        super().__init__(whole.body, whole.status_code)
        self.raw_headers = whole.raw_headers
        self._fault = fault
        self._connection = connection

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - as ASGI has it
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        body = bytes(self.body)
        if self._fault.drop == "within-answer":
            body = body[: len(body) // 2]
        size = 1 if self._fault.dribble else len(body)
        for start in range(0, len(body), size):
            await send({"type": "http.response.body", "body": body[start : start + size], "more_body": True})
            if self._fault.dribble:
                await self._connection.pause(self._fault.dribble)
        if self._fault.drop == "within-answer":
            await _drop(self._connection, receive)
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        if self._fault.drop == "after-answer":
            self._connection.hang_up()


async def _drop(connection: Connection, receive: Receive) -> None:
    connection.drop()
    # The server complains about an answer that does not end, unless it knows that the connection has.
    while (await receive())["type"] != "http.disconnect":
        pass
