"""The enrolment desk: the web site where somebody makes an itsme account with their eID, step by step (ENROL)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from attrs import frozen

from itsme_facade.sandbox.world.cards import BANKS
from itsme_facade.sandbox.world.desk import BROWSERS, SYSTEMS
from itsme_facade.sandbox.world.errors import Refused

from .forms import read_form
from .routing import page_route, refusal

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from itsme_facade.sandbox.world import World
    from itsme_facade.sandbox.world.enrolments import Enrolment

    from .forms import Problem
    from .rendering import Pages

# Browsers to pretend with: those that ENROL names, and on each system one that it does not.
_BROWSERS: Final = {system: (*names, "Opera") for system, names in BROWSERS.items()}
_FIELDS: Final = {"number": "number", "email": "email", "browser": "browser", "pin": "pin", "letter": "pin"}
_CARD_FIELDS: Final = {"no-eid": "card", "too-young": "card"}
_STAGES: Final = {"details": 1, "card": 2, "data": 2, "contract": 3, "token": 4}


@frozen(kw_only=True)
class _Given:
    """What stands in the first form."""

    number: str = ""
    email: str = ""
    browser: str = "windows/Mozilla Firefox"
    connective: bool = True
    reader: bool = True


def desk_routes(world: World, pages: Pages) -> list[Route]:
    """Make the routes of the desk."""
    return _Desk(world, pages).routes()


class _Desk:
    def __init__(self, world: World, pages: Pages) -> None:
        self._world = world
        self._pages = pages

    def routes(self) -> list[Route]:
        return [
            page_route(self._pages, "/desk", self._start, "GET", "POST"),
            page_route(self._pages, "/desk/{id}", self._step, "GET", "POST"),
        ]

    async def _start(self, request: Request) -> Response:
        """What is needed and the first form; when it is sent, an enrolment with an address of its own begins."""
        given, problem = self._for(request.query_params.get("for", "")), None
        if request.method == "POST":
            form = await read_form(request)
            given = _Given(
                number=form.get("number", ""),
                email=form.get("email", ""),
                browser=form.get("browser", ""),
                connective="connective" in form,
                reader="reader" in form,
            )
            system, _, browser = given.browser.partition("/")
            try:
                enrolment = self._world.desk.begin(
                    given.number,
                    given.email,
                    system=system,
                    browser=browser,
                    connective=given.connective,
                    reader_software=given.reader,
                )
            except Refused as error:
                problem = refusal(self._pages, request, error, _FIELDS)
            else:
                return self._pages.go(f"/desk/{enrolment.id}")
        return self._pages.page(
            request,
            "desk/start",
            status=422 if problem else 200,
            banks=BANKS,
            browsers=_BROWSERS,
            given=given,
            problem=problem,
            stage=1,
            step="start",
            systems=SYSTEMS,
        )

    def _for(self, person_id: str) -> _Given:
        """The first form, filled in for somebody if that was asked for."""
        person = self._world.people.get(person_id)
        if person is None:
            return _Given()
        return _Given(number=person.phone_number, email=person.email_address or "")

    async def _step(self, request: Request) -> Response:
        """The step that an enrolment has reached; a form takes it further."""
        id_: str = request.path_params["id"]
        if request.method == "GET":
            return self._show(request, self._world.desk.enrolment(id_))
        form = await read_form(request)
        try:
            told = self._do(id_, form)
        except Refused as error:
            problem = refusal(self._pages, request, error, _FIELDS | _CARD_FIELDS)
            return self._show(request, self._world.desk.enrolment(id_), problem=problem, card=form.get("card", ""))
        if told:
            return self._show(request, self._world.desk.enrolment(id_), told=told)
        return self._pages.go(f"/desk/{id_}")

    def _do(self, id_: str, form: dict[str, str]) -> str | None:
        """Take a step; the result is a PIN to be told, if one was asked for."""
        desk = self._world.desk
        match form.get("do"):
            case "confirm":
                desk.confirm(id_)
            case "connective":
                desk.install(id_, "connective")
            case "reader":
                desk.install(id_, "reader_software")
            case "insert":
                desk.insert_card(id_, form.get("card", ""))
            case "validate":
                desk.validate(id_)
            case "sign":
                desk.sign(id_, form.get("pin", ""))
            case "remember":
                return desk.remember_pin(self._owner(id_))
            case "letter":
                return desk.read_pin_letter(self._owner(id_))
            case "commune":
                return desk.request_new_pin(self._owner(id_))
            case _:
                pass
        return None

    def _owner(self, id_: str) -> str:
        """Whose card is in the reader."""
        person = self._world.desk.enrolment(id_).person
        if person is None:
            raise Refused("out-of-step")
        return person.id

    def _show(
        self,
        request: Request,
        enrolment: Enrolment,
        *,
        problem: Problem | None = None,
        card: str = "",
        told: str | None = None,
    ) -> Response:
        phone = self._world.residents.find_phone(enrolment.number)
        return self._pages.page(
            request,
            f"desk/{enrolment.step}",
            status=422 if problem else 200,
            card=card,
            enrolment=enrolment,
            people=list(self._world.people.values()),
            phone=phone,
            phone_owner=self._world.accounts.of(phone.owner).person.name if phone else "",
            problem=problem,
            step=enrolment.step,
            told=told,
            until=datetime.fromtimestamp(enrolment.token_until, UTC).strftime("%H:%M UTC, %Y-%m-%d"),
            stage=_STAGES.get(enrolment.step),
        )
