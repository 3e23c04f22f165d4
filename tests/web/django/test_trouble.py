"""CM, the database or the project's own code fails: nothing is lost, and nothing secret is told."""

import logging
from unittest.mock import patch

import httpx
import pytest
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import connections, transaction
from django.test import override_settings

from itsme_facade import Identity, StoreUnavailable
from itsme_facade.flow.messages import message
from itsme_facade.web.django import accounts, get_flow
from itsme_facade.web.django.models import Login
from tests.web.django.settings import FOLDER
from tests.web.django.site import Visitor

DOWN = "http://127.0.0.1:9/itsme/v1"  # nobody listens there


def nobody(visitor: Visitor) -> bool:
    return visitor.who() == "user=None itsme=None"


def test_cm_out_of_reach_at_the_start_is_told_with_a_button_to_try_again(visitor: Visitor) -> None:
    with override_settings(ITSME={**settings.ITSME, "BASE_URL": DOWN}):
        answer = visitor.post_form("/itsme/start", next="/inside")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert message("cm_down", "en").title in answer.text
    assert 'value="/inside"' in answer.text
    assert answer.headers["referrer-policy"] == "same-origin"


def test_cm_out_of_reach_on_the_way_back_consumes_nothing(visitor: Visitor) -> None:
    login = visitor.start()
    visitor.sandbox.person("lucas").phone.approve(login)
    with override_settings(ITSME={**settings.ITSME, "BASE_URL": DOWN}):
        answer = visitor.get(visitor.way_back(login))
    assert (answer.status_code, answer.headers["cache-control"]) == (503, "no-store")
    visitor.get(visitor.way_back(login))
    assert not nobody(visitor)


def test_a_database_out_of_reach_on_the_way_back_consumes_nothing(visitor: Visitor) -> None:
    login = visitor.start()
    visitor.sandbox.person("lucas").phone.approve(login)
    with connections["default"].cursor() as cursor:
        cursor.execute("ALTER TABLE itsme_django_login RENAME TO elsewhere")
        try:
            answer = visitor.get(visitor.way_back(login))
        finally:
            cursor.execute("ALTER TABLE elsewhere RENAME TO itsme_django_login")
    assert (answer.status_code, answer.headers["cache-control"]) == (503, "no-store")
    assert answer.headers["retry-after"]
    assert visitor.sandbox.transaction(login).reads == 0
    visitor.get(visitor.way_back(login))
    assert not nobody(visitor)


def test_sessions_out_of_reach_on_the_way_back_consume_nothing(visitor: Visitor) -> None:
    visitor.get("/remember?basket=apples")
    login = visitor.start()
    visitor.sandbox.person("lucas").phone.approve(login)
    with connections["default"].cursor() as cursor:
        cursor.execute("ALTER TABLE django_session RENAME TO elsewhere")
        try:
            answer = visitor.get(visitor.way_back(login), headers={"accept-language": "nl"})
        finally:
            cursor.execute("ALTER TABLE elsewhere RENAME TO django_session")
    assert (answer.status_code, answer.headers["cache-control"]) == (503, "no-store")
    assert message("store_down", "nl").title in answer.text
    assert visitor.sandbox.transaction(login).reads == 0
    visitor.get(visitor.way_back(login))
    assert not nobody(visitor)


def test_a_project_without_a_token_says_that_it_is_not_the_persons_fault(
    visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    with override_settings(ITSME={**settings.ITSME, "TOKEN": ""}):
        answer = visitor.post_form("/itsme/start")
    assert answer.status_code in {400, 500}
    assert "token" in caplog.text


def fails(identity: Identity, login_id: str) -> str:
    assert identity.name is not None
    given_name = identity.name.given
    raise ValueError(f"no room for {given_name} at {login_id}")


def failing(visitor: Visitor) -> tuple[str, httpx.Response]:
    """A login whose handler raises: its way back, and the answer to that."""
    with override_settings(ITSME={**settings.ITSME, "ON_IDENTITY": f"{__name__}.fails"}):
        login = visitor.start()
        visitor.sandbox.person("lucas").phone.approve(login)
        way_back = visitor.way_back(login)
        return way_back, visitor.get(way_back)


def test_a_handler_that_raises_loses_nothing(visitor: Visitor) -> None:
    way_back, answer = failing(visitor)
    assert answer.status_code == 500
    assert message("handler_failed", "en").title in answer.text
    assert Login.objects.get().login_id in answer.text
    visitor.get(way_back)
    assert not nobody(visitor)


def test_the_error_mail_shows_where_and_neither_secrets_nor_the_person(
    visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    from django.utils.log import AdminEmailHandler

    logger, handler = logging.getLogger("django.request"), AdminEmailHandler(include_html=True)
    logger.addHandler(handler)
    try:
        way_back, _ = failing(visitor)
    finally:
        logger.removeHandler(handler)
    (sent,) = mail.outbox
    assert isinstance(sent, EmailMultiAlternatives)
    told = f"{sent.subject}\n{sent.body}\n{sent.alternatives}"
    assert "ValueError" in told
    assert "in fails" in told
    hidden = [way_back.partition("state=")[2], "Lucas", "Maes", visitor.sandbox.token, settings.ITSME["KEYS"]]
    hidden += [value for name, value in visitor.cookies.items() if name.startswith("itsme-")]
    for secret in hidden:
        assert secret
        assert secret not in told
        assert secret not in caplog.text


def test_a_look_ahead_is_no_error_in_the_log(visitor: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    assert visitor.head(visitor.way_back(visitor.start())).status_code == 503
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_no_log_shows_a_secret_of_a_login(visitor: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("django.db.backends").setLevel(logging.INFO)  # what it shows is sealed; looked at elsewhere
    login = visitor.start()
    visitor.sandbox.person("lucas").phone.approve(login)
    way_back = visitor.way_back(login)
    visitor.get("/itsme/back/?" + way_back.partition("?")[2])  # 404
    visitor.post(way_back)  # 405
    visitor.get(way_back)
    ours = [record for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    told = "\n".join(f"{record.getMessage()} {record.__dict__.get('request', '')}" for record in ours)
    assert "Method Not Allowed" in told
    state = way_back.partition("state=")[2]
    for secret in [state, state.partition(".")[2], *visitor.cookies.values(), "Maes"]:
        assert secret not in told.replace("/itsme/back/?state=" + state, "")


def test_the_database_file_and_its_log_hold_no_secret_and_no_person(visitor: Visitor) -> None:
    own = {"SCOPES": ["profile", "email", "phone", "address"], "ON_IDENTITY": f"{__name__}.fails"}
    secrets = [visitor.sandbox.token.encode(), b"Lucas", b"Maes", b"Tongeren", b"TONGEREN"]
    with override_settings(ITSME={**settings.ITSME, **own}):
        for approve in (True, False):
            login = visitor.start()
            transaction_ = visitor.sandbox.world.transaction(login.rpartition("/")[2])
            way_back = visitor.way_back(login)
            secrets += [way_back.partition("state=")[2].encode(), transaction_.token.encode()]
            if approve:
                visitor.sandbox.person("lucas").phone.approve(login)
                assert visitor.get(way_back).status_code == 500
    secrets += [value.encode() for name, value in visitor.cookies.items() if name.startswith("itsme-")]
    assert {each.phase for each in Login.objects.all()} == {"captured", "started"}
    files = [path for path in FOLDER.iterdir() if path.name.startswith("database")]
    assert {path.name for path in files} == {"database.sqlite3", "database.sqlite3-shm", "database.sqlite3-wal"}
    for path in files:
        content = path.read_bytes()
        for secret in secrets:
            assert len(secret) > 3
            assert secret not in content


def atomic(identity: Identity, login_id: str) -> str:
    assert not transaction.get_connection().in_atomic_block
    return accounts.sign_in(identity, login_id)


@pytest.fixture
def atomic_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    for entry in (connections.settings["default"], connections["default"].settings_dict):
        monkeypatch.setitem(entry, "ATOMIC_REQUESTS", True)


@pytest.mark.usefixtures("atomic_requests")
def test_atomic_requests_hold_nothing_back(visitor: Visitor) -> None:
    assert visitor.get("/atomic").text == "True"
    with override_settings(ITSME={**settings.ITSME, "ON_IDENTITY": f"{__name__}.atomic"}):
        assert visitor.log_in(next="/inside").headers["location"] == "/inside"
    assert not nobody(visitor)


@pytest.mark.usefixtures("atomic_requests")
@pytest.mark.parametrize("view", ["/django-logout", "/itsme/logout"])
def test_a_logout_holds_with_atomic_requests_too(visitor: Visitor, view: str) -> None:
    login = visitor.start()
    visitor.sandbox.person("lucas").phone.approve(login)
    visitor.get(visitor.way_back(login))
    visitor.post_form(view)
    assert Login.objects.get().signed_out
    visitor.get(visitor.way_back(login))
    assert nobody(visitor)


def test_the_flow_is_made_again_after_it_could_not_be_opened(site: str) -> None:
    del site
    not_now = patch("itsme_facade.web.django.store.DjangoStore.open", side_effect=StoreUnavailable("not now"))
    with not_now, pytest.raises(StoreUnavailable):
        get_flow()
    assert get_flow() is get_flow()
