"""Somebody who is signed in links their itsme; the handlers and hooks of the project."""

from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import connection
from django.test import override_settings

from itsme_facade import Identity, Name
from itsme_facade.flow import Declined
from itsme_facade.flow.messages import Message
from itsme_facade.sandbox import Sandbox
from itsme_facade.web.django import accounts
from itsme_facade.web.django.models import ItsmeAccount
from tests.web.django.site import Visitor

NewVisitor = Callable[[], Visitor]


def customer(name: str = "customer") -> Any:
    return User.objects.create_user(name, password="secret")


def enter(visitor: Visitor, name: str = "customer") -> None:
    """Signs in by password, with the test project's own door."""
    assert visitor.post_form("/door", username=name, password="secret").status_code == 302


def test_a_customer_links_their_itsme_and_logs_in_with_it_from_then_on(new_visitor: NewVisitor) -> None:
    user, visitor, later = customer(), new_visitor(), new_visitor()
    enter(visitor)
    answer = visitor.log_in(service="register", next="/inside")
    assert answer.headers["location"] == "/inside"
    assert visitor.who() == f"user={user.pk} itsme={user.pk}"
    assert ItsmeAccount.objects.get().user == user
    later.log_in()
    assert later.who() == f"user={user.pk} itsme={user.pk}"


def test_what_is_in_the_session_stays_when_an_itsme_is_linked(visitor: Visitor) -> None:
    customer()
    enter(visitor)
    visitor.get("/remember?basket=apples")
    visitor.log_in(service="register")
    assert visitor.get("/remember").text == "apples"


def test_an_itsme_account_made_anew_is_linked_to_the_same_user(visitor: Visitor, sandbox: Sandbox) -> None:
    user = customer()
    enter(visitor)
    visitor.log_in(service="register")
    sandbox.person("lucas").make_account_anew()
    visitor.log_in(service="register")
    assert [account.user for account in ItsmeAccount.objects.all()] == [user, user]


def test_linking_twice_changes_nothing(visitor: Visitor) -> None:
    customer()
    enter(visitor)
    assert visitor.log_in(service="register", next="/inside").headers["location"] == "/inside"
    assert visitor.log_in(service="register", next="/inside").headers["location"] == "/inside"
    assert ItsmeAccount.objects.count() == 1


def test_an_itsme_that_signs_another_user_in_is_not_taken_away(new_visitor: NewVisitor) -> None:
    owner, thief = new_visitor(), new_visitor()
    owner.log_in()
    customer()
    enter(thief)
    before = thief.who()
    answer = thief.log_in(service="register")
    page = thief.get(answer.headers["location"])
    assert "We cannot sign you in" in page.text
    assert thief.who() == before
    assert ItsmeAccount.objects.count() == 1


def test_who_changes_the_account_on_the_way_links_nothing(visitor: Visitor) -> None:
    for name in ("one", "two"):
        customer(name)
    enter(visitor, "one")
    login = visitor.start(service="register")
    visitor.sandbox.person("lucas").phone.approve(login)
    enter(visitor, "two")
    page = visitor.get(visitor.get(visitor.way_back(login)).headers["location"])
    assert page.status_code == 409
    assert "You are signed in differently now" in page.text
    assert not ItsmeAccount.objects.exists()


def test_who_was_deleted_on_the_way_links_nothing(site: str) -> None:
    del site
    with pytest.raises(Declined) as declined:
        accounts.link(Identity(user_id="u"), "login", "4711")
    assert declined.value.reason == "account_inactive"


@pytest.mark.parametrize("handler", ["sign_in", "link"])
def test_without_a_user_id_nobody_is_known(site: str, handler: str) -> None:
    del site
    more = ("1",) if handler == "link" else ()
    with pytest.raises(Declined) as declined:
        getattr(accounts, handler)(Identity(name=Name(full="Lucas Maes")), "login", *more)
    assert declined.value.reason == "no_user_id"


def make_user(identity: Identity, login_id: str) -> Any:
    del login_id
    assert identity.name is not None
    return get_user_model().objects.create(username=f"hook-{identity.user_id}", first_name=identity.name.given or "")


def test_a_project_makes_its_users_itself(visitor: Visitor) -> None:
    with override_settings(ITSME={**settings.ITSME, "CREATE_USER": f"{__name__}.make_user"}):
        visitor.log_in()
        visitor.log_in()
    assert User.objects.get().first_name == "Lucas"


def make_user_and_fail(identity: Identity, login_id: str) -> Any:
    make_user(identity, login_id)
    raise ValueError("the disk is full")


def test_a_hook_that_fails_leaves_no_half_made_user(visitor: Visitor) -> None:
    with override_settings(ITSME={**settings.ITSME, "CREATE_USER": make_user_and_fail}):
        assert visitor.log_in().status_code == 500
    assert not get_user_model().objects.exists()


def test_a_user_made_at_the_same_moment_by_another_login_is_the_user(site: str) -> None:
    del site
    identity = Identity(user_id="u")
    made: list[str] = []

    def meanwhile() -> None:
        made.append(accounts.sign_in(identity, "faster"))
        connection.close()

    def slow(identity: Identity, login_id: str) -> Any:
        if login_id == "slower":
            other = Thread(target=meanwhile)
            other.start()
            other.join()
        return accounts.create_user(identity, login_id)

    with override_settings(ITSME={**settings.ITSME, "CREATE_USER": slow}):
        assert [accounts.sign_in(identity, "slower")] == made
    assert get_user_model().objects.count() == 1


def too_young(identity: Identity, login_id: str) -> str:
    del identity, login_id
    raise Declined("too_young")


def explain(reason: str, locale: str) -> Message | None:
    return Message("Not yet", f"You are too young ({locale}).", "Good bye") if reason == "too_young" else None


def test_a_project_declines_and_says_why(visitor: Visitor) -> None:
    handlers = {"ON_IDENTITY": f"{__name__}.too_young", "EXPLAIN": f"{__name__}.explain"}
    with override_settings(ITSME={**settings.ITSME, **handlers}):
        page = visitor.get(visitor.log_in(locale="nl").headers["location"])
    assert "You are too young (nl)." in page.text
    assert visitor.who() == "user=None itsme=None"
