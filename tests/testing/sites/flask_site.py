"""A very small site with Flask: enough to be logged in to."""

import secrets

from flask import Flask, redirect, request, url_for
from werkzeug.wrappers import Response

from itsme_facade import Itsme, Started


def make_app(itsme: Itsme) -> Flask:
    app, waiting = Flask(__name__), dict[str, tuple[str, Started]]()

    def start() -> Response:
        state, proof = secrets.token_urlsafe(), secrets.token_urlsafe()
        address = url_for("back", _external=True, state=state)
        started = itsme.login(address, scopes=["profile"], locale=request.headers.get("Accept-Language"))
        waiting[state] = proof, started
        answer = redirect(started.authentication_url, 303)
        answer.set_cookie("login", proof, httponly=True, secure=True, samesite="Lax")
        return answer

    def back() -> tuple[str, int]:
        proof, started = waiting.get(request.args["state"], ("", None))
        if started is None or request.cookies.get("login") != proof:
            return "Go on in the browser where you began.", 403
        result = itsme.status(started)
        name = result.identity.name if result.identity else None
        return (f"Hello {name.full}" if name else f"Not logged in: {result.status}"), 200

    app.add_url_rule("/itsme/start", view_func=start, methods=["POST"])
    app.add_url_rule("/itsme/back", view_func=back)
    return app
