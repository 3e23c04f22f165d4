"""The phones: home screen, text messages, and the itsme app. One tab a phone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from itsme_facade.sandbox.languages import translations
from itsme_facade.sandbox.world.errors import UnknownPhone
from itsme_facade.sandbox.world.phones import national_to_international

from .forms import read_form
from .routing import page_route

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from itsme_facade.sandbox.world import Phone, World

    from .forms import Problem
    from .rendering import Pages

OWN_PHONE: Final = "itsme-sandbox-phone"


def phone_routes(world: World, pages: Pages) -> list[Route]:
    """Make the routes of the phones' home screens and text messages; the app's are `app_routes`."""
    return _Phones(world, pages).routes()


def own_phone(world: World, request: Request) -> Phone | None:
    """The phone whose browser this is, if it is one's and has a SIM card."""
    try:
        phone = world.devices.phone(request.cookies.get(OWN_PHONE, ""))
    except UnknownPhone:
        return None
    return phone if phone.sim else None


def show_phone(
    world: World,
    pages: Pages,
    request: Request,
    phone: Phone,
    template: str,
    *,
    problem: Problem | None = None,
    **values: Any,
) -> Response:
    """Make a page of a phone: whose it is stands on each."""
    return pages.page(
        request,
        f"phone/{template}",
        status=422 if problem else 200,
        owner=world.accounts.of(phone.owner).person,
        phone=phone,
        problem=problem,
        **values,
    )


def text_messages(phone: Phone, locale: str) -> list[dict[str, str]]:
    """The messages on a phone, newest first, in a language."""
    text = translations(locale).gettext
    return [
        {"text": text(sms.text).format(code=sms.code), "at": datetime.fromtimestamp(sms.at, UTC).strftime("%H:%M UTC")}
        for sms in reversed(tuple(phone.inbox))
    ]


class _Phones:
    def __init__(self, world: World, pages: Pages) -> None:
        self._world = world
        self._pages = pages

    def routes(self) -> list[Route]:
        return [
            page_route(self._pages, "/phone/{phone}", self._home, "GET", "POST"),
            page_route(self._pages, "/phone/{phone}/messages", self._messages, "GET"),
        ]

    async def _home(self, request: Request) -> Response:
        id_: str = request.path_params["phone"]
        number = national_to_international(id_)
        if number is not None and (found := self._world.residents.find_phone(number)) is not None:
            # A number may move to another phone; the page belongs to the phone.
            return self._pages.go(f"/phone/{quote(found.id)}")
        phone, own = self._world.devices.phone(id_), request.cookies.get(OWN_PHONE) == id_
        if request.method == "GET":
            waiting = len(self._world.apps.pending(id_))
            return show_phone(self._world, self._pages, request, phone, "home", own=own, waiting=waiting, waits=5)
        response = self._pages.go(f"/phone/{quote(id_)}")
        match (await read_form(request)).get("do"):
            case "install":
                self._world.devices.install_app(id_)
            case "own":
                response.set_cookie(OWN_PHONE, id_, httponly=True, samesite="lax")
            case "not-own":
                response.delete_cookie(OWN_PHONE, httponly=True, samesite="lax")
            case _:
                pass
        return response

    async def _messages(self, request: Request) -> Response:
        phone = self._world.devices.phone(request.path_params["phone"])
        messages = text_messages(phone, self._pages.language(request))
        return show_phone(self._world, self._pages, request, phone, "messages", messages=messages, waits=5)
