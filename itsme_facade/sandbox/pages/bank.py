"""The banks: a card with its reader logs in and signs; itsme does once it is active there (ENROL)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from itsme_facade.sandbox.world.cards import BANKS
from itsme_facade.sandbox.world.errors import Refused, UnknownBank

from .forms import Problem, read_form
from .routing import page_route, refusal

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from itsme_facade.sandbox.world import BankSession, World

    from .rendering import Pages

_FIELDS: Final = {
    "number": "number",
    "bank-not-linked": "number",
    "email": "email",
    "response": "response",
    "card-pin": "pin",
    "card-blocks": "pin",
    "card": "card",
}
_RELOAD: Final = 2  # seconds


def bank_routes(world: World, pages: Pages) -> list[Route]:
    """Make the routes of the banks."""
    return _Banks(world, pages).routes()


class _Banks:
    def __init__(self, world: World, pages: Pages) -> None:
        self._world = world
        self._pages = pages

    def routes(self) -> list[Route]:
        return [
            page_route(self._pages, "/bank", self._list, "GET"),
            page_route(self._pages, "/bank/{bank}", self._door, "GET", "POST"),
            page_route(self._pages, "/bank/{bank}/enrol", self._door, "GET", "POST"),
            page_route(self._pages, "/bank/{bank}/visit/{id}", self._visit, "GET", "POST"),
        ]

    async def _list(self, request: Request) -> Response:
        return self._pages.page(request, "bank/list", banks=BANKS)

    async def _door(self, request: Request) -> Response:
        """Log in with card and card reader, or with itsme; on the way to an enrolment, with the card."""
        bank: str = request.path_params["bank"]
        if bank not in BANKS:
            raise UnknownBank
        enrols = request.scope["path"].endswith("/enrol")
        form, problem = await read_form(request) if request.method == "POST" else {}, None
        if form:
            try:
                session = self._log_in(bank, form)
            except Refused as error:
                problem = refusal(self._pages, request, error, _FIELDS)
            else:
                return self._pages.go(f"/bank/{bank}/visit/{session.id}" + ("?enrol=yes" if enrols else ""))
        cards = [card for person in self._world.people for card in self._world.banks.cards(person) if card.bank == bank]
        return self._pages.page(
            request,
            "bank/door",
            status=422 if problem else 200,
            bank=bank,
            bank_name=BANKS[bank],
            cards=cards,
            enrols=enrols,
            given={"card": "", "number": ""} | form,
            problem=problem,
        )

    def _log_in(self, bank: str, form: dict[str, str]) -> BankSession:
        if form.get("do") == "itsme":
            return self._world.banks.log_in_with_itsme(bank, form.get("number", ""))
        return self._world.banks.log_in_with_card(bank, form.get("card", ""))

    async def _visit(self, request: Request) -> Response:
        """A visit to a bank as it stands; a form takes it further."""
        id_: str = request.path_params["id"]
        session = self._world.banks.session(id_)
        if session.bank != request.path_params["bank"]:
            raise UnknownBank
        if request.method == "GET":
            return self._show(request, session)
        form = await read_form(request)
        try:
            shown = self._do(session, form)
        except Refused as error:
            return self._show(request, session, refusal(self._pages, request, error, _FIELDS), form)
        if shown:
            return self._show(request, session, given=form | shown)
        # Who came to enrol is still on the way there.
        return self._pages.go(request.scope["path"] + ("?enrol=yes" if "enrol" in request.query_params else ""))

    def _do(self, session: BankSession, form: dict[str, str]) -> dict[str, str]:
        """Take the step that a form asks for; the result is what the page then shows once."""
        banks = self._world.banks
        match form.get("do"):
            case "reader":
                card = session.card
                number = card.number if card else ""
                return {"reader": banks.use_reader(number, form.get("pin", ""), session.challenge or "")}
            case "remember":
                return {"told": session.card.pin if session.card else ""}
            case "new-card":
                banks.replace_card(session.card.number if session.card else "")
            case "respond":
                banks.respond(session.id, form.get("response", ""))
            case "choose":
                banks.choose_itsme(session.id)
            case "enrol":
                banks.enrol(session.id, form.get("number", ""), form.get("email", ""))
            case "pay":
                banks.confirm_payment(session.id, form.get("payment", ""))
            case "out":
                banks.log_out(session.id)
            case _:
                pass
        return {}

    def _show(
        self,
        request: Request,
        session: BankSession,
        problem: Problem | None = None,
        given: dict[str, str] | None = None,
    ) -> Response:
        account = self._world.accounts.of(session.person_id)
        enrolment = session.enrolment
        phone = self._world.residents.find_phone(enrolment.number) if enrolment else None
        action = (
            next((one for one in self._world.apps.pending(account.phone_id or "") if one.id == session.action_id), None)
            if session.action_id and account.phone_id
            else None
        )
        return self._pages.page(
            request,
            f"bank/{session.step}",
            status=422 if problem else 200,
            waits=_RELOAD if session.step == "app" else None,
            active=session.bank in account.banks,
            bank=session.bank,
            bank_name=BANKS[session.bank],
            enrols=request.query_params.get("enrol") == "yes" and enrolment is None,
            given={"reader": "", "told": "", "number": "", "email": "", "payment": ""} | (given or {}),
            left=max(0, round(action.until - self._world.basis.now)) if action else 0,
            owner=account.person,
            phone=phone,
            phone_owner=self._world.accounts.of(phone.owner).person.name if phone else "",
            problem=problem,
            session=session,
        )
