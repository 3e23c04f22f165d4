"""The login page: asks for the phone number, shows the icons, and sends its browser back when it is over."""

from __future__ import annotations

import functools
from importlib import resources
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlencode

from starlette.responses import Response
from starlette.routing import Route

from .contract import BadRequest
from .languages import translations
from .replies import read_body
from .world.errors import OtherBrowser, Refused, UnknownTransaction

if TYPE_CHECKING:
    from jinja2 import Environment
    from starlette.requests import Request

    from .world import World
    from .world.transactions import Transaction

STYLE_PATH: Final = "/static/sandbox.css"
_HEADERS: Final = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}
_REFRESH_SECONDS: Final = 2


def login_routes(world: World) -> list[Route]:
    """Make the routes of the login page and of its style sheet."""

    async def look(request: Request) -> Response:
        return _page(world, request, only_look=request.method == "HEAD")

    async def give_number(request: Request) -> Response:
        return _page(world, request, number=await _written_number(request))

    async def style(_: Request) -> Response:
        return Response(_style(), media_type="text/css", headers={"cache-control": "max-age=300"})

    return [
        Route("/login/{id}", look, methods=["GET"]),
        Route("/login/{id}", give_number, methods=["POST"]),
        Route(STYLE_PATH, style, methods=["GET"]),
    ]


async def _written_number(request: Request) -> str:
    try:
        form = parse_qs((await read_body(request)).decode(), max_num_fields=10)
    except (BadRequest, ValueError):
        return ""
    return form.get("phoneNumber", [""])[0]


def _page(world: World, request: Request, *, number: str | None = None, only_look: bool = False) -> Response:
    """Answer as the page stands; `number` is what the person wrote, or None if the form was not sent."""
    id_: str = request.path_params["id"]
    cookie = f"itsme-sandbox-{id_}"
    shown = request.cookies.get(cookie)
    default = world.assumptions.default_locale
    try:
        transaction = world.open_page(id_, shown, only_look=only_look)
        locale = transaction.request.locale or default
        if only_look:
            return Response(headers=_HEADERS, media_type="text/html")
        # Without the cookie the form comes from no page of ours: another site sent it, or the cookie was deleted.
        response = _stage(world, transaction, locale, written=number if shown else None)
    except UnknownTransaction:
        return _render(default, "unknown.html", status=404)
    except OtherBrowser as error:
        return _render(error.locale or default, "other_browser.html", status=403)
    if shown != transaction.browser and transaction.browser is not None:
        response.set_cookie(cookie, transaction.browser, path=f"/login/{id_}", httponly=True, samesite="lax")
    return response


def _stage(world: World, transaction: Transaction, locale: str, *, written: str | None) -> Response:
    """Take the number that was written, if one was, and show the stage that the transaction has reached."""
    refusal = None
    if written is not None:
        try:
            world.give_number(transaction.id, written)
        except Refused as error:
            refusal = error.text(translations(locale).gettext)
    if not transaction.is_open and written is None:
        world.send_back(transaction.id)
        appended = urlencode(world.assumptions.redirect_appends)
        location = _append(transaction.request.redirect_url, appended)
        return Response(status_code=303, headers={**_HEADERS, "location": location})
    if not transaction.is_open:
        # After a form the way back is a refresh: browsers hold form-action against a redirect elsewhere.
        return _render(locale, "over.html", refresh=f"0; url=/login/{transaction.id}")
    if transaction.asked is None:
        prefilled = transaction.request.phone_number or "" if written is None else written
        service = transaction.request.service
        return _render(locale, "number.html", number=prefilled, service=service, refusal=refusal)
    refresh = f"{_REFRESH_SECONDS}; url=/login/{transaction.id}"
    return _render(locale, "icons.html", icons=transaction.icons, icon=transaction.icon, refresh=refresh)


def _append(url: str, query: str) -> str:
    if not query:
        return url
    address, hash_, fragment = url.partition("#")
    return f"{address}{'&' if '?' in address else '?'}{query}{hash_}{fragment}"


def _render(locale: str, template: str, status: int = 200, refresh: str | None = None, **values: object) -> Response:
    text = translations(locale).gettext
    page = _templates().get_template(template).render(_=text, locale=locale, style=STYLE_PATH, **values)
    headers = {**_HEADERS, "content-language": locale} | ({"refresh": refresh} if refresh else {})
    return Response(page, status, headers, media_type="text/html")


@functools.cache
def _templates() -> Environment:
    # Not above: most tests open no page.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("itsme_facade.sandbox"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@functools.cache
def _style() -> bytes:
    return resources.files("itsme_facade.sandbox").joinpath("static/sandbox.css").read_bytes()
