"""The itsme app on a phone: enrolment step by step, what waits for a decision, and the account's settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from itsme_facade.sandbox.languages import translations
from itsme_facade.sandbox.world.cards import BANKS
from itsme_facade.sandbox.world.errors import Refused

from .forms import Problem, read_form
from .phone import OWN_PHONE, show_phone, text_messages
from .routing import page_route, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from itsme_facade.sandbox.world import Account, Action, Phone, World

    from .rendering import Pages

_FIELDS: Final = {"number": "number", "token": "token", "sms": "sms", "code": "code", "fingerprint": "code"}


def app_routes(world: World, pages: Pages) -> list[Route]:
    """Make the routes of the app on the phones."""
    return _App(world, pages).routes()


class _App:
    def __init__(self, world: World, pages: Pages) -> None:
        self._world = world
        self._pages = pages

    def routes(self) -> list[Route]:
        return [
            page_route(self._pages, "/phone/{phone}/app", self._app, "GET", "POST"),
            page_route(self._pages, "/phone/{phone}/app/{action}", self._action, "GET", "POST"),
        ]

    async def _app(self, request: Request) -> Response:
        phone = self._world.devices.phone(request.path_params["phone"])
        if not phone.app:
            return self._pages.go(f"/phone/{quote(phone.id)}")
        if request.method == "GET":
            return self._screen(request, phone)
        form = await read_form(request)
        try:
            self._do(phone, form)
        except Refused as error:
            problem = refusal(self._pages, request, error, _FIELDS)
            return self._screen(request, phone, problem, form)
        return self._pages.go(f"/phone/{quote(phone.id)}/app")

    def _do(self, phone: Phone, form: dict[str, str]) -> None:
        """Take the step that a form asks for."""
        activation, accounts = self._world.activation, self._world.accounts
        steps: dict[str, Callable[[], object]] = {
            "restart": lambda: activation.restart(phone.id),
            "number": lambda: activation.enter_number(phone.id, form.get("number", "")),
            "token": lambda: activation.enter_token(phone.id, form.get("token", "")),
            "sms": lambda: activation.enter_sms_code(phone.id, form.get("sms", "")),
            "resend": lambda: activation.resend_sms(phone.id),
            "code": lambda: activation.choose_code(phone.id, form.get("code", "")),
            "confirm": lambda: activation.confirm_code(phone.id, form.get("code", "")),
            "touch-on": lambda: activation.use_touch_id(phone.id, on=True),
            "touch-off": lambda: activation.use_touch_id(phone.id, on=False),
            "block": lambda: accounts.block(self._world.apps.account(phone.id).person.id),
            "delete": lambda: accounts.delete(self._world.apps.account(phone.id).person.id),
        }
        step = steps.get(form.get("do", ""))
        if step is not None:
            step()

    def _screen(
        self, request: Request, phone: Phone, problem: Problem | None = None, given: dict[str, str] | None = None
    ) -> Response:
        """Show the app as it stands: at home, blocked, or as far as the enrolment is."""
        screen = self._world.activation.registration(phone.id).screen
        account, why = self._account(request, phone)
        if account is not None and not account.blocked:
            template = "touch-id" if screen == "touch-id" else "app"
        else:
            template = "blocked" if screen in ("home", "touch-id") else screen
        return self._show(
            request,
            phone,
            template,
            problem,
            account=account,
            account_banks=[BANKS[bank] for bank in sorted(account.banks)] if account else [],
            actions=[self._as_shown(request, action) for action in self._world.apps.pending(phone.id)],
            back=self._back(request, phone),
            done=self._done(request),
            given={"number": "", "token": ""} | (given or {}),
            messages=text_messages(phone, self._pages.language(request)),
            waits=5 if template == "app" else None,
            why=why,
        )

    def _account(self, request: Request, phone: Phone) -> tuple[Account | None, str]:
        """The account that works here, or why there is none."""
        try:
            return self._world.apps.account(phone.id), ""
        except Refused as error:
            return None, refusal(self._pages, request, error).text

    async def _action(self, request: Request) -> Response:
        phone = self._world.devices.phone(request.path_params["phone"])
        id_: str = request.path_params["action"]
        action = next((action for action in self._world.apps.pending(phone.id) if action.id == id_), None)
        if action is None:
            return self._pages.go(f"/phone/{quote(phone.id)}/app?done=over")
        if request.method == "GET":
            return self._asked(request, phone, action)
        form = await read_form(request)
        try:
            done = self._decide(phone, action, form)
        except Refused as error:
            if error.message_id in ("code-blocks", "account-blocked", "action-over"):
                return self._screen(request, phone, refusal(self._pages, request, error))
            return self._asked(request, phone, action, refusal(self._pages, request, error, _FIELDS), form)
        if done == "remember":
            return self._asked(request, phone, action, told=self._world.apps.account(phone.id).code)
        if done == "no-icon":
            text = translations(self._pages.language(request)).gettext
            problem = Problem(text("Tap an icon first: the one that is highlighted on the other screen."), "icon")
            return self._asked(request, phone, action, problem, form)
        query = f"?done={done}" + (f"&login={id_}" if action.kind in ("login", "register") else "")
        return self._pages.go(f"/phone/{quote(phone.id)}/app{query}")

    def _decide(self, phone: Phone, action: Action, form: dict[str, str]) -> str:
        """Do what the form says; say what has been done."""
        apps, icon, do = self._world.apps, form.get("icon", ""), form.get("do")
        if do in ("refuse", "remember"):
            if do == "refuse":
                apps.refuse(phone.id, action.id)
            return do
        if icon not in action.icons.shown:
            return "no-icon"
        apps.approve(phone.id, action.id, icon, code=form.get("code"), fingerprint=do == "fingerprint")
        return "approve" if icon == action.icons.highlighted else "wrong-icon"

    def _asked(
        self,
        request: Request,
        phone: Phone,
        action: Action,
        problem: Problem | None = None,
        given: dict[str, str] | None = None,
        told: str | None = None,
    ) -> Response:
        return self._show(
            request,
            phone,
            "action",
            problem,
            account=self._world.apps.account(phone.id),
            action=self._as_shown(request, action),
            given={"icon": ""} | (given or {}),
            told=told,
        )

    def _as_shown(self, request: Request, action: Action) -> dict[str, Any]:
        """What the app shows of an action: never which icon is highlighted."""
        text = translations(self._pages.language(request)).gettext
        return {
            "id": action.id,
            "data": action.data(text),
            "gives_data": action.kind in ("login", "register"),
            "icons": action.icons.shown,
            "left": max(0, round(action.until - self._world.basis.now)),
            "party": action.party,
            "question": action.question(text),
        }

    def _done(self, request: Request) -> str:
        """What to say of the decision that led here."""
        text = translations(self._pages.language(request)).gettext
        said = {
            "approve": text("Approved. Go back to where you came from: it goes on there."),
            "refuse": text("Refused. Nobody was given anything."),
            "wrong-icon": text("That was not the highlighted icon, so nothing was approved."),
            "over": text("This request is over."),
        }
        return said.get(request.query_params.get("done", ""), "")

    def _back(self, request: Request, phone: Phone) -> str:
        """The way back to the login page, on the phone's own browser."""
        login = request.query_params.get("login", "")
        own = request.cookies.get(OWN_PHONE) == phone.id
        return f"/login/{login}" if own and login.isascii() and login.isalnum() else ""

    def _show(self, request: Request, phone: Phone, template: str, problem: Problem | None, **values: Any) -> Response:
        return show_phone(self._world, self._pages, request, phone, template, problem=problem, **values)
