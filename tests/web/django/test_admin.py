"""The admin: to look at, without anything sealed or personal, and without anything to change."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from itsme_facade.sandbox import Sandbox
from itsme_facade.web.django.models import ItsmeAccount, Login
from tests.web.django.site import Visitor

PAGES = ("/admin/itsme/login/", "/admin/itsme/itsmeaccount/")


@pytest.fixture
def boss() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("boss"))
    return client


def test_it_shows_how_logins_stand_and_nothing_else(visitor: Visitor, sandbox: Sandbox, boss: Client) -> None:
    visitor.log_in()
    visitor.start()
    login, account = Login.objects.get(phase="delivered"), ItsmeAccount.objects.get()
    pages = [*PAGES, f"{PAGES[0]}{login.pk}/change/", f"{PAGES[1]}{account.pk}/change/"]
    shown = "".join(boss.get(page, follow=True).content.decode() for page in pages)
    assert login.login_id in shown
    assert "started" in shown
    hidden = [sandbox.person("lucas").user_id(), "Lucas", "gAAAA", bytes(login.state_digest).hex()[:16]]
    hidden += [value for name, value in visitor.cookies.items() if name.startswith("itsme-")]
    for secret in hidden:
        assert secret not in shown


def test_nothing_can_be_added_changed_or_deleted(visitor: Visitor, boss: Client) -> None:
    visitor.log_in()
    login, account = Login.objects.get(), ItsmeAccount.objects.get()
    for page, pk in zip(PAGES, (login.pk, account.pk), strict=True):
        assert boss.get(f"{page}add/").status_code == 403
        assert boss.post(f"{page}{pk}/change/", {"phase": "started"}).status_code == 403
        assert boss.post(f"{page}{pk}/delete/", {"post": "yes"}).status_code == 403
        assert boss.post(page, {"action": "delete_selected", "_selected_action": pk}).status_code in {200, 302}
    assert Login.objects.get().phase == "delivered"
    assert ItsmeAccount.objects.exists()


def test_what_is_printed_of_them_is_neither_secret_nor_personal(visitor: Visitor, sandbox: Sandbox) -> None:
    visitor.log_in()
    login, account = Login.objects.get(), ItsmeAccount.objects.get()
    assert str(login) == login.login_id
    assert repr(login) == f"<Login: {login.login_id}>"
    assert sandbox.person("lucas").user_id() not in f"{account} {account!r}"
