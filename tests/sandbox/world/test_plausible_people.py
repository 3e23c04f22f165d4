"""People made up from a seed."""

import re

import pytest

from itsme_facade.sandbox.world import MAGIC, World, default_people, plausible_people


def test_a_seed_makes_the_same_people_again_and_more_of_them_begin_the_same() -> None:
    assert plausible_people(20, seed=3) == plausible_people(20, seed=3)
    assert plausible_people(20, seed=3) != plausible_people(20, seed=4)
    assert list(plausible_people(40, seed=3).values())[:20] == list(plausible_people(20, seed=3).values())


def test_made_up_people_live_beside_the_catalogue() -> None:
    people = plausible_people(300)
    world = World(default_people() | people)
    assert set(people) < set(world.people)
    assert world.accounts.of("plausible-300").person.phone_number == "+32410000300"


def test_their_numbers_are_different_and_can_be_nobodys() -> None:
    numbers = {person.phone_number for person in plausible_people(1000).values()}
    assert len(numbers) == 1000
    assert all(re.fullmatch(r"\+3241[0-9]{7}", number) for number in numbers)
    assert not numbers & set(MAGIC)


def test_they_have_names_places_and_addresses_of_their_language() -> None:
    people = plausible_people(500).values()
    assert {person.locale for person in people} == {"nl", "fr", "de"}
    for person in people:
        assert person.given_name
        assert person.family_name
        assert person.address is not None
        assert person.address.country_code == "BE"
        assert (person.email_address or "").isascii()
    assert {person.address.city for person in people if person.locale == "de" and person.address} <= {
        "Eupen",
        "Sankt Vith",
        "Kelmis",
    }


def test_most_have_an_account_some_have_banks_and_none_is_under_age() -> None:
    people = list(plausible_people(500).values())
    assert 400 < sum(person.account == "active" for person in people) < 500
    assert any(person.banks for person in people)
    assert any(not person.banks for person in people)
    assert all("1940" <= (person.birthdate or "") < "2006" for person in people)


@pytest.mark.parametrize("count", [-1, 10_000_001])
def test_fewer_than_nobody_or_more_than_there_are_numbers_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="count"):
        plausible_people(count)
