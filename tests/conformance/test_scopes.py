"""The four scopes: which information each of them requests."""

from typing import Any

import pytest

from itsme_facade import InvalidArguments, Itsme, Scope
from itsme_facade.sandbox import Sandbox
from tests.sandbox.relying_party import RelyingParty

BACK = "https://shop.example/itsme/back"
GIVEN_BY = {
    "profile": {"name", "gender", "locale", "birthdate"},
    "email": {"emailAddress"},
    "phone": {"phoneNumber"},
    "address": {"address"},
}


@pytest.mark.parametrize("scope", list(Scope))
def test_a_scope_requests_its_information_and_no_other(shop: RelyingParty, sandbox: Sandbox, scope: Scope) -> None:
    transaction = shop.create(scopes=[scope])
    sandbox.person("lucas").phone.approve(transaction["authenticationUrl"])
    assert set(shop.status(transaction)) - {"status", "userId"} == GIVEN_BY[scope]


@pytest.mark.parametrize("field", ["name", "gender", "locale", "birthdate"])
def test_the_profile_scope_requests(shop: RelyingParty, sandbox: Sandbox, field: str) -> None:
    with_it, without = shop.create(scopes=["profile"]), shop.create(scopes=["email", "phone", "address"])
    for transaction in (with_it, without):
        sandbox.person("lucas").phone.approve(transaction["authenticationUrl"])
    assert field in shop.status(with_it)
    assert field not in shop.status(without)


@pytest.mark.parametrize("field", ["streetAddress", "postalCode", "city", "countryCode"])
def test_the_address_scope_requests(shop: RelyingParty, sandbox: Sandbox, field: str) -> None:
    with_it, without = shop.create(scopes=["address"]), shop.create(scopes=["profile", "email", "phone"])
    for transaction in (with_it, without):
        sandbox.person("lucas").phone.approve(transaction["authenticationUrl"])
    assert shop.status(with_it)["address"][field]
    assert "address" not in shop.status(without)


def test_scopes_are_a_list_of_the_four_documented_words(
    itsme: Itsme, shop: RelyingParty, schemas: dict[str, Any]
) -> None:
    assert schemas["TransactionRequest"]["properties"]["scopes"]["type"] == "array"
    assert schemas["Scope"]["enum"] == ["profile", "email", "phone", "address"]
    assert set(Scope) == set(schemas["Scope"]["enum"])
    assert shop.post(shop.request(scopes="profile")).status_code == 400
    assert shop.post(shop.request(scopes=["openid"])).status_code == 400
    with pytest.raises(InvalidArguments, match="scopes"):
        itsme.login(BACK, scopes=["openid"])


@pytest.mark.parametrize("wanted", [[], ["email"], ["profile", "phone"], ["address", "email", "phone"]])
def test_the_information_depends_on_the_scopes(itsme: Itsme, sandbox: Sandbox, wanted: list[str]) -> None:
    started = itsme.login(BACK, scopes=wanted)
    sandbox.person("lucas").phone.approve(started.authentication_url)
    identity = itsme.status(started).identity
    assert identity is not None
    assert (identity.name is not None) == ("profile" in wanted)
    assert (identity.email_address is not None) == ("email" in wanted)
    assert (identity.phone_number is not None) == ("phone" in wanted)
    assert (identity.address is not None) == ("address" in wanted)
