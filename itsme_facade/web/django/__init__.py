"""Log in with itsme in a Django project: an app with one setting.

1. INSTALLED_APPS: add "itsme_facade.web.django", then run `python manage.py migrate itsme`.
2. AUTHENTICATION_BACKENDS: add "itsme_facade.web.django.backends.ItsmeBackend".
3. urls.py: `path("itsme/", include("itsme_facade.web.django.urls"))`.
4. settings.py: `ITSME = {"TOKEN": …, "KEYS": …, "REDIRECT_URL": "https://www.example.com/itsme/back"}`.
5. A template: `{% load itsme %} {% itsme_button %}`.

`python manage.py check` says what is missing. Names are imported when they are first used: a settings module may
import this package before Django is ready.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from itsme_facade.web.django.store import DjangoStore

_HOMES = {"DjangoStore": "store"}

__all__ = ["DjangoStore"]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
