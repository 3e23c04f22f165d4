"""A database of Django's that is wrong, away or failing is told in words that help, without password or data."""

from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import DatabaseError

from itsme_facade.errors import InvalidArguments, StoreUnavailable
from itsme_facade.store import steps
from itsme_facade.store.steps import Read
from tests.engines.postgres import Postgres
from tests.store.django_databases import SQLITE, DjangoStore, database
from tests.store.logins import login, started
from tests.web.django import project


def test_a_connection_that_died_while_idle_is_made_anew(own_postgres: Postgres) -> None:
    with database(project.of_postgres(own_postgres)) as alias:
        store = DjangoStore(alias)
        store.open()
        login_id = started(store)
        own_postgres.restart()
        assert store.claim(login_id).mine


def test_a_database_without_the_tables_says_which_command_makes_them(tmp_path: Path) -> None:
    with (
        database({"ENGINE": SQLITE, "NAME": str(tmp_path / "a.db")}, migrated=False) as alias,
        pytest.raises(StoreUnavailable, match=r"manage\.py migrate itsme --database=special"),
    ):
        DjangoStore(alias).open()


def test_a_database_that_is_not_there_is_unavailable_and_its_password_is_not_told(tmp_path: Path) -> None:
    entry = {"ENGINE": "django.db.backends.postgresql", "NAME": "x", "HOST": str(tmp_path), "PASSWORD": "opensesame"}
    with database(entry, migrated=False) as alias:
        store = DjangoStore(alias)
        for call in (store.open, store.stats, lambda: store.claim("x")):
            with pytest.raises(StoreUnavailable) as caught:
                call()
            assert caught.value.retry_safe
            assert caught.value.__cause__ is None
            assert caught.value.__suppress_context__
            assert "opensesame" not in f"{caught.value} {caught.value!r} {store!r}"


@pytest.mark.parametrize(("using", "says"), [("nowhere", "not one of DATABASES"), ("special", "not supported")])
def test_what_is_no_database_for_it_is_refused(using: str, says: str) -> None:
    with database({"ENGINE": "tests.web.django.oracle"}, migrated=False), pytest.raises(InvalidArguments, match=says):
        DjangoStore(using)


def test_a_failing_driver_is_told_without_what_it_was_given(sqlite: str) -> None:
    with DjangoStore(sqlite) as store:
        login_id = started(store)
        quoting = DatabaseError("Key (answer)=(Lucas Maes) is too long")
        failing = patch("django.db.backends.utils.CursorWrapper.execute", side_effect=quoting)
        with failing, pytest.raises(StoreUnavailable) as caught:
            store.capture(login_id, b"x")
        assert "Lucas" not in f"{caught.value} {caught.value!r}"
        assert "(DatabaseError)" in str(caught.value)


def test_a_reading_is_tried_once_more_and_a_writing_is_not(sqlite: str) -> None:
    with DjangoStore(sqlite) as store:
        login_id = started(store)
        calls: list[str] = []

        def fails(_: object, statement: str, __: object) -> list[tuple[Any, ...]]:
            calls.append(statement)
            raise DatabaseError

        with patch.object(store, "_all", fails):
            for operation in (Read(login_id), next(steps.add(login(), lives=store.lives))):
                with pytest.raises(StoreUnavailable):
                    store.do(operation)
        assert [call.split()[0] for call in calls] == ["SELECT", "SELECT", "INSERT"]
