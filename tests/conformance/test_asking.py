"""Asking for the status: the request, the answer field by field, and what is given once."""

import re
from datetime import date
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
    PartialDate,
    Scope,
    ServerFailed,
    Started,
    Status,
    Success,
)
from itsme_facade.sandbox import Sandbox
from tests.conformance.conftest import Canned, Recorder
from tests.contract.documents import faults
from tests.sandbox.relying_party import Json, RelyingParty, end

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
RESULTS = {"open": Open, "success": Success, "cancelled": Cancelled, "failure": Failed, "expired": Expired}


@pytest.fixture
def operation(contract: dict[str, Any]) -> dict[str, Any]:
    return contract["paths"]["/status/{transactionToken}"]["get"]  # type: ignore[no-any-return]


@pytest.fixture
def started(itsme: Itsme) -> Started:
    return itsme.login(BACK, scopes=list(Scope))


def identity_in(itsme: Itsme) -> Identity:
    identity = itsme.status("t0k3n").identity
    assert identity is not None
    return identity


def given(shop: RelyingParty, sandbox: Sandbox, person: str) -> Json:
    transaction = shop.create(scopes=["profile", "email", "phone", "address"])
    sandbox.person(person).phone.approve(transaction["authenticationUrl"])
    return shop.status(transaction)


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
