"""The information about a person, field by field."""

import re
from datetime import date
from typing import Any

import pytest

from itsme_facade import Identity, Itsme, PartialDate, Success
from itsme_facade.sandbox import Sandbox
from tests.conformance.conftest import Canned
from tests.contract.documents import faults
from tests.sandbox.relying_party import Json, RelyingParty

BACK = "https://shop.example/itsme/back"
EXAMPLE: Json = {
    "status": "success",
    "userId": "QC1JJ6AgPTnDWTP3p6p3S1kMzPkLCVN41vzfaTxw",
    "name": {"givenName": "Lucas", "familyName": "Maes", "fullName": "Lucas Maes"},
    "gender": "male",
    "birthdate": "1974-01-31",
    "locale": "nl",
    "phoneNumber": "+32471234567",
    "emailAddress": "lucas.maes@mail.example",
    "address": {"streetAddress": "Rue Neuve 1", "postalCode": "1000", "city": "Bruxelles", "countryCode": "BE"},
}


def identity_in(itsme: Itsme) -> Identity:
    identity = itsme.status("t0k3n").identity
    assert identity is not None
    return identity


def given(shop: RelyingParty, sandbox: Sandbox, person: str) -> Json:
    transaction = shop.create(scopes=["profile", "email", "phone", "address"])
    sandbox.person(person).phone.approve(transaction["authenticationUrl"])
    return shop.status(transaction)


def test_the_pages_example_answer_is_read_field_by_field(canned: Canned) -> None:
    assert faults("StatusAnswer", EXAMPLE) == []
    result = canned(200, EXAMPLE).status("t0k3n")
    assert isinstance(result, Success)
    assert result.identity is not None
    assert result.identity.to_dict() == {
        "user_id": "QC1JJ6AgPTnDWTP3p6p3S1kMzPkLCVN41vzfaTxw",
        "name": {"given": "Lucas", "family": "Maes", "full": "Lucas Maes"},
        "gender": "male",
        "birthdate": "1974-01-31",
        "locale": "nl",
        "phone_number": "+32471234567",
        "email_address": "lucas.maes@mail.example",
        "address": {
            "street": ["Rue Neuve 1"],
            "postal_code": "1000",
            "city": "Bruxelles",
            "country_code": "BE",
        },
    }


def test_the_user_id_is_unique_per_person(shop: RelyingParty, sandbox: Sandbox) -> None:
    people = [person.id for person in sandbox.people if not person.details.behaviour][:12]
    user_ids = [given(shop, sandbox, person)["userId"] for person in people if person != "blocked"]
    assert len(set(user_ids)) == len(user_ids) > 10


def test_the_user_id_is_the_same_in_every_transaction(itsme: Itsme, sandbox: Sandbox) -> None:
    user_ids: set[str | None] = set()
    for start, scopes in ((itsme.register, ["profile"]), (itsme.login, ["email"]), (itsme.login, [])):
        started = start(BACK, scopes=scopes)
        sandbox.person("lucas").phone.approve(started.authentication_url)
        identity = itsme.status(started).identity
        assert identity is not None
        user_ids.add(identity.user_id)
    assert user_ids == {sandbox.person("lucas").user_id()}


def test_the_given_name_is_the_first_name(canned: Canned) -> None:
    name = identity_in(canned(200, {**EXAMPLE, "name": {"givenName": "John Matthew A"}})).name
    assert name is not None
    assert (name.given, name.family, name.full) == ("John Matthew A", None, None)


def test_the_family_name_is_the_last_name(canned: Canned) -> None:
    name = identity_in(canned(200, {**EXAMPLE, "name": {"familyName": "Van den Berghe"}})).name
    assert name is not None
    assert (name.given, name.family, name.full) == (None, "Van den Berghe", None)


def test_the_full_name_is_made_of_the_first_and_the_last(shop: RelyingParty, sandbox: Sandbox) -> None:
    for person in ("lucas", "many-names", "non-ascii"):
        name = given(shop, sandbox, person)["name"]
        assert name["fullName"] == f"{name['givenName']} {name['familyName']}"


@pytest.mark.parametrize(("person", "gender"), [("lucas", "male"), ("year-only", "female")])
def test_the_gender_is_male_or_female(
    itsme: Itsme, sandbox: Sandbox, schemas: dict[str, Any], person: str, gender: str
) -> None:
    started = itsme.login(BACK, scopes=["profile"])
    sandbox.person(person).phone.approve(started.authentication_url)
    identity = itsme.status(started).identity
    assert identity is not None
    assert identity.gender == gender
    assert schemas["Gender"]["enum"] == ["male", "female"]


def test_the_birth_date_is_an_iso_8601_date(shop: RelyingParty, sandbox: Sandbox, canned: Canned) -> None:
    text = given(shop, sandbox, "lucas")["birthdate"]
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", text)
    assert date.fromisoformat(text) == date(1974, 1, 31)
    born = identity_in(canned(200, {**EXAMPLE, "birthdate": text})).birthdate
    assert born is not None
    assert born == PartialDate(1974, 1, 31)
    assert born.exact == date(1974, 1, 31)


@pytest.mark.parametrize("locale", ["en", "nl", "fr", "de"])
def test_the_persons_locale_is_one_of_four(shop: RelyingParty, sandbox: Sandbox, canned: Canned, locale: str) -> None:
    person = next(person.id for person in sandbox.people if person.details.locale == locale)
    assert given(shop, sandbox, person)["locale"] == locale
    assert identity_in(canned(200, {**EXAMPLE, "locale": locale})).locale == locale


def test_the_persons_phone_number_is_in_international_e164_format(
    shop: RelyingParty, sandbox: Sandbox, canned: Canned
) -> None:
    number = given(shop, sandbox, "foreign-document")["phoneNumber"]
    assert re.fullmatch(r"\+[1-9]\d{6,14}", number)
    assert number.startswith("+31")
    assert identity_in(canned(200, {**EXAMPLE, "phoneNumber": number})).phone_number == number


def test_the_email_address_is_an_email_address(shop: RelyingParty, sandbox: Sandbox, schemas: dict[str, Any]) -> None:
    assert re.fullmatch(r"[^@\s]+@[^@\s]+", given(shop, sandbox, "lucas")["emailAddress"])
    assert schemas["StatusAnswer"]["properties"]["emailAddress"]["format"] == "email"


def test_the_address_is_the_legal_one_in_four_parts(shop: RelyingParty, sandbox: Sandbox) -> None:
    known = sandbox.person("east-belgium").details.address
    assert known is not None
    assert given(shop, sandbox, "east-belgium")["address"] == {
        "streetAddress": known.street,
        "postalCode": known.postal_code,
        "city": known.city,
        "countryCode": known.country_code,
    }


def test_a_street_may_have_several_lines_with_newlines_between(
    shop: RelyingParty, sandbox: Sandbox, canned: Canned
) -> None:
    address = given(shop, sandbox, "two-line-street")["address"]
    assert address["streetAddress"] == "Residentie Zeezicht\nZeedijk 120 bus 0402"
    read = identity_in(canned(200, {**EXAMPLE, "address": address})).address
    assert read is not None
    assert read.street == ("Residentie Zeezicht", "Zeedijk 120 bus 0402")


def test_the_postal_code_is_text(shop: RelyingParty, sandbox: Sandbox) -> None:
    assert given(shop, sandbox, "lucas")["address"]["postalCode"] == "1000"


@pytest.mark.parametrize("city", ["Bruxelles", "Brussel", "TONGEREN"])
def test_the_city_is_a_name(canned: Canned, city: str) -> None:
    address = identity_in(canned(200, {**EXAMPLE, "address": {"city": city}})).address
    assert address is not None
    assert address.city == city


def test_the_country_is_two_letters_of_iso_3166(shop: RelyingParty, sandbox: Sandbox, canned: Canned) -> None:
    assert given(shop, sandbox, "lucas")["address"]["countryCode"] == "BE"
    address = identity_in(canned(200, {**EXAMPLE, "address": {"countryCode": "NL"}})).address
    assert address is not None
    assert address.country_code == "NL"
