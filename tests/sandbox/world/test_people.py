"""The catalogue of people, and files that extend or replace it."""

from pathlib import Path

import pytest

from itsme_facade.sandbox.world import Address, BadCatalogue, Person, World, default_people, read_people

LUCAS = Person(
    id="lucas",
    about="Everything known, nothing odd: the example of the API's own page.",
    phone_number="+32471234567",
    email_address="lucas.maes@mail.example",
    given_name="Lucas",
    family_name="Maes",
    gender="male",
    birthdate="1974-01-31",
    locale="nl",
    address=Address(street="Rue Neuve 1", postal_code="1000", city="Bruxelles", country_code="BE"),
    banks=("belfius", "bnp-paribas-fortis", "ing", "kbc"),
)


def test_lucas_is_the_example_of_the_apis_page() -> None:
    assert default_people()["lucas"] == LUCAS


def test_the_catalogue_has_everybody_that_real_data_makes_necessary() -> None:
    people = default_people()
    assert people["no-given-name"].given_name is None
    assert people["many-names"].given_name == "John Matthew A"
    assert people["title"].full_name == "Barones Astrid de Witte"
    assert people["year-only"].birthdate == "1974"
    assert people["zero-date"].birthdate == "1974-00-00"
    assert people["month-only"].birthdate == "1981-07"
    assert people["no-birthdate"].birthdate is None
    assert people["no-gender"].gender is None
    assert people["unknown-gender"].gender == "unknown"
    assert people["upper-case-locale"].locale == "FR"
    assert people["no-locale"].locale is None
    assert people["spaced-phone"].phone_number == "+32 485694175"
    assert people["no-email"].email_address is None
    assert people["foreign-document"].address is None
    assert people["foreign-document"].document == "foreign"
    assert people["touch-id"].touch_id
    assert people["newcomer"].account == "none"
    assert not people["forgot-pin"].pin_known
    assert not people["lost-letter"].letter_kept
    cities = [address.city for key in ("brussels-french", "brussels-dutch") if (address := people[key].address)]
    assert cities == ["Bruxelles", "Brussel"]
    street = people["two-line-street"].address
    assert street is not None
    assert street.street == "Residentie Zeezicht\nZeedijk 120 bus 0402"
    assert people["east-belgium"].locale == "de"
    assert not people["non-ascii"].name.isascii()
    assert people["sixteen"].birthdate == "2010-06-30"
    assert people["blocked"].account == "blocked"
    habits = {key: person.behaviour for key, person in people.items() if person.behaviour}
    assert habits == {
        "refuses": "refuse",
        "wrong-icon": "wrong_icon",
        "never-comes-back": "ignore",
        "approves": "approve",
    }


def test_everybody_says_why_they_are_there_and_can_be_reached_by_a_number_alone() -> None:
    world = World()
    with_numbers = {world.residents.phone_of(id_).number: person for id_, person in world.people.items()}
    assert len(with_numbers) == len(default_people())
    for number, person in with_numbers.items():
        assert number.removeprefix("+").isdigit()
        assert person.about.endswith(".")


def test_a_file_extends_or_replaces_the_catalogue(tmp_path: Path) -> None:
    file = tmp_path / "people.toml"
    file.write_text('[eva-2]\nphone_number = "+352621123456"\ngiven_name = "Ève"\n', encoding="utf-8")
    alone = read_people(file)
    assert alone == {"eva-2": Person(id="eva-2", phone_number="+352621123456", given_name="Ève")}
    assert list(World(alone).people) == ["eva-2"]
    assert World(default_people() | alone).accounts.of("eva-2").person.name == "Ève"
    assert "eva-2" not in default_people()


def test_every_fault_in_a_file_is_named_at_once(tmp_path: Path) -> None:
    file = tmp_path / "people.toml"
    file.write_text(
        """
        lone = 1
        [a]
        phone_number = "+32471234567"
        [b]
        phone_number = "+32 471 23 45 67"
        [C]
        phone_number = "12"
        age = 3
        gender = 1
        behaviour = "dance"
        account = "lost"
        document = "ticket"
        pin = "12"
        app = "yes"
        banks = ["ing", "bank of nowhere"]
        [d]
        given_name = "Dirk"
        address = { town = "Gent" }
        [e]
        phone_number = "12"
        """,
        encoding="utf-8",
    )
    with pytest.raises(BadCatalogue) as caught:
        read_people(file)
    faults = str(caught.value).removeprefix(f"{file}: ").split("; ")
    assert faults == [
        "lone: not a table",
        "lone: phone_number is missing",
        "'C': an id is lower case letters, digits and hyphens",
        "C: no field is called 'age'",
        "C: gender is no text",
        "C: app is true or false",
        "C: banks is a list of belfius, bnp-paribas-fortis, ing, kbc",
        "C: behaviour is one of approve, refuse, ignore, wrong_icon",
        "C: account is one of active, blocked, none",
        "C: document is one of eid, foreign",
        "C: pin is 4 digits",
        "d.address: no field is called 'town'",
        "d: phone_number is missing",
        "b: has the phone number of a",
        "e: phone_number is no E.164 number, such as +32471234567",
    ]


@pytest.mark.parametrize("content", [b"[lucas", b"\xff"])
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "people.toml"
    file.write_bytes(content)
    with pytest.raises(BadCatalogue, match="not TOML in UTF-8"):
        read_people(file)


def test_a_world_of_two_people_with_one_number_is_refused() -> None:
    twins = {id_: Person(id=id_, phone_number="+32471234567") for id_ in ("a", "b")}
    with pytest.raises(BadCatalogue, match="b: has the phone number of a"):
        World(twins)
