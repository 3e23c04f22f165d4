"""Where the API is, who asks and how long it may take: from arguments or from the environment."""

import math
from typing import Any

import pytest

from itsme_facade import AsyncItsme, InvalidArguments, Itsme, Problem, Timeouts
from itsme_facade.settings import ENVIRONMENTS, from_environment, resolve, wrong_base_url
from tests.facade.calls import refused
from tests.facade.values import GUID


def test_the_environment_is_production_unless_given() -> None:
    assert resolve(token=GUID).base_url == ENVIRONMENTS["production"]
    assert resolve(token=GUID, environment="sandbox").base_url == ENVIRONMENTS["sandbox"]


def test_a_base_url_stands_instead_of_an_environment() -> None:
    assert resolve(token=GUID, base_url="http://127.0.0.1:8000/").base_url == "http://127.0.0.1:8000"


@pytest.mark.parametrize("token", [GUID.upper(), "0A1B2C3D-aaaa-BBBB-cccc-0123456789ab"])
def test_a_token_is_a_guid_in_either_case(token: str) -> None:
    assert resolve(token=token).token == token


@pytest.mark.parametrize("wrong", ["", "abc", GUID[:-1], GUID + "0", GUID.replace("-", ""), f"{{{GUID}}}", f"{GUID}\n"])
def test_a_token_that_is_no_guid_is_refused_and_not_shown(wrong: str) -> None:
    with pytest.raises(InvalidArguments) as caught:
        Itsme(wrong)
    assert caught.value.problems == (Problem("token", f"not a GUID like {GUID}"),)


@pytest.mark.parametrize("wrong", ["http://api.example", "api.example", "https://a.example/?q", "https://a.example/#f"])
def test_plain_http_to_another_machine_and_addresses_with_more_than_a_path_are_no_base_url(wrong: str) -> None:
    assert wrong_base_url(wrong) is not None


def test_settings_come_from_the_variables_of_the_environment() -> None:
    settings = from_environment(
        {"ITSME_TOKEN": GUID, "ITSME_BASE_URL": "http://localhost:1", "ITSME_TIMEOUT": "2.5", "ITSME_ENVIRONMENT": ""}
    )
    assert (settings.token, settings.base_url, settings.timeouts.total) == (GUID, "http://localhost:1", 2.5)


def test_the_processs_own_environment_is_read_unless_another_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ITSME_TOKEN", GUID)
    monkeypatch.setenv("ITSME_ENVIRONMENT", "sandbox")
    for kind in (Itsme, AsyncItsme):
        assert ENVIRONMENTS["sandbox"] in repr(kind.from_env())


@pytest.mark.parametrize("blank", ["", " ", "\n"])
def test_a_blank_variable_is_as_good_as_none_and_space_around_a_value_does_not_count(blank: str) -> None:
    names = ("ITSME_ENVIRONMENT", "ITSME_BASE_URL", "ITSME_TIMEOUT")
    assert from_environment({"ITSME_TOKEN": f"{GUID}{blank}", **dict.fromkeys(names, blank)}) == resolve(token=GUID)


def test_wrong_variables_are_named_all_at_once_as_variables() -> None:
    with pytest.raises(InvalidArguments) as caught:
        from_environment({"ITSME_ENVIRONMENT": "test", "ITSME_TIMEOUT": "soon"})
    assert caught.value.problems == (
        Problem("ITSME_TOKEN", "not set"),
        Problem("ITSME_ENVIRONMENT", "not one of production, sandbox"),
        Problem("ITSME_TIMEOUT", "not a number of seconds above 0"),
    )


# time limits


def test_every_call_has_finite_limits_unless_others_are_given() -> None:
    limits = resolve(token=GUID).timeouts
    assert (limits.total, limits.connect) == (30.0, 5.0)


def test_a_number_limits_the_whole_call_and_the_connecting_with_it() -> None:
    limits = resolve(token=GUID, timeout=2).timeouts
    assert (limits.total, limits.connect) == (2, 2)


def test_limits_can_be_given_one_by_one() -> None:
    limits = Timeouts(total=10, connect=1, read=3)
    assert resolve(token=GUID, timeout=limits).timeouts == limits


@pytest.mark.parametrize(
    "wrong", [0, -1, math.nan, math.inf, True, "5", [5], 1e300, pytest.param(10**400, id="1" + "0" * 9)]
)
def test_a_limit_that_is_no_number_of_seconds_above_0_is_refused(wrong: Any) -> None:
    assert refused(timeout=wrong) == {"timeout": "not a number of seconds above 0"}
    with pytest.raises(InvalidArguments) as caught:
        Timeouts(total=wrong, connect=wrong)
    assert [problem.argument for problem in caught.value.problems] == ["timeout.total", "timeout.connect"]
