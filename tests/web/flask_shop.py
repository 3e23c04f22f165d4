"""The shop in Flask."""

from importlib import import_module
from typing import Any

from flask import Flask, jsonify, request, session

from itsme_facade.web.flask import csrf_field, current_login, itsme_blueprint, itsme_button, login_required, sign_in


def page(body: str) -> str:
    return f"<!doctype html><title>Shop</title>{body}"


def application(flow: Any, **options: Any) -> Flask:
    app = Flask(__name__, template_folder=options.pop("template_folder", "templates"))
    app.secret_key = "only for tests"
    if options.pop("protect_all", False):
        import_module("flask_wtf.csrf").CSRFProtect(app)
    app.register_blueprint(itsme_blueprint(flow, **options))

    def home() -> str:
        target, service = request.args.get("next"), request.args.get("service", "login")
        return page(f"<p>Hello {current_login() or 'nobody'}</p>{itsme_button(service=service, next=target)}")

    def put_in_basket() -> str:
        session["basket"] = "clock"
        return page("in it")

    def show_session() -> Any:
        return jsonify({name: value for name, value in session.items() if name != "csrf_token"})

    def log_in_by_password() -> str:
        sign_in(request.args["who"], keep=("basket",))
        return page("signed in")

    def log_out_page() -> str:
        return page(f'<form class="itsme-form" method="post" action="/itsme/logout">{csrf_field()}</form>')

    @login_required
    def members() -> str:
        return page(f"members only, {current_login()}")

    for rule, view in (
        ("/", home),
        ("/basket", put_in_basket),
        ("/session", show_session),
        ("/password", log_in_by_password),
        ("/log-out", log_out_page),
        ("/members", members),
    ):
        app.add_url_rule(rule, view_func=view)
    app.add_url_rule("/members-blocking", "members_blocking", members)
    return app
