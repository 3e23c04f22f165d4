"""Django's own database as a store: `django+` stands before the URL of a SQLite file or of a PostgreSQL.

Django takes its settings once in a process. So it is set up in processes of its own and never in the one that runs
the tests, where the tests of the Django skin have another project.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Generator

    from itsme_facade.web.django import DjangoStore

MARK = "django+"
TABLE = "itsme_django_login"
PRELOAD = [
    "django.contrib.auth.apps",
    "django.contrib.auth.checks",
    "django.contrib.auth.management",
    "django.contrib.contenttypes.apps",
    "django.core.management",
    "django.db.backends.postgresql.base",
    "django.db.backends.sqlite3.base",
    "django.db.models",
    "itsme_facade.web.django.durability",
    "itsme_facade.web.django.statements",
]
"""What can be imported before there are settings."""


def is_named_by(url: str) -> bool:
    """Whether it names a database of a Django project."""
    return url.startswith(MARK)


def set_up(url: str) -> None:
    """Makes a Django project of this process, with one database."""
    import django
    from django.conf import settings

    settings.configure(
        DATABASES={"default": _entry(url.removeprefix(MARK))},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "itsme_facade.web.django"],
        LOGGING_CONFIG=None,
        USE_TZ=True,
    )
    django.setup()


def migrate(url: str) -> None:
    """Makes the tables, in a process that has no project yet."""
    from django.core.management import call_command

    set_up(url)
    call_command("migrate", verbosity=0)


def store(url: str) -> DjangoStore:
    """The store of this process, which becomes a Django project by it."""
    set_up(url)
    from itsme_facade.web.django import DjangoStore

    return DjangoStore()


@contextmanager
def request() -> Generator[None]:
    """What Django does around a request: with the usual settings, each has connections of its own."""
    from django.db import close_old_connections

    close_old_connections()
    try:
        yield
    finally:
        close_old_connections()


def _entry(url: str) -> dict[str, Any]:
    """What stands in DATABASES."""
    parts = urlsplit(url)
    name = parts.path.removeprefix("/")
    if parts.scheme == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": name}
    (host,) = parse_qs(parts.query)["host"]
    return {"ENGINE": "django.db.backends.postgresql", "NAME": name, "USER": parts.username, "HOST": host}
