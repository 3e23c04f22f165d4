"""Flask-WTF's protection against CSRF, with types: it brings none."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final, cast

from flask import current_app

from itsme_facade.web.html import Html, hidden

_csrf: Final[Any] = import_module("flask_wtf.csrf")
_wtforms: Final[Any] = import_module("wtforms")


def token() -> str:
    """The token of this session, made when it is first asked for."""
    return cast("str", _csrf.generate_csrf())


def is_right(given: str | None) -> bool:
    """Whether this is the session's token, and not too old (WTF_CSRF_TIME_LIMIT)."""
    try:
        _csrf.validate_csrf(given)
    except _wtforms.ValidationError:
        return False
    return True


def field_name() -> str:
    """What the token's field is called."""
    config = cast("dict[str, Any]", current_app.config)
    return str(config.get("WTF_CSRF_FIELD_NAME", "csrf_token"))


def csrf_field() -> Html:
    """The hidden field that every form needs which posts to these routes: Flask-WTF's token."""
    return hidden(field_name(), token())
