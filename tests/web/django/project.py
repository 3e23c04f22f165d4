"""The one Django project of a test process, set up once, and its database emptied between tests."""

import atexit
import os
import shutil
import time
from typing import Any

import django
from django.conf import settings
from django.db import connections

from itsme_facade.sandbox import Sandbox
from tests.engines.postgres import Postgres

KEY = "mJ0ZTzqEkXyPQz1EwbGBRuqHWl6Jrr7WlnWTFzW6LqA="  # of no other use than in tests


def set_up() -> None:
    """Makes Django ready, and the tables. Safe to call again."""
    if settings.configured:
        return
    before = dict(os.environ)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.web.django.settings"
    django.setup()
    # Django sets the time zone of the whole process; the other tests of this run keep theirs.
    os.environ.clear()
    os.environ.update(before)
    time.tzset()
    atexit.register(_leave)
    if not os.environ.get("ITSME_TEST_UNMIGRATED"):
        migrate("default")


def _leave() -> None:
    from tests.web.django.settings import FOLDER

    connections.close_all()
    shutil.rmtree(FOLDER, ignore_errors=True)


def migrate(using: str) -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0, database=using)


def empty() -> None:
    """Empties the tables that tests fill."""
    from django.contrib.auth.models import User
    from django.contrib.sessions.models import Session

    from itsme_facade.web.django.models import ItsmeAccount, Login

    for model in (ItsmeAccount, Login, Session, User):
        model.objects.all().delete()


def add_database(alias: str, entry: dict[str, Any]) -> None:
    """One more of DATABASES."""
    configured = connections.configure_settings({"default": connections.settings["default"], alias: entry})
    connections.settings[alias] = configured[alias]


def forget_database(alias: str) -> None:
    """Takes one away again."""
    raw = connections[alias].connection
    connections[alias].close()
    if raw is not None:
        raw.close()  # Django leaves one in memory open
    del connections[alias]
    del connections.settings[alias]


def of_postgres(server: Postgres, name: str = "postgres") -> dict[str, Any]:
    """The entry in DATABASES for a running PostgreSQL."""
    engine = "django.db.backends.postgresql"
    return {"ENGINE": engine, "NAME": name, "USER": "postgres", "HOST": str(server.folder)}


def setting(sandbox: Sandbox, site: str, **more: Any) -> dict[str, Any]:
    """ITSME for a site that stands at `site`."""
    usual = {"TOKEN": sandbox.token, "BASE_URL": sandbox.api_url, "KEYS": KEY, "REDIRECT_URL": f"{site}/itsme/back"}
    return {**usual, "LIMITS": None, **more}
