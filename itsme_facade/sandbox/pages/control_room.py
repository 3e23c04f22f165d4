"""The control room: what this is, transactions with their lives, the API's calls, magic numbers, clock and reset."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from itsme_facade.sandbox.languages import translations
from itsme_facade.sandbox.world import MAGIC, Status
from itsme_facade.sandbox.world.clock import iso
from itsme_facade.sandbox.world.errors import AlreadyOver

from .forms import Problem, read_form
from .routing import page_route
from .timeline import said, status_word

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from itsme_facade.sandbox.instance import Instance
    from itsme_facade.sandbox.world import Transaction

    from .rendering import Pages

_LATEST: Final = 5  # transactions on the overview
_MOST: Final = 100  # transactions on a page
_A_YEAR: Final = 366 * 24 * 60  # minutes
_RELOAD: Final = 5  # seconds
_ENDS: Final = {"fail": (Status.FAILURE, "told to fail"), "expire": (Status.EXPIRED, "told to expire")}


def control_room_routes(instance: Instance, pages: Pages) -> list[Route]:
    """Make the routes of the control room, but for people and faults."""
    return _Room(instance, pages).routes()


class _Room:
    def __init__(self, instance: Instance, pages: Pages) -> None:
        self._instance = instance
        self._world = instance.world
        self._pages = pages

    def routes(self) -> list[Route]:
        return [
            page_route(self._pages, "/", self._overview, "GET", "POST"),
            page_route(self._pages, "/transactions", self._transactions, "GET", "POST"),
            page_route(self._pages, "/calls", self._calls, "GET"),
            page_route(self._pages, "/magic-numbers", self._magic_numbers, "GET"),
        ]

    async def _overview(self, request: Request) -> Response:
        problem = None
        if request.method == "POST":
            form = await read_form(request)
            if form.get("do") == "reset":
                self._instance.reset()
                return self._pages.go("/?said=reset")
            minutes = _number(form.get("minutes", ""), _A_YEAR)
            if minutes is not None:
                self._world.advance(60 * minutes)
                return self._pages.go("/?said=advanced")
            text = translations(self._pages.language(request)).gettext
            problem = Problem(text("This is not a number of minutes from 0 to 527040."), "minutes")
        text = translations(self._pages.language(request)).gettext
        now = datetime.fromtimestamp(self._world.clock.now(), UTC)
        return self._pages.page(
            request,
            "room/overview",
            status=422 if problem else 200,
            api_url=(request.app.state.url or str(request.base_url).rstrip("/")) + "/itsme/v1",
            newcomer=next((person for person in self._world.people.values() if person.account == "none"), None),
            now=now.strftime("%H:%M UTC, %Y-%m-%d"),
            problem=problem,
            said={"reset": text("Everything is as at the start."), "advanced": text("The clock was moved.")}.get(
                request.query_params.get("said", ""), ""
            ),
            somebody=self._somebody(),
            transactions=self._shown(request, _LATEST),
        )

    def _somebody(self) -> dict[str, str] | None:
        """Somebody whose account works, for the first thing to do."""
        for person in self._world.people.values():
            phone = self._world.residents.phone_of(person.id)
            if person.account == "active" and phone.sim is not None:
                return {"name": person.name, "phone": phone.id, "number": phone.number}
        return None

    async def _transactions(self, request: Request) -> Response:
        if request.method == "POST":
            form = await read_form(request)
            end = _ENDS.get(form.get("do", ""))
            if end is not None:
                # If it ended while the page was looked at, the page now shows how.
                with contextlib.suppress(AlreadyOver):
                    self._world.finish(form.get("id", ""), *end)
            return self._pages.go("/transactions")
        return self._pages.page(
            request, "room/transactions", said="", transactions=self._shown(request, _MOST), waits=_RELOAD
        )

    async def _calls(self, request: Request) -> Response:
        calls = [
            {
                "id": f"{call.at:.6f}".replace(".", "-"),
                "answered": _json(call.answered),
                "at": _clock_time(call.at),
                "fault": call.fault,
                "iso": iso(call.at),
                "method": call.method,
                "milliseconds": f"{1000 * call.seconds:.1f}",
                "route": call.route,
                "sent": _json(call.sent),
                "status": call.status,
            }
            for call in reversed(self._instance.calls.latest())
        ]
        return self._pages.page(request, "room/calls", calls=calls, said="", waits=_RELOAD)

    async def _magic_numbers(self, request: Request) -> Response:
        return self._pages.page(request, "room/magic-numbers", numbers=list(MAGIC.values()), said="")

    def _shown(self, request: Request, most: int) -> list[dict[str, Any]]:
        """The latest transactions, newest first, as they are shown."""
        latest = self._world.transactions()[-most:]
        return [self._as_shown(request, transaction) for transaction in reversed(latest)]

    def _as_shown(self, request: Request, transaction: Transaction) -> dict[str, Any]:
        text = translations(self._pages.language(request)).gettext
        return {
            "given": transaction.given,
            "id": transaction.id,
            "is_open": transaction.is_open,
            "kind": {Status.OPEN: "", Status.SUCCESS: "good"}.get(transaction.status, "bad"),
            "party": self._world.party(transaction),
            "person": self._name(transaction.asked_person) if transaction.asked_person else "",
            "reads": transaction.reads,
            "scopes": transaction.request.scopes,
            "service": transaction.request.service,
            "status": transaction.status.value,
            "status_word": status_word(transaction.status, text),
            "timeline": [
                {"at": _clock_time(event.at), "iso": iso(event.at), "what": said(event.what, text, self._name)}
                for event in tuple(transaction.timeline)
            ],
        }

    def _name(self, person_id: str) -> str:
        return self._world.accounts.of(person_id).person.name


def _number(written: str, most: float) -> float | None:
    """Read a number from 0 to `most`, or None."""
    try:
        number = float(written.replace(",", "."))
    except ValueError:
        return None
    return number if 0 <= number <= most else None


def _clock_time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%H:%M:%S")


def _json(document: object) -> str:
    return "" if document is None else json.dumps(document, ensure_ascii=False, indent=2)
