"""Log in with itsme in Flask.

In short::

    flow = Flow(...)
    flow.open()
    app.register_blueprint(itsme_blueprint(flow))

The session is Flask's own: a cookie that is signed and not sealed, so it keeps the application's reference and
nothing of the identity. Being a cookie, it cannot be taken back: a stolen copy is good until it expires, even after a
logout. On https set SESSION_COOKIE_SECURE; leave SESSION_COOKIE_SAMESITE at "Lax" ("Strict" would withhold the
session when the browser comes back from itsme).

CSRF is Flask-WTF's, and Sec-Fetch-Site or Origin must not say that another site asks. An application-wide
CSRFProtect may stay: it checks the same token.

Behind a proxy use werkzeug's ProxyFix, so that the scheme, the client's address and a path prefix are the browser's.
`flask itsme sweep` looks after logins that nobody comes back for; run it every minute, or `itsme store sweep`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from itsme_facade.errors import InvalidArguments, MissingExtra, Problem

try:
    from flask import (
        Blueprint,
        jsonify,
        make_response,
        render_template,
        request,
        session,
        url_for,
    )

    from itsme_facade.web import flask_csrf
    from itsme_facade.web.flask_csrf import csrf_field
    from itsme_facade.web.flask_guards import EXTENSION, current_login, login_required, sign_in, sign_out
except ModuleNotFoundError:
    raise MissingExtra("This needs more packages: pip install 'itsme-facade[flask]'") from None

from itsme_facade.carrying import carry_out
from itsme_facade.flow.flow import Flow
from itsme_facade.web import sessions
from itsme_facade.web.asked import Asked
from itsme_facade.web.button import STYLE, button_html
from itsme_facade.web.forms import MOST_BYTES, MOST_FIELDS, fields
from itsme_facade.web.headers import comes_from_here, preferred_language
from itsme_facade.web.skin import Skin

__all__ = [
    "csrf_field",
    "current_login",
    "itsme_blueprint",
    "itsme_button",
    "login_required",
    "sign_in",
    "sign_out",
]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from flask import Response

    from itsme_facade.flow.messages import Message
    from itsme_facade.web.answers import Answer
    from itsme_facade.web.html import Html

__all__ = [
    "csrf_field",
    "current_login",
    "itsme_blueprint",
    "itsme_button",
    "login_required",
    "sign_in",
    "sign_out",
]


def itsme_blueprint(
    flow: Flow,
    *,
    prefix: str = "/itsme",
    home: str = "/",
    login_page: str | None = None,
    keep: Iterable[str] = (),
    account: Callable[[], str | None] | None = None,
    explain: Callable[[str, str], Message | None] | None = None,
    on_error: Callable[[Exception, str], object] | None = None,
    sources: Iterable[str] = (),
) -> Blueprint:
    """The routes of a login, as a blueprint named `itsme`.

    For people: POST `start`, GET `back` (the flow's redirect_url leads there), GET and POST `wait`, GET `code`, POST
    `logout`, GET `itsme.css`. For single-page applications, with the same rules: GET `session` gives `csrf_token`, to
    be sent as X-CSRF-Token with every POST; POST `start` with `Accept: application/json` gives `location`, where the
    page then goes; when the browser is back on a page of the application (the flow's redirect_url leads to it), that
    page takes the state out of its address (`history.replaceState`), and POST `finish` with `{"state": …}` gives how
    it ended; later POSTs with `{"login": …}` or `{"login": …, "code": …}` go on from there.

    A template of the application's own named `itsme/page.html`, `itsme/message.html`, `itsme/waiting.html` or
    `itsme/code.html` comes before ours.

    Args:
        flow: what carries the login out. Open it before.
        prefix: where they are.
        home: the page that people go to when there is nothing better: a path of the application.
        login_page: where the button is: `login_required`, and pages on which people start again, lead there, with
            `next`. `home` unless given.
        keep: names of session values that outlive the renewal at a login, such as a basket.
        account: who is signed in, where that is not the session's to say.
        explain: gives another message for the application's own reason to decline, by reason and language.
        on_error: is told of what the application's handler raises, with the reference on the page.
        sources: more places that styles, pictures and fonts of our pages may come from.

    Raises:
        InvalidArguments: the flow is an asynchronous one.
    """
    if not isinstance(flow, Flow):
        raise InvalidArguments((Problem("flow", "not a Flow: Flask blocks, so an AsyncFlow cannot be used"),))
    login_page = home if login_page is None else login_page
    skin = _FlaskSkin(
        flow=flow,
        home=home,
        login_page=login_page,
        keep=tuple(keep),
        account=account or current_login,
        skin=Skin(sources=sources, explain=explain, on_error=on_error),
    )
    blueprint = Blueprint("itsme", __name__, url_prefix=prefix, template_folder="templates")
    for rule, name, method, view in (
        ("/start", "start", "POST", skin.start),
        ("/back", "back", "GET", skin.back),
        ("/wait", "wait", "GET", skin.wait),
        ("/wait", "confirm", "POST", skin.confirm),
        ("/code", "code", "GET", skin.code),
        ("/finish", "finish", "POST", skin.finish),
        ("/session", "session", "GET", skin.session),
        ("/logout", "logout", "POST", skin.sign_out),
        ("/itsme.css", "style", "GET", _style),
    ):
        blueprint.add_url_rule(rule, name, view, methods=[method])

    blueprint.record(lambda state: state.app.extensions.update({EXTENSION: login_page}))

    @blueprint.cli.command("sweep")
    def sweep() -> None:  # pyright: ignore[reportUnusedFunction] - the decorator uses it
        """Look after logins that nobody comes back for, and erase what has expired."""
        import click

        click.echo(flow.sweep())

    return blueprint


def itsme_button(**options: Any) -> Html:
    """The button, in the browser's language unless `locale` says another. Options are those of `button_html`."""
    options.setdefault("locale", preferred_language(request.headers.get("Accept-Language", "")))
    options.setdefault("action", url_for("itsme.start"))
    return button_html(csrf_field=csrf_field(), **options)


@frozen(kw_only=True)
class _FlaskSkin:
    flow: Flow
    home: str
    login_page: str
    keep: tuple[str, ...]
    account: Callable[[], str | None]
    skin: Skin

    def start(self) -> Response:
        return self._carry_out(self.skin.start(self._asked()))

    def back(self) -> Response:
        return self._carry_out(self.skin.back(self._asked()))

    def wait(self) -> Response:
        return self._carry_out(self.skin.wait(self._asked()))

    def confirm(self) -> Response:
        return self._carry_out(self.skin.confirm(self._asked()))

    def code(self) -> Response:
        return self._response(self.skin.code(self._asked()))

    def finish(self) -> Response:
        return self._carry_out(self.skin.finish(self._asked(program=True)))

    def session(self) -> Response:
        return self._response(self.skin.session(self._asked(program=True)))

    def sign_out(self) -> Response:
        return self._carry_out(self.skin.sign_out(self._asked()))

    def _carry_out(self, steps: Any) -> Response:
        return self._response(carry_out(steps, lambda call: call.of(self.flow)))

    def _asked(self, *, program: bool = False) -> Asked:
        form = _form() if request.method == "POST" else {}
        return Asked(
            method=request.method,
            secure=request.is_secure,
            base=url_for(".start").removesuffix("/start"),
            home=request.script_root + self.home,
            login_page=request.script_root + self.login_page,
            query=request.query_string.decode("ascii", "replace"),
            parameters={name: values[-1] for name, values in request.args.lists()},
            form=form,
            headers={name.lower(): value for name, value in request.headers.items()},
            cookies=request.cookies,
            address=request.remote_addr,
            account=self.account(),
            signed_in_by=sessions.login_of(session),
            genuine=request.method == "POST" and _is_genuine(form),
            program=program,
            csrf_field=csrf_field,
            csrf_token=flask_csrf.token,
        )

    def _response(self, answer: Answer) -> Response:
        if answer.sign_out:
            sessions.end(session)
        if answer.sign_in:
            sessions.begin(session, answer.sign_in, keep=self.keep)
        body: Any = ""
        if answer.page is not None:
            body = render_template(answer.page.template, **answer.page.context)
        elif answer.document is not None:
            body = jsonify(answer.document)
        response = make_response(body, answer.status)
        response.headers.update(answer.headers)
        if answer.location is not None:
            response.headers["Location"] = answer.location
        for cookie in answer.set_cookies:
            response.headers.add("Set-Cookie", cookie.header())
        return response


def _form() -> dict[str, str]:
    if (request.content_length or 0) > MOST_BYTES:
        return {}
    if request.mimetype != "application/x-www-form-urlencoded":
        return fields(request.get_data(), request.headers.get("Content-Type", ""))
    # Parsed by Flask: an application-wide CSRFProtect has had it parsed before, and a body is read once.
    form = {name: values[-1] for name, values in request.form.lists()}
    return form if len(form) <= MOST_FIELDS else {}


def _is_genuine(form: Mapping[str, str]) -> bool:
    given = form.get(flask_csrf.field_name()) or request.headers.get("X-CSRF-Token")
    headers = {name.lower(): value for name, value in request.headers.items()}
    return comes_from_here(headers, secure=request.is_secure) and flask_csrf.is_right(given)


def _style() -> Response:
    response = make_response(STYLE)
    response.headers.update({"Content-Type": "text/css; charset=utf-8", "Cache-Control": "public, max-age=3600"})
    return response
