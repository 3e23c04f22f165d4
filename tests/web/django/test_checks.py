"""`python manage.py check` names what is wrong, and says what to write."""

from typing import Any

import pytest
from django.conf import settings
from django.core.checks import CheckMessage, run_checks
from django.db import connections
from django.middleware import csrf
from django.test import override_settings

from itsme_facade.flow import StartLimits
from itsme_facade.web.django import checks, conf
from tests.web.django import project

SQLITE = "django.db.backends.sqlite3"
GOOD = {
    "TOKEN": "00000000-0000-0000-0000-000000000000",
    "KEYS": "mJ0ZTzqEkXyPQz1EwbGBRuqHWl6Jrr7WlnWTFzW6LqA=",
    "REDIRECT_URL": "https://www.example.com/itsme/back",
}


@pytest.fixture(autouse=True)
def nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in conf.FROM_ENVIRONMENT.values():
        monkeypatch.delenv(variable, raising=False)


def found(**changed: Any) -> dict[str, CheckMessage]:
    """What the checks find, by id, with a good setting that is changed like this; None takes a key away."""
    setting = {key: value for key, value in {**GOOD, **changed}.items() if value is not None}
    with override_settings(ITSME=setting):
        return by_id()


def by_id(*, deploy: bool = False) -> dict[str, CheckMessage]:
    return {str(message.id): message for message in run_checks(tags=["itsme"], include_deployment_checks=deploy)}


def test_a_good_setting_has_nothing_wrong() -> None:
    assert found() == {}


def test_without_any_setting_what_is_missing_is_named() -> None:
    with override_settings(ITSME={}):
        messages = by_id()
    assert set(messages) == {"itsme.E003", "itsme.E004", "itsme.E005"}
    assert messages["itsme.E003"].msg == 'ITSME["TOKEN"]: is not set.'
    assert messages["itsme.E003"].hint == "Or set ITSME_TOKEN."
    assert messages["itsme.E005"].msg == 'ITSME["REDIRECT_URL"] is not set.'


def test_the_environment_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for key, value in GOOD.items():
        monkeypatch.setenv(f"ITSME_{key}", f" {value}\n")
    with override_settings(ITSME={}):
        assert by_id() == {}


def test_the_setting_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ITSME_TOKEN", "nonsense")
    assert found() == {}


@pytest.mark.parametrize(
    ("key", "nearest"),
    [("ON_IDENTIY", "ON_IDENTITY"), ("redirect_url", "REDIRECT_URL"), ("KEY", "KEYS"), ("CREATE_USERS", "CREATE_USER")],
)
def test_an_unknown_key_is_named_with_the_nearest(key: str, nearest: str) -> None:
    message = found(**{key: "x"})["itsme.E001"]
    assert message.msg == f'ITSME["{key}"]: there is no such key.'
    assert message.hint == f"Did you mean {nearest}?"


def test_a_key_like_no_other_gets_the_whole_list() -> None:
    hint = found(XYZZY=1)["itsme.E001"].hint
    assert hint is not None
    assert "REDIRECT_URL" in hint


def test_a_setting_that_is_no_dictionary() -> None:
    with override_settings(ITSME=["TOKEN"]):
        assert set(by_id()) == {"itsme.E002"}


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("TOKEN", "secret-but-no-guid", "not a GUID"),
        ("ENVIRONMENT", "staging", "not one of production, sandbox"),
        ("BASE_URL", "http://api.example.com", "not https"),
        ("TIMEOUT", -1, "not a number of seconds"),
        ("TIMEOUT", "soon", "not a number of seconds"),
    ],
)
def test_what_the_client_cannot_take(key: str, value: object, says: str) -> None:
    message = found(**{key: value})["itsme.E003"]
    assert f'ITSME["{key}"]' in message.msg
    assert says in message.msg
    assert "secret-but-no-guid" not in f"{message.msg}{message.hint}"


def test_a_key_that_seals_nothing_is_not_shown() -> None:
    message = found(KEYS="short")["itsme.E004"]
    assert "no Fernet key" in message.msg
    assert "short" not in message.msg
    assert message.hint is not None
    assert "itsme keys new" in message.hint


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://www.example.com/itsme/back", "not https"),
        ("/itsme/back", "not an absolute URL"),
        ("https://www.example.com/itsme/return", "/itsme/return is not where itsme:back is"),
    ],
)
def test_an_address_that_nobody_comes_back_to(address: str, says: str) -> None:
    assert says in found(REDIRECT_URL=address)["itsme.E005"].msg


def test_an_address_behind_a_prefix_is_fine() -> None:
    assert found(REDIRECT_URL="https://www.example.com/shop/itsme/back") == {}


@pytest.mark.parametrize("key", ["ON_IDENTITY", "ON_LINK", "CREATE_USER"])
@pytest.mark.parametrize("path", ["no.such.module.function", "tests.web.django.urls.nothing", "os.path.sep", "os", 1])
def test_a_function_that_is_not_there(key: str, path: object) -> None:
    assert f'ITSME["{key}"]' in found(**{key: path})["itsme.E006"].msg


def test_a_database_that_is_not_there() -> None:
    message = found(DATABASE="logins")["itsme.E007"]
    assert "'logins' is not one of DATABASES" in message.msg
    assert message.hint == "These there are: default."


def test_a_database_that_is_not_supported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections["default"], "vendor", "mysql")
    assert "mysql is not supported" in found()["itsme.E007"].msg


def test_a_database_without_autocommit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connections["default"].settings_dict, "AUTOCOMMIT", False)
    assert "autocommit is off" in found()["itsme.E007"].msg


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("SCOPES", ["profile", "shoe size"], "not one of address, email, phone, profile"),
        ("SCOPES", "email", "not a list"),
        ("BINDING", "none", "neither both nor cookie"),
        ("NEXT_ORIGINS", ["//evil.test"], "not https"),
        ("LIMITS", StartLimits(browser="often"), "not a limit such as"),
    ],
)
def test_what_a_flow_cannot_be_made_of(key: str, value: object, says: str) -> None:
    assert says in found(**{key: value})["itsme.E014"].msg


def test_what_is_printed_of_the_setting_names_its_keys_only() -> None:
    with override_settings(ITSME=GOOD):
        assert repr(conf.read()) == "Conf(KEYS, REDIRECT_URL, TOKEN)"


def without(name: str, part: str) -> dict[str, object]:
    return {"ITSME": GOOD, name: [each for each in getattr(settings, name) if part not in each]}


@pytest.mark.parametrize(
    ("changed", "expected", "says"),
    [
        ("INSTALLED_APPS sessions", "itsme.E008", "django.contrib.sessions"),
        ("MIDDLEWARE SessionMiddleware", "itsme.E009", "SessionMiddleware"),
        ("MIDDLEWARE CsrfViewMiddleware", "itsme.E009", "other sites could start logins"),
        ("MIDDLEWARE AuthenticationMiddleware", "itsme.E009", "who is signed in"),
        ("AUTHENTICATION_BACKENDS Itsme", "itsme.E010", "No backend"),
    ],
)
def test_what_the_project_lacks(changed: str, expected: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, part = changed.split()
    # Past override_settings, which would load the apps anew.
    for key, value in without(name, part).items():
        monkeypatch.setattr(settings, key, value, raising=False)
    assert says in by_id()[expected].msg


def test_classes_derived_from_the_needed_ones_are_fine() -> None:
    middleware = [each.replace("django.middleware.csrf", __name__) for each in settings.MIDDLEWARE]
    with override_settings(ITSME=GOOD, MIDDLEWARE=middleware):
        assert by_id() == {}


class CsrfViewMiddleware(csrf.CsrfViewMiddleware):
    """A project's own."""


def test_templates_that_would_find_no_request() -> None:
    engine: dict[str, Any] = {**settings.TEMPLATES[0], "OPTIONS": {}}
    with override_settings(ITSME=GOOD, TEMPLATES=[engine]):
        hint = by_id()["itsme.E011"].hint
    assert hint is not None
    assert "django.template.context_processors.request" in hint


@pytest.mark.parametrize(
    ("urls", "expected"),
    [("django.contrib.auth.urls", {"itsme.E012"}), ("no.such.module", set[str]()), ("html", set[str]())],
)
def test_addresses_that_are_in_no_urlconf(urls: str, expected: set[str]) -> None:
    with override_settings(ITSME=GOOD, ROOT_URLCONF=urls):
        assert set(by_id()) == expected  # what is no URLconf at all is said by Django


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [("SECURE_REFERRER_POLICY", "no-referrer", "itsme.W001"), ("SESSION_COOKIE_SAMESITE", "Strict", "itsme.W002")],
)
def test_policies_that_break_logins_are_warned_of(name: str, value: str, expected: str) -> None:
    with override_settings(ITSME=GOOD, **{name: value}):
        assert set(by_id()) == {expected}


def test_a_site_on_the_internet_is_told_what_it_needs() -> None:
    with override_settings(ITSME={**GOOD, "ACCEPT_LOSS": True}):
        assert set(by_id(deploy=True)) == {"itsme.W003", "itsme.W004", "itsme.W005", "itsme.W007"}


def test_a_site_behind_a_proxy_is_told_to_say_where_people_come_from(monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = {"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"), "SESSION_COOKIE_SECURE": True}
    with override_settings(ITSME=GOOD, **proxy):
        assert set(by_id(deploy=True)) == {"itsme.W006", "itsme.W007"}
    monkeypatch.setitem(connections["default"].settings_dict, "OPTIONS", {"transaction_mode": "IMMEDIATE"})
    with override_settings(ITSME={**GOOD, "CLIENT_ADDRESS": "os.getcwd"}, **proxy):
        assert by_id(deploy=True) == {}


def test_a_durable_database_has_nothing_wrong() -> None:
    with override_settings(ITSME=GOOD):
        assert checks.check_database(databases=["default"]) == []
        assert checks.check_database(databases=None) == []


def test_a_database_that_is_not_durable_is_named_with_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    project.add_database("network", {"ENGINE": SQLITE, "NAME": ":memory:"})
    try:
        monkeypatch.setattr(connections["network"], "is_in_memory_db", lambda: False)  # as on a network share
        with override_settings(ITSME={**GOOD, "DATABASE": "network"}):
            (message,) = checks.check_database(databases=["network"])
        with override_settings(ITSME={**GOOD, "DATABASE": "network", "ACCEPT_LOSS": True}):
            assert checks.check_database(databases=["network"]) == []
    finally:
        monkeypatch.undo()
        project.forget_database("network")
    assert message.id == "itsme.E013"
    assert "journal_mode=WAL" in message.msg
    assert message.hint is not None
    assert "ACCEPT_LOSS" in message.hint


def test_the_databases_of_djangos_own_test_runs_hold_nobody_up() -> None:
    project.add_database("memory", {"ENGINE": SQLITE, "NAME": ":memory:"})
    try:
        with override_settings(ITSME={**GOOD, "DATABASE": "memory"}):
            assert checks.check_database(databases=["memory"]) == []
    finally:
        project.forget_database("memory")
