"""Log in with itsme in Starlette and FastAPI.

In short::

    flow = AsyncFlow(...)
    app = FastAPI(routes=itsme_routes(flow))
    app.add_middleware(SessionMiddleware, secret_key=..., https_only=True)

The session is Starlette's own (SessionMiddleware): a cookie that is signed and not sealed, so it keeps the
application's reference and nothing of the identity. Being a cookie, it cannot be taken back: a stolen copy is good
until its `max_age`, even after a logout.

CSRF: Starlette brings no protection. What there is on the package index was looked at (starlette-csrf has had no
release since 2023 and needs a cookie that scripts can read), so the token is kept here in the session and compared in
constant time, and Sec-Fetch-Site or Origin must not say that another site asks.

Behind a proxy let the server believe it (uvicorn: `--proxy-headers --forwarded-allow-ips`), so that the scheme and
the client's address are the browser's, and let the proxy hand the Host header on; a path prefix is what `root_path`
says.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, cast

from attrs import frozen

from itsme_facade.errors import MissingExtra

try:
    from jinja2 import ChoiceLoader, Environment, PackageLoader
    from starlette.concurrency import run_in_threadpool
    from starlette.requests import Request  # noqa: TC002 - FastAPI reads it in csrf_field, a dependency
    from starlette.responses import JSONResponse, Response
    from starlette.routing import Route
    from starlette.templating import Jinja2Templates
except ModuleNotFoundError:
    raise MissingExtra("This needs more packages: pip install 'itsme-facade[starlette]'") from None

from itsme_facade.carrying import carry_out_async
from itsme_facade.web import sessions
from itsme_facade.web.answers import SignIn
from itsme_facade.web.asked import Asked
from itsme_facade.web.button import STYLE, button_html
from itsme_facade.web.forms import MOST_BYTES, fields
from itsme_facade.web.headers import comes_from_here, preferred_language
from itsme_facade.web.html import Html, hidden
from itsme_facade.web.skin import Skin
from itsme_facade.web.starlette_guards import current_login, login_required, require_login
from itsme_facade.web.starlette_sweeping import sweeping

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from starlette.routing import BaseRoute

    from itsme_facade.flow import AsyncFlow, Flow
    from itsme_facade.flow.messages import Message
    from itsme_facade.web.answers import Answer

__all__ = [
    "csrf_field",
    "current_login",
    "itsme_button",
    "itsme_routes",
    "login_required",
    "require_login",
    "sign_in",
    "sign_out",
    "sweeping",
]


def itsme_routes(
    flow: Flow | AsyncFlow,
    *,
    prefix: str = "/itsme",
    templates: Jinja2Templates | None = None,
    home: str = "/",
    login_page: str | None = None,
    keep: Iterable[str] = (),
    account: Callable[[Request], str | None] = current_login,
    explain: Callable[[str, str], Message | None] | None = None,
    on_error: Callable[[Exception, str], object] | None = None,
    sources: Iterable[str] = (),
) -> list[BaseRoute]:
    """The routes of a login, for `Starlette(routes=…)`, `FastAPI(routes=…)` or a Mount.

    For people: POST `start`, GET `back` (the flow's redirect_url leads there), GET and POST `wait`, GET `code`, POST
    `logout`, GET `itsme.css`. For single-page applications, with the same rules: GET `session` gives `csrf_token`, to
    be sent as X-CSRF-Token with every POST; POST `start` with `Accept: application/json` gives `location`, where the
    page then goes; when the browser is back on a page of the application (the flow's redirect_url leads to it), that
    page takes the state out of its address (`history.replaceState`), and POST `finish` with `{"state": …}` gives how
    it ended; later POSTs with `{"login": …}` or `{"login": …, "code": …}` go on from there.

    Args:
        flow: what carries the login out. A blocking one runs in threads. Open it before, in the lifespan.
        prefix: where they are.
        templates: the application's, whose own `itsme/page.html`, `itsme/message.html`, `itsme/waiting.html` and
            `itsme/code.html` come before ours.
        home: the page that people go to when there is nothing better: a path of the application that is served, and
            not of a Mount in it.
        login_page: where the button is, which gets `next` when somebody starts again; `home` unless given.
        keep: names of session values that outlive the renewal at a login, such as a basket.
        account: who is signed in, where that is not the session's to say.
        explain: gives another message for the application's own reason to decline, by reason and language.
        on_error: is told of what the application's handler raises, with the reference on the page.
        sources: more places that styles, pictures and fonts of our pages may come from.
    """
    skin = _StarletteSkin(
        flow=flow,
        waits=not inspect.iscoroutinefunction(flow.start),
        prefix=prefix,
        templates=_templates(templates),
        home=home,
        login_page=home if login_page is None else login_page,
        keep=tuple(keep),
        account=account,
        skin=Skin(sources=sources, explain=explain, on_error=on_error),
    )
    return [
        Route(f"{prefix}/start", skin.start, methods=["POST"], name="itsme_start"),
        Route(f"{prefix}/back", skin.back, methods=["GET"], name="itsme_back"),
        Route(f"{prefix}/wait", skin.wait, methods=["GET"], name="itsme_wait"),
        Route(f"{prefix}/wait", skin.confirm, methods=["POST"]),
        Route(f"{prefix}/code", skin.code, methods=["GET"]),
        Route(f"{prefix}/finish", skin.finish, methods=["POST"]),
        Route(f"{prefix}/session", skin.session, methods=["GET"]),
        Route(f"{prefix}/logout", skin.sign_out, methods=["POST"], name="itsme_logout"),
        Route(f"{prefix}/itsme.css", _style, methods=["GET"], name="itsme_style"),
    ]


def csrf_field(request: Request) -> Html:
    """The hidden field that every form needs which posts to these routes, or to your own by `is_genuine`."""
    return hidden("csrf_token", sessions.csrf_token(request.session))


def itsme_button(request: Request, **options: Any) -> Html:
    """The button, in the browser's language unless `locale` says another. Options are those of `button_html`.

    `action` is found by itself, unless the routes are in a Mount that has a name.
    """
    options.setdefault("locale", preferred_language(request.headers.get("accept-language", "")))
    if "action" not in options:
        options["action"] = request.url_for("itsme_start").path
    return button_html(csrf_field=csrf_field(request), **options)


def is_genuine(request: Request, form: dict[str, str]) -> bool:
    """Whether a POST comes from a page of this site: by its CSRF token, and by what the browser says of its origin.

    Args:
        request: the request.
        form: its fields; the token is in `csrf_token`, or in the header X-CSRF-Token.
    """
    given = form.get("csrf_token") or request.headers.get("x-csrf-token")
    return comes_from_here(request.headers, secure=_is_secure(request)) and sessions.is_csrf_token(
        request.session, given
    )


def sign_in(request: Request, reference: str, *, keep: Iterable[str] = ()) -> None:
    """Signs a person in who came another way, such as by password. The session is renewed, as at a login with itsme.

    Args:
        request: the request.
        reference: what `current_login` shall give.
        keep: names of session values that outlive it.
    """
    sessions.begin(request.session, SignIn(reference, None), keep=keep)


def sign_out(request: Request) -> None:
    """Empties the session. POST `logout` does that, and takes the login's power to sign in again as well."""
    sessions.end(request.session)


@frozen(kw_only=True)
class _StarletteSkin:
    flow: Flow | AsyncFlow
    waits: bool
    prefix: str
    templates: Jinja2Templates
    home: str
    login_page: str
    keep: tuple[str, ...]
    account: Callable[[Request], str | None]
    skin: Skin

    async def start(self, request: Request) -> Response:
        return await self._carry_out(request, self.skin.start(await self._asked(request)))

    async def back(self, request: Request) -> Response:
        return await self._carry_out(request, self.skin.back(await self._asked(request)))

    async def wait(self, request: Request) -> Response:
        return await self._carry_out(request, self.skin.wait(await self._asked(request)))

    async def confirm(self, request: Request) -> Response:
        return await self._carry_out(request, self.skin.confirm(await self._asked(request)))

    async def code(self, request: Request) -> Response:
        return self._response(request, self.skin.code(await self._asked(request)))

    async def finish(self, request: Request) -> Response:
        return await self._carry_out(request, self.skin.finish(await self._asked(request, program=True)))

    async def session(self, request: Request) -> Response:
        return self._response(request, self.skin.session(await self._asked(request, program=True)))

    async def sign_out(self, request: Request) -> Response:
        return await self._carry_out(request, self.skin.sign_out(await self._asked(request)))

    async def _carry_out(self, request: Request, steps: Any) -> Response:
        async def do(call: Any) -> object:
            if self.waits:
                return await run_in_threadpool(call.of, self.flow)
            return await cast("Awaitable[object]", call.of(self.flow))

        return self._response(request, await carry_out_async(steps, do))

    async def _asked(self, request: Request, *, program: bool = False) -> Asked:
        form = await _form(request) if request.method == "POST" else {}
        root: str = request.scope.get("root_path", "").rstrip("/")
        above: str = request.scope.get("app_root_path", root).rstrip("/")
        return Asked(
            method=request.method,
            secure=_is_secure(request),
            base=root + self.prefix,
            home=above + self.home,
            login_page=above + self.login_page,
            query=request.url.query,
            parameters=dict(request.query_params),
            form=form,
            headers=dict(request.headers),
            cookies=request.cookies,
            address=request.client.host if request.client else None,
            account=self.account(request),
            signed_in_by=sessions.login_of(request.session),
            genuine=request.method == "POST" and is_genuine(request, form),
            program=program,
            csrf_field=lambda: csrf_field(request),
            csrf_token=lambda: sessions.csrf_token(request.session),
        )

    def _response(self, request: Request, answer: Answer) -> Response:
        if answer.sign_out:
            sessions.end(request.session)
        if answer.sign_in:
            sessions.begin(request.session, answer.sign_in, keep=self.keep)
        headers = dict(answer.headers)
        if answer.location is not None:
            headers["location"] = answer.location
        response: Response
        if answer.page is not None:
            response = self.templates.TemplateResponse(
                request, answer.page.template, dict(answer.page.context), answer.status, headers
            )
        elif answer.document is not None:
            response = JSONResponse(answer.document, answer.status, headers)
        else:
            response = Response(status_code=answer.status, headers=headers)
        for cookie in answer.set_cookies:
            response.headers.append("set-cookie", cookie.header())
        return response


async def _form(request: Request) -> dict[str, str]:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return {}
    return fields(body, request.headers.get("content-type", ""))


async def _style(_request: Request) -> Response:
    return Response(STYLE, media_type="text/css", headers={"cache-control": "public, max-age=3600"})


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"


def _templates(given: Jinja2Templates | None) -> Jinja2Templates:
    ours = PackageLoader("itsme_facade.web")
    if given is None:
        return Jinja2Templates(env=Environment(loader=ours, autoescape=True))
    loader = ChoiceLoader([given.env.loader, ours]) if given.env.loader else ours
    return Jinja2Templates(
        env=given.env.overlay(loader=loader, autoescape=True), context_processors=given.context_processors
    )
