"""Django's database as a store: on SQLite and PostgreSQL it does what every store does."""

from collections.abc import Iterator
from threading import current_thread, main_thread
from types import FunctionType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from itsme_facade.carrying import carry_out
from itsme_facade.store import Lives, MemoryStore
from itsme_facade.store.base import Store
from itsme_facade.store.steps import Operation
from tests.engines.postgres import Postgres
from tests.store import test_sharing
from tests.store.every_store import EVERY_STORE
from tests.store.logins import login
from tests.store.test_stores_agree import IDS, _step, each_step, state, told
from tests.web.django import project

project.set_up()

from django.db import connections  # noqa: E402 - needs the set-up

from itsme_facade.web.django import DjangoStore  # noqa: E402
from itsme_facade.web.django.models import Login  # noqa: E402

OTHERS = {
    "test_two_prefixes_at_one_place_do_not_see_each_other",  # this one has no prefix: DATABASES tell them apart
    "test_of_eight_processes_one_takes_each_step_and_all_may_open_a_new_store_at_once",  # in test_django_processes
    "test_of_many_tasks_one_gets_the_claim",  # it is not asynchronous
}


class Closing(DjangoStore):
    """Closes what a thread of a test opens, as Django does at the end of a request."""

    def do(self, operation: Operation) -> object:
        try:
            return super().do(operation)
        finally:
            if current_thread() is not main_thread():
                connections[self.using].close()


class Place:
    """Where the records of one test are, as the shared tests know it."""

    def __init__(self, using: str) -> None:
        self.using = using

    def open(self, *, lives: Lives | None = None) -> Store:
        store = Closing(self.using, lives=lives)
        store.open()
        return store


@pytest.fixture(scope="module")
def aliases(postgres: Postgres) -> Iterator[dict[str, str]]:
    project.add_database("postgres", project.of_postgres(postgres))
    project.migrate("postgres")
    yield {"sqlite": "default", "postgresql": "postgres"}
    project.forget_database("postgres")


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, aliases: dict[str, str]) -> Iterator[Place]:
    place = Place(aliases[request.param])
    Login.objects.using(place.using).all().delete()
    yield place
    Login.objects.using(place.using).all().delete()
    connections[place.using].close()


@pytest.fixture
def store(place: Place) -> Store:
    return place.open()


def _without_kinds(test: FunctionType) -> FunctionType:
    """The same test, for the places of this file alone."""
    marks = [mark for mark in getattr(test, "pytestmark", []) if mark.args[:1] not in {("kind",), ("side",)}]
    same = FunctionType(test.__code__, test.__globals__, test.__name__, test.__defaults__, test.__closure__)
    vars(same)["pytestmark"] = marks
    same.__annotations__, same.__kwdefaults__ = test.__annotations__, test.__kwdefaults__
    return same


for _module in (*EVERY_STORE, test_sharing):
    for _name, _test in vars(_module).items():
        if _name.startswith("test_") and _name not in OTHERS:
            globals()[_name] = _without_kinds(_test)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(taken=st.lists(each_step, max_size=15))
def test_after_any_steps_it_holds_what_the_memory_store_holds(
    store: Store, taken: list[tuple[str, str, dict[str, Any]]]
) -> None:
    model = MemoryStore()
    store.purge(-60.0)
    for login_id in IDS:
        record = login(login_id=login_id, state_digest=b"right", browser_digest=b"right")
        for each in (store, model):
            each.add(record)
    for name, login_id, options in taken:
        ours, theirs = [carry_out(_step(name, login_id, options), each.do) for each in (store, model)]
        assert (ours.mine, told(ours.record)) == (theirs.mine, told(theirs.record))
    assert state(store) == state(model)
