"""Databases of Django's DATABASES for as long as a test lasts, and the store that stands on them."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from tests.web.django import project

project.set_up()

from django.db import connections  # noqa: E402 - needs the set-up

from itsme_facade.web.django import DjangoStore  # noqa: E402

__all__ = ["SQLITE", "DjangoStore", "database", "pragma"]

SQLITE = "django.db.backends.sqlite3"


@contextmanager
def database(entry: dict[str, Any], *, migrated: bool = True) -> Generator[str]:
    """A database of DATABASES for as long as the block lasts."""
    project.add_database("special", entry)
    try:
        if migrated:
            project.migrate("special")
        yield "special"
    finally:
        project.forget_database("special")


def pragma(alias: str, name: str) -> object:
    with connections[alias].cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        return cursor.fetchone()[0]
