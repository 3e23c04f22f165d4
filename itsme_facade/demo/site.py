"""A web site that logs people in with itsme: what the shop and the bank have in common.

How a login is kept safe here: it is started by POST, from a form of this site only. Coming back takes two secrets: the
`state` in redirectUrl, which CM sends back, and a cookie of this login, which has stayed in the browser that started
it. The transaction token never leaves the server, and the status is read once. The browser ends on a clean address.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from importlib import resources
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from attrs import frozen
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from itsme_facade import Cancelled, Expired, Failed, ItsmeError, Success
from itsme_facade.demo.pages import Pages
from itsme_facade.demo.visits import LIFE, Attempt, Shelf, SignedIn, Visit, same, secret

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping

    from starlette.requests import Request

    from itsme_facade import AsyncItsme, Identity, Result

LOCALES: Final = {"en": "English", "nl": "Nederlands", "fr": "Français", "de": "Deutsch"}
VISIT: Final = "visit"
_DAY: Final = 86_400
_MOST_BYTES: Final = 10_000
_PREFETCH: Final = ("sec-purpose", "purpose", "x-moz")

CANCELLED: Final = (
    "You refused in the itsme app, or left it. Nothing was sent to us. You can start again whenever you like."
)
FAILED: Final = "Something went wrong at itsme. Nothing was sent to us. Start again, or try later."
EXPIRED: Final = "It took too long: the time to approve in the itsme app is over. Start again, with your phone at hand."
LOST: Final = (
    "itsme says yes, but your data went out earlier and did not reach us. It comes once only: please start again."
)
NOT_REACHED: Final = "itsme cannot be reached just now, so you were not sent there. Try again in a moment."
NOT_FOUND: Final = "This address is not one of ours any more. Go to the first page and start again."


@frozen(kw_only=True)
class Business:
    """What makes one site differ from another.

    Args:
        name: what it is called.
        template: its only page of its own, which shows both a stranger and somebody who is signed in.
        asks: what it asks of itsme, by service ("login", "register"): scopes.
        receive: takes what itsme said, given the service and the identity; says in words why it does not sign
            this person in, or None to sign them in.
        facts: more for its page to show.
    """

    name: str
    template: str
    asks: Mapping[str, tuple[str, ...]]
    receive: Callable[[str, Identity], str | None]
    facts: Mapping[str, str]


def make_site(business: Business, itsme: AsyncItsme, *, url: str, itsme_url: str) -> Starlette:
    """The application of one site.

    Args:
        business: what it is.
        itsme: what it asks itsme through. It is closed with the application.
        url: where browsers reach the site: scheme, host and port.
        itsme_url: where browsers reach the local sandbox, likewise.
    """
    site = _Site(business, itsme, url, Pages(business.name, itsme_url))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        async with itsme:  # its connections belong to the event loop that this application runs in
            yield

    host = url.partition("//")[2].partition(":")[0]
    return Starlette(
        routes=[
            Route("/", site.home, methods=["GET"]),
            Route("/itsme/start", site.start, methods=["POST"]),
            Route("/itsme/back", site.back, methods=["GET"]),
            Route("/log-out", site.log_out, methods=["POST"]),
            Route("/demo.css", _style, methods=["GET"]),
        ],
        exception_handlers={404: site.not_found, 405: site.not_found},
        lifespan=lifespan,
        # Another name that somebody points at this machine is not this site.
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=[host], www_redirect=False)],
    )


class _Site:
    def __init__(self, business: Business, itsme: AsyncItsme, url: str, pages: Pages) -> None:
        self._business = business
        self._itsme = itsme
        self._url = url
        self._visits: Shelf[Visit] = Shelf(_DAY)
        self._attempts: Shelf[Attempt] = Shelf(LIFE)
        self._pages = pages

    async def home(self, request: Request) -> Response:
        """Shows the page, and begins a visit if there is none."""
        known = self._visit(request)
        visit = known or Visit()
        preferred = request.headers.get("accept-language", "")[:2].lower()
        response = self._pages.render(
            self._business.template,
            visit=visit,
            locales=LOCALES,
            locale=preferred if preferred in LOCALES else "en",
            facts=self._business.facts,
        )
        if known is None:
            self._begin(response, visit)
        return response

    async def start(self, request: Request) -> Response:
        """Creates a transaction and sends the browser to itsme."""
        form = await _form(request)
        visit = self._visit(request)
        if visit is None or not same(form.get("csrf"), visit.csrf):
            return self._stop(403, "This form is too old, or comes from another site.", "Open the first page again.")
        service, locale = form.get("service", ""), form.get("locale", "")
        scopes = self._business.asks.get(service)
        if scopes is None or locale not in LOCALES:
            return self._stop(400, "This form was changed on the way.", "Open the first page again.")
        state, proof = secret(), secret()
        create = self._itsme.register if service == "register" else self._itsme.login
        try:
            started = await create(f"{self._url}/itsme/back?state={state}", scopes=scopes, locale=locale)
        except ItsmeError:
            return self._stop(502, NOT_REACHED)
        attempt = Attempt(cookie=f"itsme-{secret()[:12]}", proof=proof, service=service, scopes=scopes, started=started)
        self._attempts.put(state, attempt)
        visit.note = None
        response = self._go(started.authentication_url)
        self._keep(response, attempt.cookie, proof, LIFE)
        return response

    async def back(self, request: Request) -> Response:
        """The end of the way back: reads how it ended, once, and goes on to a clean address."""
        if request.method != "GET" or any("prefetch" in request.headers.get(name, "") for name in _PREFETCH):
            return Response(status_code=503, headers={"cache-control": "no-store"})
        attempt = self._attempts.get(request.query_params.get("state"))
        if attempt is None:
            return self._stop(404, "This login is unknown, or its time is over.", "Start again from the first page.")
        if not same(request.cookies.get(attempt.cookie), attempt.proof):
            return self._stop(
                403,
                "This login was started in another browser.",
                "Go on in the browser where you started, or start again here.",
            )
        # The same browser may come back several times at once: the first reads, the others find it over.
        async with attempt.reading:
            if attempt.over:
                return self._go("/")
            try:
                result = await self._itsme.status(attempt.started)
            except ItsmeError as error:
                advice = "Reload this page." if error.retry_safe else "Start again from the first page."
                return self._stop(502, "itsme did not say how your login ended.", advice)
            if not result.over and result.identity is None:
                return self._pages.render("open.html", continue_at=attempt.started.authentication_url, status=200)
            attempt.over = True
            return self._finish(request, attempt, result)

    async def log_out(self, request: Request) -> Response:
        """Forgets who is signed in."""
        form = await _form(request)
        visit = self._visit(request)
        if visit is None or not same(form.get("csrf"), visit.csrf):
            return self._stop(403, "This form is too old, or comes from another site.", "Open the first page again.")
        self._visits.drop(request.cookies.get(VISIT))
        response = self._go("/")
        response.delete_cookie(VISIT)
        return response

    async def not_found(self, _request: Request, _error: Exception) -> Response:
        """Says so, and where to go."""
        return self._stop(404, "There is nothing here.", NOT_FOUND)

    def _finish(self, request: Request, attempt: Attempt, result: Result) -> Response:
        identity = result.identity
        note = _why_not(result) if identity is None else self._business.receive(attempt.service, identity)
        visit = self._visit(request)
        if identity is not None and note is None:
            # A new visit under a new key: one that somebody else knew before the login is worth nothing after it.
            self._visits.drop(request.cookies.get(VISIT))
            visit = Visit(signed_in=SignedIn(identity=identity, service=attempt.service, scopes=attempt.scopes))
        elif visit is not None:
            visit.note = note
            return self._go("/")
        else:
            visit = Visit(note=note)
        response = self._go("/")
        self._begin(response, visit)
        return response

    def _begin(self, response: Response, visit: Visit) -> None:
        key = secret()
        self._visits.put(key, visit)
        self._keep(response, VISIT, key, _DAY)

    def _visit(self, request: Request) -> Visit | None:
        return self._visits.get(request.cookies.get(VISIT))

    def _stop(self, status: int, what: str, advice: str = "") -> Response:
        return self._pages.render("stop.html", status=status, what=what, advice=advice)

    def _go(self, address: str) -> Response:
        return RedirectResponse(address, 303, {"cache-control": "no-store", "referrer-policy": "same-origin"})

    @staticmethod
    def _keep(response: Response, name: str, value: str, seconds: int) -> None:
        # Not Secure, since a local demo has no TLS; a site on https adds that, and the prefix __Host-.
        response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax")


def _why_not(result: Result) -> str:
    match result:
        case Cancelled():
            return CANCELLED
        case Expired():
            return EXPIRED
        case Success():
            return LOST
        case Failed() | _:
            return FAILED


async def _form(request: Request) -> dict[str, str]:
    """The first value of every field; nothing of a body that no form of ours sends."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            return {}
    try:
        return {name: values[0] for name, values in parse_qs(body.decode(), max_num_fields=10).items()}
    except ValueError:
        return {}


async def _style(_request: Request) -> Response:
    style = resources.files("itsme_facade.demo").joinpath("static/demo.css").read_bytes()
    return Response(style, media_type="text/css", headers={"cache-control": "max-age=300"})
