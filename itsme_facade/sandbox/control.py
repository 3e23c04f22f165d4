"""The control API under /_sandbox/: what people do, the clock and a fresh start, for tests in any language.

It is for this machine's own programs. A page of another site must not reach it through somebody's browser, so
it answers to loopback names only, refuses what a browser sends from elsewhere, and takes nothing but JSON.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlsplit

from starlette.routing import Route

from .contract import BadRequest, read_object, unknown_fields
from .replies import error_reply, json_reply, read_json_body
from .views import view
from .world.clock import iso
from .world.errors import (
    AlreadyOver,
    NotAsked,
    Refused,
    SandboxError,
    UnknownBank,
    UnknownPerson,
    UnknownPhone,
    UnknownSession,
    UnknownTransaction,
)
from .world.phones import BEHAVIOURS, Behaviour, Habit, national_to_international
from .world.transactions import Status

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from .world import World
    from .world.people import Person
    from .world.transactions import Transaction

    Fields = dict[str, object]
    Action = Callable[[Request, Fields], object]

CONTROL_PATH: Final = "/_sandbox"
_CODES: Final[dict[type[SandboxError], tuple[int, str]]] = {
    UnknownPerson: (404, "unknown_person"),
    UnknownTransaction: (404, "unknown_transaction"),
    UnknownPhone: (404, "unknown_phone"),
    UnknownSession: (404, "unknown_session"),
    UnknownBank: (404, "unknown_bank"),
    NotAsked: (409, "not_asked"),
    AlreadyOver: (409, "already_over"),
}
_A_YEAR: Final = 366 * 24 * 3600


def control_routes(world: World) -> list[Route]:
    """Make the routes of the control API."""
    return _Control(world).routes()


def is_loopback_name(host: str) -> bool:
    """Whether a host name or address is this machine's own: 127.0.0.0/8, ::1, localhost, or below it."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _refusal(request: Request) -> str | None:
    """Say why this request may not be answered at all, or None."""
    host = request.headers.get("host", "")
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        name = None
    if name is None or not is_loopback_name(name):
        return "the control API answers to loopback names only, such as 127.0.0.1 and localhost"
    if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return "the control API answers no page of another site"
    origin = request.headers.get("origin")
    if origin is not None and origin != f"{request.url.scheme}://{host}":
        return "the control API answers no page of another site"
    return None


class _Control:
    """The actions of the control API; each returns what is to be answered as JSON."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        get, post = self._get, self._post
        one, person = "/transactions/{id}", "/people/{person}"
        table: list[Route] = [
            get("/people", self._people),
            get("/transactions", self._transactions),
            get(one, self._transaction),
            post(f"{one}/fail", self._fail),
            post(f"{one}/expire", self._expire),
            post(f"{person}/always", self._always, "behaviour", "afterSeconds"),
            post(f"{person}/account", self._account_anew),
            get("/clock", self._clock),
            post("/clock", self._advance, "advanceSeconds"),
            post("/reset", self._reset),
        ]
        words: dict[str, Behaviour] = {"approve": "approve", "refuse": "refuse", "wrong-icon": "wrong_icon"}
        for word, behaviour in words.items():
            table.append(post(f"{one}/{word}", self._person_does(behaviour), "person", "phoneNumber"))
        return table

    def _get(self, path: str, action: Action) -> Route:
        async def endpoint(request: Request) -> Response:
            return self._answer(request, action, {})

        return self._route(path, endpoint, "GET")

    def _post(self, path: str, action: Action, *known: str) -> Route:
        async def endpoint(request: Request) -> Response:
            try:
                fields = _read_fields(await read_json_body(request), known)
            except BadRequest as error:
                return self._error(400, str(error), "invalid_parameters")
            return self._answer(request, action, fields)

        return self._route(path, endpoint, "POST")

    def _route(self, path: str, endpoint: Callable[[Request], Awaitable[Response]], method: str) -> Route:
        async def guarded(request: Request) -> Response:
            refusal = _refusal(request)
            return self._error(403, refusal, "refused") if refusal else await endpoint(request)

        return Route(CONTROL_PATH + path, guarded, methods=[method])

    def _error(self, status: int, message: str, code: str) -> Response:
        return error_reply(self._world.assumptions, status, message, code)

    def _answer(self, request: Request, action: Action, fields: Fields) -> Response:
        try:
            return json_reply(action(request, fields))
        except BadRequest as error:
            return self._error(400, str(error), "invalid_parameters")
        except Refused as error:
            return self._error(409, str(error), error.message_id.replace("-", "_"))
        except SandboxError as error:
            status, code = _CODES[type(error)]
            return self._error(status, str(error), code)

    def _people(self, _request: Request, _fields: Fields) -> object:
        return {"people": [self._person(person) for person in self._world.people.values()]}

    def _person(self, person: Person) -> object:
        phone = self._world.residents.phone_of(person.id)
        return {
            "id": person.id,
            "about": person.about,
            "phoneNumber": phone.number,
            "behaviour": phone.habit.behaviour if phone.habit else None,
            "afterSeconds": phone.habit.after if phone.habit else None,
            "blocked": self._world.residents.account(person.id).blocked,
        }

    def _transactions(self, _request: Request, _fields: Fields) -> object:
        return {"transactions": [self._view(transaction) for transaction in self._world.transactions()]}

    def _transaction(self, request: Request, _fields: Fields) -> object:
        return self._view(self._world.transaction(request.path_params["id"]))

    def _view(self, transaction: Transaction) -> object:
        return view(transaction).to_dict()

    def _person_does(self, behaviour: Behaviour) -> Action:
        def act(request: Request, fields: Fields) -> object:
            id_ = cast("str", request.path_params["id"])
            number = self._number(self._world.transaction(id_), fields)
            return self._view(self._world.answer(number, behaviour, id_))

        return act

    def _number(self, transaction: Transaction, fields: Fields) -> str:
        """Whose phone is meant: the named person's, the named number, else the transaction's own."""
        if "person" in fields and "phoneNumber" in fields:
            raise BadRequest(["person, phoneNumber: give one of them"])
        if "person" in fields:
            return self._world.residents.phone_of(_text(fields, "person")).number
        if "phoneNumber" in fields:
            number = national_to_international(_text(fields, "phoneNumber"))
            if number is None:
                raise BadRequest(["phoneNumber: not a number in E.164 format, such as +32471234567"])
            return number
        number = transaction.asked or transaction.request.phone_number
        if number is None:
            raise NotAsked('nobody was asked yet: say who answers, as {"person": "lucas"}')
        return number

    def _fail(self, request: Request, _fields: Fields) -> object:
        return self._view(self._world.finish(request.path_params["id"], Status.FAILURE, "told to fail"))

    def _expire(self, request: Request, _fields: Fields) -> object:
        return self._view(self._world.finish(request.path_params["id"], Status.EXPIRED, "told to expire"))

    def _always(self, request: Request, fields: Fields) -> object:
        person_id: str = request.path_params["person"]
        number = self._world.residents.phone_of(person_id).number
        behaviour = fields.get("behaviour")
        after = _seconds(fields, "afterSeconds") if "afterSeconds" in fields else 0.0
        if behaviour is not None and behaviour not in BEHAVIOURS:
            raise BadRequest([f"behaviour: not null and not one of {', '.join(BEHAVIOURS)}"])
        self._world.set_habit(number, Habit(behaviour, after) if behaviour else None)
        return self._person(self._world.people[person_id])

    def _account_anew(self, request: Request, _fields: Fields) -> object:
        person_id: str = request.path_params["person"]
        self._world.accounts.make_anew(person_id)
        return self._person(self._world.people[person_id])

    def _clock(self, _request: Request, _fields: Fields) -> object:
        return {"now": iso(self._world.clock.now())}

    def _advance(self, request: Request, fields: Fields) -> object:
        self._world.advance(_seconds(fields, "advanceSeconds"))
        return self._clock(request, {})

    def _reset(self, request: Request, _fields: Fields) -> object:
        self._world.reset()
        return self._clock(request, {})


def _read_fields(body: bytes, known: tuple[str, ...]) -> Fields:
    fields = read_object(body) if body.strip() else {}
    if faults := unknown_fields(fields, known):
        raise BadRequest(faults)
    return fields


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise BadRequest([f"{name}: not a text"])
    return value


def _seconds(fields: Fields, name: str) -> float:
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _A_YEAR:
        raise BadRequest([f"{name}: not a number of seconds from 0 to {_A_YEAR}"])
    return float(value)
