"""Log in with itsme in a Django project: an app with one setting.

1. INSTALLED_APPS: add "itsme_facade.web.django", then run `python manage.py migrate itsme`.
2. AUTHENTICATION_BACKENDS: add "itsme_facade.web.django.backends.ItsmeBackend".
3. urls.py: `path("itsme/", include("itsme_facade.web.django.urls"))`.
4. settings.py: `ITSME = {"TOKEN": …, "KEYS": …, "REDIRECT_URL": "https://www.example.com/itsme/back"}`.
5. A template: `{% load itsme %} {% itsme_button %}`, and a form that posts to `{% url "itsme:logout" %}`.
6. A timer or a process of its own: `python manage.py itsme_sweep`.

`python manage.py check` says what is missing; `conf.Conf` lists the keys of ITSME. Names are imported when they are
first used, so that a settings module may import this package before Django is ready.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from itsme_facade.lazy import lazy_names

if TYPE_CHECKING:
    from django.contrib.auth.decorators import login_required

    from itsme_facade.web.django.backends import ItsmeBackend
    from itsme_facade.web.django.flows import get_flow
    from itsme_facade.web.django.sessions import current_login
    from itsme_facade.web.django.signals import itsme_event
    from itsme_facade.web.django.store import DjangoStore

_HOMES = {
    "django.contrib.auth.decorators": ("login_required",),
    "itsme_facade.web.django.backends": ("ItsmeBackend",),
    "itsme_facade.web.django.flows": ("get_flow",),
    "itsme_facade.web.django.sessions": ("current_login",),
    "itsme_facade.web.django.signals": ("itsme_event",),
    "itsme_facade.web.django.store": ("DjangoStore",),
}

__all__ = ["DjangoStore", "ItsmeBackend", "current_login", "get_flow", "itsme_event", "login_required"]


if not TYPE_CHECKING:  # a type checker that saw it would believe every misspelt name
    __getattr__, __dir__ = lazy_names(__name__, _HOMES)
