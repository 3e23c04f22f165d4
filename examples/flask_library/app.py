"""A library in Flask: readers have a card and a password, link their itsme to it, and log in with itsme from then on.

    python examples/flask_library/app.py

starts it together with a local sandbox, unless ITSME_BASE_URL or ITSME_ENVIRONMENT says which itsme to ask.
"""

import argparse
import os
import secrets
import sqlite3
import tempfile
from collections.abc import Generator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from flask import Flask, Response, flash, redirect, render_template, request
from flask_wtf.csrf import CSRFProtect  # type: ignore[import-untyped] # pyright: ignore[reportMissingTypeStubs]
from werkzeug.security import check_password_hash, generate_password_hash
from werkzeug.serving import make_server
from werkzeug.wrappers import Response as AnyResponse

from itsme_facade import Identity
from itsme_facade.flow import Declined, Flow
from itsme_facade.flow.messages import Message
from itsme_facade.sandbox import Sandbox
from itsme_facade.store import new_key
from itsme_facade.web.access_logs import hide_states
from itsme_facade.web.flask import current_login, itsme_blueprint, itsme_button, login_required, sign_in
from itsme_facade.web.headers import form_action_sources

READERS = {"L-1001": ("Lucas", "old books"), "L-1002": ("Emma", "new books")}
"""Card, first name and password of who reads here. A real library has these elsewhere."""


class Readers:
    """Who reads here, and whose itsme is whose."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self.database() as database:
            database.execute("CREATE TABLE IF NOT EXISTS readers (card TEXT PRIMARY KEY, name TEXT, password TEXT)")
            database.execute("CREATE TABLE IF NOT EXISTS linked (itsme TEXT PRIMARY KEY, card TEXT NOT NULL)")
            for card, (name, password) in READERS.items():
                database.execute(
                    "INSERT OR IGNORE INTO readers VALUES (?, ?, ?)", (card, name, generate_password_hash(password))
                )

    @contextmanager
    def database(self) -> Generator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path)) as database, database:
            yield database

    def name(self, card: str) -> str:
        with self.database() as database:
            return str(database.execute("SELECT name FROM readers WHERE card = ?", (card,)).fetchone()[0])

    def has_password(self, card: str, password: str) -> bool:
        with self.database() as database:
            found = database.execute("SELECT password FROM readers WHERE card = ?", (card,)).fetchone()
        return found is not None and check_password_hash(found[0], password)

    def has_itsme(self, card: str) -> bool:
        with self.database() as database:
            return database.execute("SELECT 1 FROM linked WHERE card = ?", (card,)).fetchone() is not None

    def recognise(self, identity: Identity, _login_id: str) -> str:
        """What the flow calls for a login: finds the card that this itsme was linked to.

        Never by e-mail, which itsme does not verify. Who deletes their itsme account and makes a new one comes with a
        new userId: they log in with card and password once more, and link it anew.
        """
        with self.database() as database:
            found = database.execute("SELECT card FROM linked WHERE itsme = ?", (identity.user_id,)).fetchone()
        if found is None:
            raise Declined("not_linked")
        return str(found[0])

    def link(self, identity: Identity, _login_id: str, card: str) -> str:
        """What the flow calls for a reader who was signed in when they began."""
        with self.database() as database:
            database.execute("INSERT OR IGNORE INTO linked VALUES (?, ?)", (identity.user_id, card))
            (owner,) = database.execute("SELECT card FROM linked WHERE itsme = ?", (identity.user_id,)).fetchone()
        if owner != card:
            raise Declined("linked_elsewhere")
        return card


def explain(reason: str, _locale: str) -> Message | None:
    """What readers are told when the library declines; this one speaks English only."""
    reasons = {
        "not_linked": Message(
            "Your itsme is not linked yet",
            "Sign in with your card and password once, and link your itsme there.",
            "Go to the first page",
        ),
        "linked_elsewhere": Message(
            "This itsme belongs to another card", "Sign in with that card, or ask at the desk.", "Go to the first page"
        ),
    }
    return reasons.get(reason)


def create_app(flow: Flow, readers: Readers, *, secret: str, https: bool) -> Flask:
    app = Flask(__name__)
    app.secret_key = secret
    app.config["SESSION_COOKIE_SECURE"] = https
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    CSRFProtect(app)
    app.register_blueprint(itsme_blueprint(flow, explain=explain))

    @app.after_request
    def guard(response: Response) -> Response:  # pyright: ignore[reportUnusedFunction]
        form_action = " ".join(form_action_sources(request.host))
        policy = f"default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action {form_action}"
        response.headers.setdefault("Content-Security-Policy", f"{policy}; frame-ancestors 'none'")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    @app.get("/")
    def home() -> str:  # pyright: ignore[reportUnusedFunction]
        card = current_login()
        if card is None:
            return render_template("home.html", card=None, button=itsme_button(next=request.args.get("next")))
        # "register" for somebody who is signed in links their itsme to the account they are in.
        linked = readers.has_itsme(card)
        button = itsme_button(service="register", words="Link a new itsme" if linked else "Link your itsme")
        return render_template("home.html", card=card, name=readers.name(card), button=button, linked=linked)

    @app.post("/password")
    def password() -> AnyResponse:  # pyright: ignore[reportUnusedFunction]
        card = request.form.get("card", "").strip()
        if not readers.has_password(card, request.form.get("password", "")):
            flash("Card and password do not belong together.")
            return redirect("/", 303)
        sign_in(card)
        return redirect("/", 303)

    @app.get("/loans")
    @login_required
    def loans() -> str:  # pyright: ignore[reportUnusedFunction]
        return render_template("loans.html", name=readers.name(current_login() or ""))

    return app


def make_flow(environ: Mapping[str, str], readers: Readers) -> Flow:
    return Flow.from_env(readers.recognise, on_link=readers.link, environ=environ, scopes=["profile"])


def local_sandbox(running: ExitStack, redirect_url: str, folder: Path) -> dict[str, str]:
    """Starts an itsme of our own, and says what the library has to know of it, as the environment would."""
    sandbox = running.enter_context(Sandbox())
    # To a browser every name under .localhost is a site of its own on this machine.
    itsme_url = sandbox.url.replace("127.0.0.1", "itsme.localhost")
    sandbox.app.state.url = itsme_url
    lucas = sandbox.person("lucas")
    print(f"itsme    {itsme_url}  (a local sandbox: not the real itsme, and nobody there is real)")
    print(f"         {lucas.details.name} has the number {lucas.phone.number} and approves on {itsme_url}/phone/lucas")
    return {
        "ITSME_TOKEN": sandbox.token,
        "ITSME_BASE_URL": sandbox.api_url,
        "ITSME_KEYS": new_key(),
        "ITSME_STORE_URL": f"sqlite:///{folder / 'logins.db'}",
        "ITSME_REDIRECT_URL": redirect_url,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="A library whose readers link their itsme.")
    parser.add_argument("--port", type=int, default=8001, help="0 takes a free one (default %(default)s)")
    port: int = parser.parse_args().port
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
        site = make_server("127.0.0.1", port, Flask(__name__), threaded=True)
        running.callback(site.server_close)
        url = f"http://library.localhost:{site.port}"
        print(f"Library  {url}  (card L-1001, password: {READERS['L-1001'][1]})")
        environ: Mapping[str, str] = os.environ
        if "ITSME_BASE_URL" not in environ and "ITSME_ENVIRONMENT" not in environ:
            environ = local_sandbox(running, f"{url}/itsme/back", folder)
        readers = Readers(folder / "readers.db")
        flow = running.enter_context(make_flow(environ, readers))
        site.app = create_app(
            flow,
            readers,
            secret=environ.get("LIBRARY_SECRET") or secrets.token_urlsafe(),
            https=environ["ITSME_REDIRECT_URL"].startswith("https:"),
        )
        hide_states()
        print("Ctrl-C ends it.", flush=True)
        with suppress(KeyboardInterrupt):
            site.serve_forever()


if __name__ == "__main__":
    main()
