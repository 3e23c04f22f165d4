"""The one Django project of a test process, set up once, and its database emptied between tests."""

import os

import django
from django.conf import settings


def set_up() -> None:
    """Makes Django ready, and the tables. Safe to call again."""
    if settings.configured:
        return
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.web.django.settings"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def empty(using: str = "default") -> None:
    """Empties every table of this project."""
    from django.core.management import call_command

    call_command("flush", interactive=False, verbosity=0, database=using)
