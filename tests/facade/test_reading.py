"""What real data does to an answer, row by row: what can be read is read, and nothing is invented or thrown away."""

import json
from typing import Any

import pytest

from itsme_facade import Address, Gender, Identity, Locale, Name, Open, PartialDate, RawAnswer, Success, Unrecognised
from itsme_facade.answers import read_status
from itsme_facade.reading import USER_INFORMATION, read_identity


def read(**document: object) -> Identity:
    identity = read_identity({"status": "success", **document})
    assert identity is not None
    return identity


def test_every_documented_field_is_read_and_an_unknown_one_is_kept() -> None:
    assert read(
        userId="Q1",
        name={"givenName": "Lucas", "familyName": "Maes", "fullName": "Lucas Maes"},
        gender="male",
        birthdate="1974-01-31",
        locale="nl",
        phoneNumber="+32471234567",
        emailAddress="lucas@shop.example",
        address={"streetAddress": "Markt 1", "postalCode": "3700", "city": "Tongeren", "countryCode": "be"},
        loyalty=7,
    ) == Identity(
        user_id="Q1",
        name=Name("Lucas", "Maes", "Lucas Maes"),
        gender=Gender.MALE,
        birthdate=PartialDate(1974, 1, 31),
        locale=Locale.NL,
        phone_number="+32471234567",
        email_address="lucas@shop.example",
        address=Address(street=("Markt 1",), postal_code="3700", city="Tongeren", country_code="BE"),
        extra={"loyalty": 7},
    )


# status


@pytest.mark.parametrize("word", ["pending", "SUCCEEDED", "", "success!"])
def test_a_new_status_is_not_the_end_and_no_crash(word: str) -> None:
    result = read_status(RawAnswer(json.dumps({"status": word}).encode()), scopes=())
    assert isinstance(result, Unrecognised)
    assert (result.status, result.over) == (word, False)


@pytest.mark.parametrize("word", [None, 1, True, ["success"], {"status": "success"}])
def test_a_status_that_is_no_word_is_unrecognised_and_the_data_beside_it_is_kept(word: object) -> None:
    result = read_status(RawAnswer(json.dumps({"status": word, "userId": "Q1"}).encode()), scopes=())
    assert isinstance(result, Unrecognised)
    assert result.status is None
    assert result.identity == Identity(user_id="Q1")


def test_without_a_status_the_data_is_kept() -> None:
    result = read_status(RawAnswer(b'{"userId": "Q1"}'), scopes=())
    assert isinstance(result, Unrecognised)
    assert result.identity == Identity(user_id="Q1")


@pytest.mark.parametrize("word", ["SUCCESS", "Success", " success "])
def test_a_status_in_upper_case_is_understood_and_kept_as_it_came(word: str) -> None:
    result = read_status(RawAnswer(json.dumps({"status": word}).encode()), scopes=())
    assert isinstance(result, Success)
    assert result.status == word


def test_an_open_transaction_with_data_keeps_the_data() -> None:
    result = read_status(RawAnswer(b'{"status": "open", "userId": "Q1"}'), scopes=())
    assert isinstance(result, Open)
    assert result.identity == Identity(user_id="Q1")


# userId


def test_a_user_id_that_came_as_a_number_is_text() -> None:
    assert read(userId=42).user_id == "42"


@pytest.mark.parametrize("wrong", [True, 4.2, ["Q1"], {"id": "Q1"}, "   "])
def test_a_user_id_of_another_type_stays_in_extra(wrong: object) -> None:
    identity = read(userId=wrong, gender="male")
    assert identity.user_id is None
    assert identity.extra == {"userId": wrong}


# name


def test_an_absent_given_name_is_none_and_the_full_name_is_not_split() -> None:
    assert read(name={"familyName": "Maes", "fullName": "Lucas Maes"}).name == Name(None, "Maes", "Lucas Maes")


def test_a_full_name_is_not_rebuilt_from_its_parts() -> None:
    assert read(name={"givenName": "Lucas", "familyName": "Maes"}).name == Name("Lucas", "Maes", None)


@pytest.mark.parametrize("given_name", ["John Matthew A", "Anna Maria", "Jean-Pierre", "Tǎnka", "D'Arcy"])
def test_several_given_names_stay_as_they_came(given_name: str) -> None:
    assert read(name={"givenName": given_name}).name == Name(given=given_name)


@pytest.mark.parametrize("family_name", ["Van den Broeck", "de la Vallée Poussin", "ridder Maes"])
def test_a_family_name_of_several_words_or_with_a_title_stays_as_it_came(family_name: str) -> None:
    assert read(name={"familyName": family_name}).name == Name(family=family_name)


def test_a_family_name_may_be_the_only_name() -> None:
    assert read(name={"familyName": "Nkurunziza"}).name == Name(family="Nkurunziza")


@pytest.mark.parametrize("wrong", ["Lucas Maes", ["Lucas", "Maes"], 7, True])
def test_a_name_that_is_no_object_stays_in_extra(wrong: object) -> None:
    identity = read(name=wrong)
    assert identity.name is None
    assert identity.extra == {"name": wrong}


def test_of_a_name_with_wrong_parts_the_right_ones_are_read_and_the_others_stay_in_extra() -> None:
    identity = read(name={"givenName": ["Lucas"], "familyName": "Maes", "middleName": "J", "fullName": None})
    assert identity.name == Name(family="Maes")
    assert identity.extra == {"name": {"givenName": ["Lucas"], "middleName": "J"}}


# gender, locale


@pytest.mark.parametrize(
    ("word", "gender"), [("male", Gender.MALE), ("FEMALE", Gender.FEMALE), (" Male ", Gender.MALE)]
)
def test_a_known_gender_is_a_member_whatever_its_case(word: str, gender: Gender) -> None:
    assert read(gender=word).gender is gender


@pytest.mark.parametrize("word", ["unknown", "n/a", "X"])
def test_another_gender_is_the_word_that_came(word: str) -> None:
    identity = read(gender=word)
    assert identity.gender == word
    assert identity.extra == {}


@pytest.mark.parametrize(("word", "locale"), [("nl", Locale.NL), ("FR", Locale.FR), ("De", Locale.DE)])
def test_a_known_locale_is_a_member_whatever_its_case(word: str, locale: Locale) -> None:
    assert read(locale=word).locale is locale


@pytest.mark.parametrize("word", ["it", "nl-BE", "nl_BE", "français"])
def test_another_locale_is_the_word_that_came(word: str) -> None:
    assert read(locale=word).locale == word


@pytest.mark.parametrize("key", ["gender", "locale", "emailAddress", "phoneNumber"])
@pytest.mark.parametrize("wrong", [1, False, ["male"], {"a": 1}, 1.5])
def test_text_of_another_type_stays_in_extra(key: str, wrong: object) -> None:
    identity = read(userId="Q1", **{key: wrong})
    assert identity == Identity(user_id="Q1", extra={key: wrong})


# birthdate


@pytest.mark.parametrize(
    ("came", "parts"),
    [
        ("1974-01-31", (1974, 1, 31)),
        ("1974", (1974, None, None)),
        ("1974-00-00", (1974, None, None)),
        ("1974-01", (1974, 1, None)),
        ("1974-01-00", (1974, 1, None)),
        (" 1974-01-31 ", (1974, 1, 31)),
    ],
)
def test_a_birth_date_is_as_partial_as_it_came(came: str, parts: tuple[int, int | None, int | None]) -> None:
    identity = read(birthdate=came)
    assert identity.birthdate == PartialDate(*parts)
    assert identity.extra == {}


@pytest.mark.parametrize(
    ("came", "parts"),
    [
        ("1974-01-31T00:00:00Z", (1974, 1, 31)),
        ("1974-01-31 00:00", (1974, 1, 31)),
        ("19740131", (1974, 1, 31)),
        (19740131, (1974, 1, 31)),
        (1974, (1974, None, None)),
        ("1974-02-30", (1974, 2, None)),
        ("1974-13-01", (1974, None, None)),
        ("1974-00-31", (1974, None, None)),
    ],
)
def test_of_a_birth_date_in_another_form_the_readable_part_is_read_and_what_came_stays_in_extra(
    came: object, parts: tuple[int, int | None, int | None]
) -> None:
    identity = read(birthdate=came)
    assert identity.birthdate == PartialDate(*parts)
    assert identity.extra == {"birthdate": came}


@pytest.mark.parametrize(
    "came", ["31/01/1974", "unknown", "0000-00-00", "74", 0, -1974, 1974.5, True, [1974], {}, "  "]
)
def test_a_birth_date_that_says_nothing_readable_stays_in_extra(came: object) -> None:
    identity = read(userId="Q1", birthdate=came)
    assert identity.birthdate is None
    assert identity.extra == {"birthdate": came}


@pytest.mark.parametrize("nothing", [{}, {"birthdate": ""}, {"birthdate": None}])
def test_an_absent_birth_date_is_none_and_nothing_is_invented(nothing: dict[str, Any]) -> None:
    assert read(userId="Q1", **nothing) == Identity(user_id="Q1")


# phoneNumber, emailAddress


def test_a_phone_number_with_a_space_is_the_same_number() -> None:
    assert read(phoneNumber="+32 485694175").phone_number == "+32485694175"


@pytest.mark.parametrize("came", ["0485694175", "+0123", "call me", "+32 (0) 485 69 41 75 ext. 7"])
def test_a_phone_number_that_cannot_be_e164_is_as_it_came(came: str) -> None:
    assert read(phoneNumber=came).phone_number == came


@pytest.mark.parametrize("nothing", [{}, {"emailAddress": None}, {"emailAddress": ""}])
def test_an_absent_email_address_is_none(nothing: dict[str, Any]) -> None:
    assert read(userId="Q1", **nothing).email_address is None


# address


def test_an_address_is_read_line_by_line_with_house_and_box_number_inside_the_street() -> None:
    address = {
        "streetAddress": "Residentie Zonnebloem\nMeir 1 bus 4",
        "postalCode": "2000",
        "city": "Antwerpen",
        "countryCode": "BE",
    }
    assert read(address=address).address == Address(
        ("Residentie Zonnebloem", "Meir 1 bus 4"), "2000", "Antwerpen", "BE"
    )


@pytest.mark.parametrize("city", ["TONGEREN", "Brussel", "Bruxelles", "Sankt Vith"])
def test_a_city_stays_as_it_came(city: str) -> None:
    assert read(address={"city": city}).address == Address(city=city)


@pytest.mark.parametrize(("came", "text"), [("0900", "0900"), ("L-1009", "L-1009"), (1000, "1000")])
def test_a_postal_code_is_text(came: object, text: str) -> None:
    assert read(address={"postalCode": came}).address == Address(postal_code=text)


def test_a_country_code_is_in_upper_case() -> None:
    assert read(address={"countryCode": "be"}).address == Address(country_code="BE")


@pytest.mark.parametrize("nothing", [{}, {"address": None}, {"address": {}}, {"address": {"city": None}}])
def test_an_absent_address_is_none(nothing: dict[str, Any]) -> None:
    assert read(userId="Q1", **nothing) == Identity(user_id="Q1")


def test_of_an_address_with_wrong_parts_the_right_ones_are_read_and_the_others_stay_in_extra() -> None:
    identity = read(address={"streetAddress": ["Meir 1"], "city": "Antwerpen", "box": "4"})
    assert identity.address == Address(city="Antwerpen")
    assert identity.extra == {"address": {"streetAddress": ["Meir 1"], "box": "4"}}


# anything


def test_unknown_fields_are_kept_under_their_own_names() -> None:
    assert read(userId="Q1", nationality="BE", eid={"card": 1}).extra == {"nationality": "BE", "eid": {"card": 1}}


@pytest.mark.parametrize("nothing", [None, "", [], {}])
def test_an_answer_whose_every_field_is_empty_carries_no_identity(nothing: object) -> None:
    assert read_identity(dict.fromkeys(USER_INFORMATION, nothing)) is None


def test_an_answer_with_empty_objects_of_nulls_carries_no_identity() -> None:
    nulls = {"name": {"givenName": None, "familyName": None}, "address": {"city": None}, "userId": None}
    assert read_identity({"status": "success", **nulls}) is None
