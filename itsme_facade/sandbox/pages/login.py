"""The login page: asks for the phone number, shows the icons, and sends its browser back when it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import Route

from itsme_facade.sandbox.control import is_cross_site
from itsme_facade.sandbox.languages import translations
from itsme_facade.sandbox.world.chance import lasting_letters
from itsme_facade.sandbox.world.errors import OtherBrowser, Refused, UnknownTransaction

from .forms import Problem, read_form
from .headers import HEADERS
from .language import language_choice
from .phone import own_phone

if TYPE_CHECKING:
    from starlette.requests import Request

    from itsme_facade.sandbox.world import Transaction, World

    from .rendering import Pages

_RELOAD: Final = 2  # seconds


def login_routes(world: World, pages: Pages) -> list[Route]:
    """Make the routes of the login page. It answers under any name: other machines' browsers are sent here, too."""
    return [Route("/login/{id}", _Login(world, pages).answer, methods=["GET", "POST"])]


class _Login:
    def __init__(self, world: World, pages: Pages) -> None:
        self._world = world
        self._pages = pages

    async def answer(self, request: Request) -> Response:
        """Answer as the page stands, having taken the number if the form was sent."""
        self._pages.begin(request)
        id_: str = request.path_params["id"]
        cookie = f"itsme-sandbox-{id_}"
        shown = request.cookies.get(cookie)
        chosen = language_choice(request)
        if chosen is not None:
            return chosen
        form = await read_form(request) if request.method == "POST" else None
        try:
            transaction = self._world.open_page(id_, shown, only_look=request.method == "HEAD")
            if request.method == "HEAD":
                return Response(headers=HEADERS, media_type="text/html")
            response = self._stage(request, transaction, self._written(request, transaction, form))
        except UnknownTransaction:
            return self._pages.page(request, "login/unknown", status=404)
        except OtherBrowser as error:
            locale = self._pages.language(request, error.locale)
            return self._pages.page(request, "login/other-browser", status=403, locale=locale)
        if shown != transaction.browser and transaction.browser is not None:
            response.set_cookie(cookie, transaction.browser, path=f"/login/{id_}", httponly=True, samesite="lax")
        return response

    def _written(self, request: Request, transaction: Transaction, form: dict[str, str] | None) -> str | None:
        """The number that the person wrote, or None if this page did not send the form."""
        if form is None or is_cross_site(request) or form.get("form") != _form_token(transaction):
            return None
        return form.get("phoneNumber", "")

    def _stage(self, request: Request, transaction: Transaction, written: str | None) -> Response:
        """Take the number that was written, if one was, and show the stage that the transaction has reached."""
        locale = self._pages.language(request, transaction.request.locale)
        own, problem = own_phone(self._world, request), None
        if written is not None:
            try:
                self._world.give_number(transaction.id, written)
            except Refused as error:
                problem = Problem(error.text(translations(locale).gettext), "" if own else "phoneNumber")
        if not transaction.is_open:
            return self._end(request, transaction, locale)
        if transaction.asked is not None:
            return self._pages.page(
                request,
                "login/icons",
                locale=locale,
                waits=_RELOAD,
                icon=transaction.icon,
                icons=transaction.icons,
                id=transaction.id,
                left=self._left(transaction.ask_until),
                own=own,
            )
        return self._pages.page(
            request,
            "login/own-phone" if own else "login/number",
            status=422 if problem else 200,
            locale=locale,
            form_token=_form_token(transaction),
            left=self._left(transaction.expires_at),
            number=written if problem else transaction.request.phone_number or "",
            owner=self._world.accounts.of(own.owner).person.name if own else "",
            phone=own,
            problem=problem,
            service=transaction.request.service,
        )

    def _end(self, request: Request, transaction: Transaction, locale: str) -> Response:
        """Send the browser back. A form, or a page that looks whether it is out of date, gets a page that then does."""
        redirects, looks = transaction.return_by == "redirect", "x-live" in request.headers
        if request.method == "POST" or (looks and redirects):
            # After a form the way back is a reload: browsers hold form-action against a redirect elsewhere.
            return self._pages.page(request, "login/over", locale=locale, leave=True)
        self._world.send_back(transaction.id)
        address = _append(transaction.request.redirect_url, urlencode(self._world.assumptions.redirect_appends))
        if not redirects:
            return self._pages.page(request, f"login/{transaction.return_by}", locale=locale, address=address)
        return self._pages.go(address)

    def _left(self, until: float | None) -> int:
        return max(0, round((until or 0.0) - self._world.basis.now))


def _form_token(transaction: Transaction) -> str:
    """What the form must bring along: only a page shown to the browser with the cookie has it."""
    return lasting_letters(24, "login form", transaction.browser or "")


def _append(url: str, query: str) -> str:
    if not query:
        return url
    address, hash_, fragment = url.partition("#")
    return f"{address}{'&' if '?' in address else '?'}{query}{hash_}{fragment}"
