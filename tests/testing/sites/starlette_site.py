"""A very small site with Starlette: enough to be logged in to."""

import secrets

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from itsme_facade import Itsme, ItsmeError, Started


def make_app(itsme: Itsme) -> Starlette:
    waiting: dict[str, tuple[str, Started]] = {}

    def start(request: Request) -> Response:
        state, proof = secrets.token_urlsafe(), secrets.token_urlsafe()
        locale = request.headers.get("accept-language")
        try:
            started = itsme.login(f"{request.url_for('back')}?state={state}", scopes=["profile"], locale=locale)
        except ItsmeError:
            return PlainTextResponse("Try again a little later.", 503)
        waiting[state] = proof, started
        answer = RedirectResponse(started.authentication_url, 303)
        answer.set_cookie("login", proof, httponly=True, secure=True, samesite="lax")
        return answer

    def back(request: Request) -> Response:
        proof, started = waiting.get(request.query_params["state"], ("", None))
        if started is None or request.cookies.get("login") != proof:
            return PlainTextResponse("Go on in the browser where you began.", 403)
        result = itsme.status(started)
        name = result.identity.name if result.identity else None
        return PlainTextResponse(f"Hello {name.full}" if name else f"Not logged in: {result.status}")

    return Starlette(
        routes=[Route("/itsme/start", start, methods=["POST"]), Route("/itsme/back", back, methods=["GET"])]
    )
