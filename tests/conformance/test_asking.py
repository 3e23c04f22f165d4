"""Asking for the status: the request, the five words, and that the information is given once."""

from typing import Any

import pytest

from itsme_facade import (
    Cancelled,
    Expired,
    Failed,
    Identity,
    Itsme,
    Open,
    Outcome,
    Scope,
    ServerFailed,
    Started,
    Status,
    Success,
)
from itsme_facade.sandbox import Sandbox
from tests.conformance.conftest import Canned, Recorder
from tests.sandbox.relying_party import RelyingParty, end

BACK = "https://shop.example/itsme/back"
RESULTS = {"open": Open, "success": Success, "cancelled": Cancelled, "failure": Failed, "expired": Expired}


@pytest.fixture
def operation(contract: dict[str, Any]) -> dict[str, Any]:
    return contract["paths"]["/status/{transactionToken}"]["get"]  # type: ignore[no-any-return]


@pytest.fixture
def started(itsme: Itsme) -> Started:
    return itsme.login(BACK, scopes=list(Scope))


def test_asking_is_a_get_of_the_status_under_the_transaction_token(
    itsme: Itsme, started: Started, sandbox: Sandbox, recorder: Recorder, contract: dict[str, Any]
) -> None:
    itsme.status(started)
    request = recorder.sent[-1]
    assert request.method == "GET"
    assert str(request.url) == f"{sandbox.api_url}/status/{started.transaction_token}"
    assert request.content == b""
    assert set(contract["paths"]["/status/{transactionToken}"]) == {"get"}


def test_the_parameter_is_the_token_that_creating_returned(
    shop: RelyingParty, sandbox: Sandbox, operation: dict[str, Any]
) -> None:
    first, second = shop.create(), shop.create()
    sandbox.fail(second["authenticationUrl"])
    assert shop.status(first) == {"status": "open"}
    assert shop.status(second) == {"status": "failure"}
    (parameter,) = operation["parameters"]
    assert (parameter["name"], parameter["in"], parameter["required"]) == ("transactionToken", "path", True)


@pytest.mark.parametrize("status", list(Status))
def test_the_status_is_one_of_five_words(
    itsme: Itsme, started: Started, sandbox: Sandbox, schemas: dict[str, Any], status: Status
) -> None:
    if status is not Status.OPEN:
        end(sandbox, started.authentication_url, status)
    result = itsme.status(started)
    assert type(result) is RESULTS[status]
    assert result.status == status
    assert schemas["Status"]["enum"] == list(RESULTS)


@pytest.mark.parametrize("status", list(Status))
def test_the_status_is_always_returned(
    shop: RelyingParty, sandbox: Sandbox, schemas: dict[str, Any], status: Status
) -> None:
    transaction = shop.create(scopes=["profile"])
    if status is not Status.OPEN:
        end(sandbox, transaction["authenticationUrl"], status)
    assert [shop.status(transaction)["status"] for _ in range(3)] == [status] * 3
    assert schemas["StatusAnswer"]["required"] == ["status"]


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.SUCCESS])
def test_without_success_no_information_comes(itsme: Itsme, started: Started, sandbox: Sandbox, status: Status) -> None:
    if status is not Status.OPEN:
        end(sandbox, started.authentication_url, status)
    result = itsme.status(started)
    assert result.identity is None
    assert result.raw.body == f'{{"status":"{status}"}}'.encode()


def test_with_success_the_information_comes(itsme: Itsme, started: Started, sandbox: Sandbox) -> None:
    end(sandbox, started.authentication_url, "success")
    identity = itsme.status(started).identity
    assert identity is not None
    assert identity.to_dict().keys() == {
        "user_id", "name", "gender", "birthdate", "locale", "phone_number", "email_address", "address",
    }  # fmt: skip


def test_information_is_provided_once_per_transaction(itsme: Itsme, started: Started, sandbox: Sandbox) -> None:
    end(sandbox, started.authentication_url, "success")
    first, second, third = (itsme.status(started) for _ in range(3))
    assert first.identity is not None
    for result in (second, third):
        assert isinstance(result, Success)
        assert result.identity is None
        assert result.outcome is Outcome.ALREADY_GIVEN


def test_a_new_transaction_of_the_same_person_provides_the_information_again(itsme: Itsme, sandbox: Sandbox) -> None:
    identities: list[Identity | None] = []
    for _ in range(2):
        started = itsme.login(BACK, scopes=["profile"])
        sandbox.person("lucas").phone.approve(started.authentication_url)
        identities.append(itsme.status(started).identity)
    assert identities[0] is not None
    assert identities[0] == identities[1]


def test_asking_while_it_is_open_uses_nothing_up(itsme: Itsme, started: Started, sandbox: Sandbox) -> None:
    assert isinstance(itsme.status(started), Open)
    end(sandbox, started.authentication_url, "success")
    assert itsme.status(started).identity is not None


def test_200_means_that_the_body_says_how_it_is(shop: RelyingParty, operation: dict[str, Any]) -> None:
    answer = shop.ask(shop.create())
    assert answer.status_code == 200
    assert answer.json()["status"] == "open"
    assert "200" in operation["responses"]


def test_200_alone_is_no_success(canned: Canned) -> None:
    assert type(canned(200, {"status": "cancelled"}).status("t0k3n")) is Cancelled


def test_500_means_that_the_server_went_wrong(canned: Canned, operation: dict[str, Any]) -> None:
    with pytest.raises(ServerFailed) as caught:
        canned(500, {"status": 500, "message": "no"}).status("t0k3n")
    assert caught.value.status_code == 500
    assert "500" in operation["responses"]
