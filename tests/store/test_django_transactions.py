"""Nothing is written that a transaction of the caller could take back, unless loss is accepted."""

import django.test
import pytest
from django.db import transaction

from itsme_facade.errors import InvalidArguments, StoreNotDurable
from itsme_facade.store import Phase, Record
from tests.store.django_databases import DjangoStore
from tests.store.logins import login, started, there


def test_nothing_is_written_inside_a_transaction_of_the_caller(sqlite: str) -> None:
    with DjangoStore(sqlite) as store:
        login_id = started(store)
        with transaction.atomic(using=sqlite):
            assert there(store, login_id).phase is Phase.STARTED
            with pytest.raises(StoreNotDurable, match="inside a transaction") as caught:
                store.claim(login_id)
            with pytest.raises(StoreNotDurable):
                store.sweep()
        assert "non_atomic_requests" in caught.value.advice
        assert there(store, login_id).phase is Phase.STARTED
        assert store.claim(login_id).mine


def test_nothing_is_written_where_autocommit_is_off(sqlite: str) -> None:
    with DjangoStore(sqlite) as store:
        login_id = started(store)
        transaction.set_autocommit(False, using=sqlite)
        try:
            with pytest.raises(StoreNotDurable, match="Autocommit is off"):
                store.claim(login_id)
        finally:
            transaction.rollback(using=sqlite)
            transaction.set_autocommit(True, using=sqlite)


def test_with_loss_accepted_a_transaction_of_the_caller_decides(sqlite: str) -> None:
    store = DjangoStore(sqlite, accept_loss=True)
    store.open()
    login_id = started(store)
    with transaction.atomic(using=sqlite):
        assert store.claim(login_id).mine
        transaction.set_rollback(True, using=sqlite)
    assert there(store, login_id).phase is Phase.STARTED


class InATestCase(django.test.TestCase):
    """A test as users of Django write it, inside a transaction that is taken back."""

    databases = {"default"}  # noqa: RUF012 - as Django has it

    def test_a_login(self) -> None:
        store = DjangoStore()
        store.open()
        store.add(the_login())
        assert store.claim("x" * 26).mine
        with pytest.raises(InvalidArguments):
            store.add(the_login())
        assert store.capture("x" * 26, b"answer").mine


def the_login() -> Record:
    return login(login_id="x" * 26)


def test_a_test_case_of_django_lets_it_write_and_takes_it_back() -> None:
    assert DjangoStore().look("x" * 26).record is None
