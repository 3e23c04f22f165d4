"""What a success gives, over real sockets: once, by scope, as the person has it, under a user id for this site only."""

import re
from datetime import date

import pytest

from itsme_facade.sandbox import Sandbox
from tests.sandbox.relying_party import ALL_SCOPES, Json, RelyingParty, first_answer

PROFILE = {"name", "gender", "birthdate", "locale"}


def test_a_success_gives_the_user_information_in_the_documented_fields(sandbox: Sandbox, shop: RelyingParty) -> None:
    answer = first_answer(sandbox, shop, scopes=ALL_SCOPES)
    user_id = answer.pop("userId")
    assert re.fullmatch(r"[A-Za-z0-9]{40}", user_id)
    assert answer == {
        "status": "success",
        "name": {"givenName": "Lucas", "familyName": "Maes", "fullName": "Lucas Maes"},
        "gender": "male",
        "birthdate": "1974-01-31",
        "locale": "nl",
        "phoneNumber": "+32471234567",
        "emailAddress": "lucas.maes@mail.example",
        "address": {
            "streetAddress": "Rue Neuve 1",
            "postalCode": "1000",
            "city": "Bruxelles",
            "countryCode": "BE",
        },
    }


def test_user_information_is_provided_once_and_then_only_the_status(sandbox: Sandbox, shop: RelyingParty) -> None:
    transaction = shop.create(scopes=ALL_SCOPES)
    sandbox.person("lucas").phone.approve()
    first, *later = [shop.status(transaction) for _ in range(4)]
    assert first["name"]["fullName"] == "Lucas Maes"
    assert later == [{"status": "success"}] * 3


@pytest.mark.parametrize(
    ("scope", "fields"),
    [
        ("profile", PROFILE),
        ("email", {"emailAddress"}),
        ("phone", {"phoneNumber"}),
        ("address", {"address"}),
    ],
)
def test_each_scope_gives_its_own_fields_and_no_other(
    sandbox: Sandbox, shop: RelyingParty, scope: str, fields: set[str]
) -> None:
    assert set(first_answer(sandbox, shop, scopes=[scope])) == {"status", "userId"} | fields


@pytest.mark.parametrize("fields", [{}, {"scopes": []}])
def test_without_scopes_a_success_gives_the_user_id_alone(sandbox: Sandbox, shop: RelyingParty, fields: Json) -> None:
    assert set(first_answer(sandbox, shop, **fields)) == {"status", "userId"}


def test_the_user_id_is_the_same_in_every_transaction_of_a_person(sandbox: Sandbox, shop: RelyingParty) -> None:
    registered = first_answer(sandbox, shop, service="register")
    logged_in = first_answer(sandbox, shop, service="login", scopes=["email"])
    assert registered["userId"] == logged_in["userId"] == sandbox.person("lucas").user_id()


def test_two_people_never_share_a_user_id(sandbox: Sandbox) -> None:
    user_ids = [person.user_id() for person in sandbox.people]
    assert len(set(user_ids)) == len(user_ids) > 20


def test_another_relying_party_knows_the_person_by_another_user_id(sandbox: Sandbox, shop: RelyingParty) -> None:
    other = first_answer(sandbox, shop, token="99999999-aaaa-4bbb-8ccc-dddddddddddd")
    assert other["userId"] != first_answer(sandbox, shop)["userId"]


def test_the_user_id_changes_when_the_account_is_made_anew(sandbox: Sandbox, shop: RelyingParty) -> None:
    before = first_answer(sandbox, shop)["userId"]
    sandbox.person("lucas").make_account_anew()
    assert first_answer(sandbox, shop)["userId"] != before


@pytest.mark.parametrize("person", [person.id for person in Sandbox().people if person.account.state == "active"])
def test_every_person_is_given_as_the_catalogue_has_them(sandbox: Sandbox, shop: RelyingParty, person: str) -> None:
    sandbox.person(person).always(None)
    answer = first_answer(sandbox, shop, person, scopes=ALL_SCOPES)
    details = sandbox.person(person).details
    assert answer.get("gender") == details.gender
    assert answer.get("birthdate") == details.birthdate
    assert answer.get("locale") == details.locale
    assert answer.get("emailAddress") == details.email_address
    assert answer["phoneNumber"] == details.phone_number
    assert answer["name"].get("givenName") == details.given_name
    assert answer["name"]["fullName"] == details.name
    assert ("address" in answer) == (details.address is not None)
    assert None not in [*answer.values(), *answer["name"].values(), *answer.get("address", {}).values()]


def test_what_is_given_has_the_documented_formats(sandbox: Sandbox, shop: RelyingParty) -> None:
    answer = first_answer(sandbox, shop, scopes=ALL_SCOPES)
    assert date.fromisoformat(answer["birthdate"]) == date(1974, 1, 31)
    assert answer["gender"] in {"male", "female"}
    assert answer["locale"] in {"en", "nl", "fr", "de"}
    assert re.fullmatch(r"\+[1-9][0-9]{6,14}", answer["phoneNumber"])
    assert re.fullmatch(r"[^@\s]+@[^@\s]+", answer["emailAddress"])
    assert re.fullmatch(r"[A-Z]{2}", answer["address"]["countryCode"])
    assert answer["name"]["fullName"] == f"{answer['name']['givenName']} {answer['name']['familyName']}"


def test_a_street_of_two_lines_is_separated_by_a_newline(sandbox: Sandbox, shop: RelyingParty) -> None:
    answer = first_answer(sandbox, shop, "two-line-street", scopes=["address"])
    assert answer["address"]["streetAddress"].split("\n") == ["Residentie Zeezicht", "Zeedijk 120 bus 0402"]


def test_a_name_outside_ascii_comes_through_in_utf_8(sandbox: Sandbox, shop: RelyingParty) -> None:
    transaction = shop.create(scopes=["profile"])
    sandbox.person("non-ascii").phone.approve()
    assert "Tǎnka Dvořák-Øğuz".encode() in shop.ask(transaction).content


def test_the_locale_in_the_answer_is_the_persons_not_the_requests(sandbox: Sandbox, shop: RelyingParty) -> None:
    assert first_answer(sandbox, shop, "east-belgium", scopes=["profile"], locale="fr")["locale"] == "de"
