"""People in the control room: their accounts, phones, SIM cards and cards, and what they do by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from itsme_facade.sandbox.languages import translations
from itsme_facade.sandbox.world import BANKS, Habit, Refused
from itsme_facade.sandbox.world.phones import BEHAVIOURS

from .forms import Problem, read_form
from .routing import page_route, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from itsme_facade.sandbox.world import Phone, World
    from itsme_facade.sandbox.world.phones import Behaviour

    from .rendering import Pages

_STATES: Final = {"none": "not made yet", "active": "works", "blocked": "blocked"}
_KINDS: Final = {"none": "", "active": "good", "blocked": "bad"}
_HABITS: Final[dict[Behaviour | None, str]] = {
    None: "wait to be told",
    "approve": "approve",
    "refuse": "refuse",
    "wrong_icon": "tap the wrong icon",
    "ignore": "never answer",
}
_LONGEST: Final = 86400.0  # seconds


def people_routes(world: World, pages: Pages) -> list[Route]:
    """Make the routes of the people."""
    return _People(world, pages).routes()


def texts() -> frozenset[str]:
    """Every text of this module's tables, as it stands in the translations."""
    return frozenset((*_STATES.values(), *_HABITS.values()))


class _People:
    def __init__(self, world: World, pages: Pages) -> None:
        self._world = world
        self._pages = pages

    def routes(self) -> list[Route]:
        return [
            page_route(self._pages, "/people", self._list, "GET"),
            page_route(self._pages, "/people/{person}", self._person, "GET", "POST"),
        ]

    async def _list(self, request: Request) -> Response:
        people = [self._as_shown(request, person) for person in self._world.people]
        return self._pages.page(request, "room/people", people=people, said="", waits=5)

    async def _person(self, request: Request) -> Response:
        id_: str = request.path_params["person"]
        self._world.accounts.of(id_)
        problem = None
        if request.method == "POST":
            form = await read_form(request)
            try:
                problem = self._do(request, id_, form)
            except Refused as error:
                problem = refusal(self._pages, request, error)
            if problem is None:
                return self._pages.go(f"/people/{quote(id_)}?said=done")
        text = translations(self._pages.language(request)).gettext
        return self._pages.page(
            request,
            "room/person",
            status=422 if problem else 200,
            habits=[(behaviour or "", text(words)) for behaviour, words in _HABITS.items()],
            one=self._as_shown(request, id_),
            problem=problem,
            said=text("Done.") if request.query_params.get("said") == "done" else "",
        )

    def _do(self, request: Request, id_: str, form: dict[str, str]) -> Problem | None:
        """Do what a form asks for; the result is what is wrong with the form."""
        do = form.get("do", "")
        if do == "habit":
            return self._set_habit(request, id_, form)
        accounts, devices, phone = self._world.accounts, self._world.devices, form.get("phone", "")
        steps: dict[str, Callable[[], object]] = {
            "enrol": lambda: accounts.enrol_now(id_),
            "block": lambda: accounts.block(id_),
            "delete": lambda: accounts.delete(id_),
            "anew": lambda: accounts.make_anew(id_),
            "new-phone": lambda: devices.new_phone(id_, touch_id=True),
            "new-sim": lambda: devices.new_sim(self._own(id_, phone).id),
            "move-sim": lambda: devices.move_sim(self._own(id_, phone).id, self._next(id_, phone).id),
            "remove-app": lambda: devices.remove_app(self._own(id_, phone).id),
        }
        if do in steps:
            steps[do]()
        return None

    def _set_habit(self, request: Request, id_: str, form: dict[str, str]) -> Problem | None:
        text = translations(self._pages.language(request)).gettext
        try:
            after = float(form.get("after", "").replace(",", ".") or 0)
        except ValueError:
            after = -1.0
        if not 0 <= after <= _LONGEST:
            return Problem(text("This is not a number of seconds from 0 to 86400."), "after")
        number = self._world.residents.phone_of(id_).number
        if not number:
            return Problem(text("None of their phones has a SIM card."))
        behaviour: Behaviour | None = next((one for one in BEHAVIOURS if one == form.get("habit")), None)
        self._world.set_habit(number, Habit(behaviour, after) if behaviour else None)
        return None

    def _own(self, id_: str, phone_id: str) -> Phone:
        """One of this person's phones; the first one if that is none of theirs."""
        phones = self._world.devices.of(id_)
        return next((phone for phone in phones if phone.id == phone_id), phones[0])

    def _next(self, id_: str, phone_id: str) -> Phone:
        phones = self._world.devices.of(id_)
        return phones[(phones.index(self._own(id_, phone_id)) + 1) % len(phones)]

    def _as_shown(self, request: Request, id_: str) -> dict[str, Any]:
        text = translations(self._pages.language(request)).gettext
        account, phones = self._world.accounts.of(id_), self._world.devices.of(id_)
        phone = self._world.residents.phone_of(id_)
        behaviour = phone.habit.behaviour if phone.habit else None
        return {
            "id": id_,
            "about": account.person.about,
            "account": text(_STATES[account.state]),
            "account_kind": _KINDS[account.state],
            "after": f"{phone.habit.after if phone.habit else 0:g}",
            "banks": [BANKS[bank] for bank in sorted(account.banks)],
            "cards": self._cards(id_),
            "habit": text(_HABITS[behaviour]) if behaviour else "",
            "habit_value": behaviour or "",
            "name": account.person.name or id_,
            "number": phone.number,
            "phones": phones,
        }

    def _cards(self, id_: str) -> list[dict[str, Any]]:
        """The eID and the bank cards: whether they work, never their PINs."""
        cards = [(BANKS[card.bank], card) for card in self._world.banks.cards(id_)]
        eid = self._world.residents.eid(id_)
        every = [("eID", eid), *cards] if eid else cards
        return [{"name": name, "blocked": card.blocked, "left": card.tries_left} for name, card in every]
