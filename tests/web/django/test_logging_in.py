"""A person logs in: over real HTTP, with the cookies of a browser."""

from collections.abc import Callable
from html import unescape

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import override_settings

from itsme_facade.flow.messages import LOCALES, message
from itsme_facade.sandbox import Sandbox
from itsme_facade.web.django.models import ItsmeAccount, Login
from tests.web.django.site import Visitor

NewVisitor = Callable[[], Visitor]


def users() -> int:
    return get_user_model().objects.count()


def test_a_person_logs_in_and_goes_to_where_they_wanted(visitor: Visitor) -> None:
    assert visitor.who() == "user=None itsme=None"
    answer = visitor.log_in(next="/inside")
    assert (answer.status_code, answer.headers["location"]) == (303, "/inside")
    user = get_user_model().objects.get()
    assert visitor.who() == f"user={user.pk} itsme={user.pk}"
    assert visitor.get("/inside").text == f"inside: {user.pk}"


def test_the_same_person_is_the_same_user_the_next_time(new_visitor: NewVisitor) -> None:
    first, second = new_visitor(), new_visitor()
    first.log_in()
    second.log_in(service="register")
    assert first.who() == second.who()
    assert users() == 1


def test_another_person_is_another_user(new_visitor: NewVisitor) -> None:
    first, second = new_visitor(), new_visitor()
    first.log_in("lucas")
    second.log_in("approves")
    assert first.who() != second.who()


def test_nobody_is_known_by_an_email_address(visitor: Visitor, sandbox: Sandbox) -> None:
    address = sandbox.person("lucas").details.email_address
    assert address
    somebody = User.objects.create_user("somebody", email=address)
    with override_settings(ITSME={**settings.ITSME, "SCOPES": ["profile", "email"]}):
        visitor.log_in()
    assert visitor.who() != f"user={somebody.pk} itsme={somebody.pk}"
    assert users() == 2


def test_who_makes_their_itsme_anew_is_a_new_user(new_visitor: NewVisitor, sandbox: Sandbox) -> None:
    first, second = new_visitor(), new_visitor()
    first.log_in()
    sandbox.person("lucas").make_account_anew()
    second.log_in()
    assert first.who() != second.who()


def test_the_session_has_another_key_after_the_login(visitor: Visitor) -> None:
    visitor.get("/remember?basket=apples")
    before = visitor.cookies["sessionid"]
    visitor.log_in()
    assert visitor.cookies["sessionid"] != before
    assert not Session.objects.filter(session_key=before).exists()
    assert visitor.get("/remember").text == "apples"


def test_a_session_that_somebody_else_prepared_signs_nobody_in(new_visitor: NewVisitor) -> None:
    attacker, victim = new_visitor(), new_visitor()
    attacker.get("/remember?basket=trap")
    victim.cookies.set("sessionid", attacker.cookies["sessionid"], domain="127.0.0.1")
    victim.log_in()
    assert attacker.who() == "user=None itsme=None"


def test_nothing_of_one_user_stays_in_the_session_of_the_next(visitor: Visitor) -> None:
    visitor.log_in("lucas")
    visitor.get("/remember?basket=apples")
    visitor.log_in("approves")
    assert visitor.get("/remember").text == ""


def test_a_double_click_on_the_way_back_signs_in_once_and_goes_on_twice(visitor: Visitor) -> None:
    login = visitor.start(next="/inside")
    visitor.sandbox.person("lucas").phone.approve(login)
    way_back = visitor.way_back(login)
    for _ in range(2):
        answer = visitor.get(way_back)
        assert (answer.status_code, answer.headers["location"]) == (303, "/inside")
    assert users() == 1
    assert visitor.sandbox.transaction(login).reads == 1


def test_after_a_logout_back_signs_nobody_in(visitor: Visitor) -> None:
    login = visitor.start()
    visitor.sandbox.person("lucas").phone.approve(login)
    visitor.get(visitor.way_back(login))
    answer = visitor.post_form("/itsme/logout")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert visitor.who() == "user=None itsme=None"
    visitor.get(visitor.way_back(login))
    assert visitor.who() == "user=None itsme=None"


def test_a_logout_by_a_view_of_django_holds_as_well(visitor: Visitor) -> None:
    login = visitor.start()
    visitor.sandbox.person("lucas").phone.approve(login)
    visitor.get(visitor.way_back(login))
    visitor.post_form("/django-logout")
    visitor.get(visitor.way_back(login))
    assert visitor.who() == "user=None itsme=None"


def test_a_logout_from_another_site_is_refused(visitor: Visitor) -> None:
    visitor.log_in()
    before = visitor.who()
    assert visitor.post("/itsme/logout").status_code == 403
    assert visitor.who() == before


def test_who_is_not_signed_in_is_sent_to_the_door(visitor: Visitor) -> None:
    answer = visitor.get("/inside")
    assert answer.headers["location"] == "/door?next=/inside"


def test_a_user_who_was_switched_off_is_not_signed_in(visitor: Visitor) -> None:
    visitor.log_in()
    get_user_model().objects.update(is_active=False)
    visitor.cookies.delete("sessionid")
    answer = visitor.log_in()
    page = visitor.get(answer.headers["location"])
    assert "We cannot sign you in" in page.text
    assert visitor.who() == "user=None itsme=None"


def test_a_user_who_is_switched_off_after_the_login_is_not_signed_in_again(visitor: Visitor) -> None:
    login = visitor.start()
    visitor.sandbox.person("lucas").phone.approve(login)
    visitor.get(visitor.way_back(login))
    visitor.cookies.delete("sessionid")
    get_user_model().objects.update(is_active=False)
    answer = visitor.get(visitor.way_back(login))
    assert answer.status_code == 303
    assert "state" not in answer.headers["location"]
    page = visitor.get(answer.headers["location"])
    assert page.status_code == 403
    assert "We cannot sign you in" in page.text


def test_the_login_ends_without_the_identity_in_any_table(visitor: Visitor, sandbox: Sandbox) -> None:
    visitor.log_in()
    login = Login.objects.get()
    assert (login.phase, bytes(login.answer), bytes(login.departure)) == ("delivered", b"", b"")
    account = ItsmeAccount.objects.get()
    assert (account.itsme_user_id, account.login_id) == (sandbox.person("lucas").user_id(), login.login_id)


@pytest.mark.parametrize("locale", LOCALES)
def test_who_cancels_is_told_in_their_language(visitor: Visitor, locale: str) -> None:
    login = visitor.start(locale=locale)
    visitor.sandbox.person("lucas").phone.refuse(login)
    answer = visitor.get(visitor.way_back(login))
    assert answer.status_code == 303
    assert "state" not in answer.headers["location"]
    page = visitor.get(answer.headers["location"])
    assert f'<html lang="{locale}">' in page.text
    assert message("cancelled", locale).title in unescape(page.text)
    assert Login.objects.get().login_id in page.text


def test_the_way_back_in_another_browser_signs_nobody_in(new_visitor: NewVisitor) -> None:
    one, other = new_visitor(), new_visitor()
    login = one.start(next="/inside")
    one.sandbox.person("lucas").phone.approve(login)
    answer = other.get(other.way_back(login))
    page = other.get(answer.headers["location"])
    assert page.status_code == 409
    assert "Go back to your other browser" in page.text
    assert other.who() == "user=None itsme=None"
    waiting = one.get(f"/itsme/wait?login={Login.objects.get().login_id}")
    assert one.get(one.way_back(login)).headers["location"] == "/inside" or waiting.status_code == 303
    assert one.who() != "user=None itsme=None"


def test_a_code_brings_it_to_the_browser_that_began(new_visitor: NewVisitor) -> None:
    with override_settings(ITSME={**settings.ITSME, "CODE_FOR_OTHER_BROWSER": True}):
        one, other = new_visitor(), new_visitor()
        login = one.start(next="/inside")
        one.sandbox.person("lucas").phone.approve(login)
        page = other.get(other.get(other.way_back(login)).headers["location"])
        code = page.text.split('class="itsme-code">')[1].split("<")[0]
        form = one.get(f"/itsme/wait?login={Login.objects.get().login_id}")
        assert "same-origin" in form.headers["referrer-policy"]
        assert 'name="csrfmiddlewaretoken"' in form.text
        answer = one.post_form("/itsme/wait", login=Login.objects.get().login_id, code=code)
        assert (answer.status_code, answer.headers["location"]) == (303, "/inside")
        assert one.who() != "user=None itsme=None"
