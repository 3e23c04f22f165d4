"""What the API page says before its first heading, and where the API is."""

from operator import attrgetter
from typing import Any

import pytest

from itsme_facade import InvalidArguments, Itsme, Open, Outcome, Success
from itsme_facade.sandbox import Sandbox
from tests.sandbox.relying_party import RelyingParty

BACK = "https://shop.example/itsme/back"
SCOPES = ["profile", "email", "phone", "address"]


def visit(itsme: Itsme, sandbox: Sandbox, person: str, service: str = "login") -> Success:
    started = getattr(itsme, service)(BACK, scopes=SCOPES)
    sandbox.person(person).phone.approve(started.authentication_url)
    result = itsme.status(started)
    assert isinstance(result, Success)
    return result


def test_each_person_has_one_identity_of_their_own_on_their_phone(itsme: Itsme, sandbox: Sandbox) -> None:
    people = ["lucas", "year-only", "east-belgium"]
    first, second = ([visit(itsme, sandbox, person).identity for person in people] for _ in range(2))
    user_ids = [identity and identity.user_id for identity in first]
    assert None not in user_ids
    assert len(set(user_ids)) == len(people)
    assert [identity and identity.user_id for identity in second] == user_ids
    assert len({sandbox.person(person).phone.number for person in people}) == len(people)


@pytest.mark.parametrize("service", ["login", "register"])
def test_one_method_serves_for_logging_in_and_for_making_an_account(
    itsme: Itsme, sandbox: Sandbox, service: str
) -> None:
    result = visit(itsme, sandbox, "lucas", service)
    assert result.identity is not None
    assert result.identity.user_id == sandbox.person("lucas").user_id(sandbox.token)


def test_confirming_a_payment_is_no_service_of_this_api(
    itsme: Itsme, shop: RelyingParty, schemas: dict[str, Any]
) -> None:
    answer = shop.post(shop.request(service="payment"))
    assert answer.status_code == 400
    assert schemas["Service"]["enum"] == ["login", "register"]
    assert not hasattr(itsme, "confirm")


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("name.full", "Lucas Maes"),
        ("address.city", "Bruxelles"),
        ("birthdate.year", 1974),
        ("gender", "male"),
        ("locale", "nl"),
        ("phone_number", "+32471234567"),
        ("email_address", "lucas.maes@mail.example"),
    ],
)
def test_more_than_the_identification_can_be_provided(itsme: Itsme, sandbox: Sandbox, what: str, value: object) -> None:
    assert attrgetter(what)(visit(itsme, sandbox, "lucas").identity) == value


def test_nothing_is_provided_before_the_person_agrees(itsme: Itsme) -> None:
    result = itsme.status(itsme.register(BACK, scopes=SCOPES, phone_number="+32471234567"))
    assert isinstance(result, Open)
    assert result.identity is None


def test_nothing_is_provided_when_the_person_does_not_agree(itsme: Itsme, sandbox: Sandbox) -> None:
    started = itsme.register(BACK, scopes=SCOPES)
    sandbox.person("lucas").phone.refuse(started.authentication_url)
    result = itsme.status(started)
    assert result.identity is None
    assert b"Lucas" not in result.raw.body


def test_a_person_who_agrees_has_the_information_provided(itsme: Itsme, sandbox: Sandbox) -> None:
    assert visit(itsme, sandbox, "lucas").outcome is Outcome.GIVEN


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ("production", "https://api.cmdisp.com/itsme/v1"),
        ("sandbox", "https://api.sandbox.cmdisp.com/itsme/v1"),
    ],
)
def test_each_environment_has_its_base_url(contract: dict[str, Any], environment: str, address: str) -> None:
    token = "00000000-0000-0000-0000-000000000000"
    assert address in {server["url"] for server in contract["servers"]}
    assert f"base_url='{address}'" in repr(Itsme(token, environment=environment))


def test_production_is_the_environment_unless_another_is_named() -> None:
    token = "00000000-0000-0000-0000-000000000000"
    assert repr(Itsme(token)) == repr(Itsme(token, environment="production"))
    with pytest.raises(InvalidArguments, match="environment"):
        Itsme(token, environment="test")
