"""The tables: made by the migrations that are committed."""

from django.core.management import call_command
from django.db import connection


def test_the_migrations_say_all_that_the_models_say() -> None:
    call_command("makemigrations", "itsme", check_changes=True, dry_run=True, verbosity=0)


def test_the_tables_have_a_prefix_of_their_own() -> None:
    tables = {name for name in connection.introspection.table_names() if name.startswith("itsme")}
    assert tables == {"itsme_django_login", "itsme_django_account"}
