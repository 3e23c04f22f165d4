"""Magic numbers choose what happens, with no enrolment and no control call."""

import math
import re
from pathlib import Path

import pytest

from itsme_facade.sandbox.world import MAGIC, Person, World, default_people
from tests.sandbox.world.town import request, still_world

NAMES = {one.person.id.removeprefix("magic-"): number for number, one in MAGIC.items()}


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("approves", "success"),
        ("refuses", "cancelled"),
        ("fails", "failure"),
        ("expires", "expired"),
        ("silent", "open"),
        ("wrong-icon", "cancelled"),
        ("status-late", "success"),
        ("status-never", "success"),
        ("link", "success"),
        ("twice", "success"),
        ("slow", "open"),
    ],
)
@pytest.mark.parametrize("given", ["with the request", "on the page"])
def test_a_magic_number_decides_at_once_wherever_it_is_given(name: str, status: str, given: str) -> None:
    world = still_world()
    number = NAMES[name]
    transaction = world.create(request(number if given == "with the request" else None))
    if given == "on the page":
        assert transaction.asked is None
        world.give_number(transaction.id, number.replace("+32", "0"))
    assert transaction.status == status
    assert transaction.asked == number


def test_every_magic_number_is_held_by_the_test_above_and_says_what_it_does() -> None:
    assert len(NAMES) == 11
    assert all(one.about.endswith(".") and one.person.about == one.about for one in MAGIC.values())


def test_the_table_in_the_documentation_says_the_same(repository: Path) -> None:
    section = (repository / "docs/sandbox.md").read_text("utf-8").split("\n## Magic numbers\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(.+?)` \| (.+) \|$", section, re.MULTILINE)
    assert rows == [(number, one.about) for number, one in MAGIC.items()]


def test_a_silent_number_lets_the_time_run_out_and_a_slow_one_approves_after_five_seconds() -> None:
    world = still_world()
    silent, slow = world.create(request(NAMES["silent"])), world.create(request(NAMES["slow"]))
    world.advance(5)
    assert (silent.status, slow.status) == ("open", "success")
    world.advance(175)
    assert silent.status == "expired"


def test_a_late_or_missing_status_answer_stands_on_the_transaction_for_the_api_to_see_to() -> None:
    world = still_world()
    late, never = world.create(request(NAMES["status-late"])), world.create(request(NAMES["status-never"]))
    usual = world.create(request(NAMES["approves"]))
    assert [t.status_delay for t in (usual, late, never)] == [0.0, 5.0, math.inf]
    assert world.transaction_with(late.token) is late
    assert world.transaction_with("nothing") is None
    assert late.reads == 0


def test_the_way_back_stands_on_the_transaction_for_the_login_page_to_see_to() -> None:
    world = still_world()
    ways = [world.create(request(NAMES[name])).return_by for name in ("approves", "link", "twice")]
    assert ways == ["redirect", "link", "twice"]


def test_somebody_with_a_magic_number_is_given_like_anybody() -> None:
    world = still_world()
    transaction = world.create(request(NAMES["approves"], scopes=("profile", "phone", "email", "address")))
    answer = world.read(transaction.token) or {}
    assert answer["phoneNumber"] == NAMES["approves"]
    assert set(answer) >= {"userId", "name", "gender", "birthdate", "locale", "emailAddress", "address"}


def test_each_magic_number_has_a_user_id_of_its_own() -> None:
    world = still_world()
    ids = [world.create(request(NAMES[name])).user_id for name in ("approves", "link", "twice")]
    assert len(set(ids)) == 3


def test_magic_numbers_are_no_mobile_numbers_of_belgium_but_look_like_phone_numbers() -> None:
    for number in MAGIC:
        assert re.fullmatch(r"\+324[0-9]{8}", number)
        assert not re.match(r"\+324[5-9]", number)


def test_their_owners_are_nobody_in_the_catalogue() -> None:
    world = still_world()
    assert not any(id_.startswith("magic-") for id_ in world.people)
    assert not any(phone.number in MAGIC for phone in world.devices.all())


def test_a_catalogue_that_lists_a_magic_number_means_that_person() -> None:
    world = World(default_people() | {"eva": Person(id="eva", phone_number=NAMES["refuses"])})
    transaction = world.create(request(NAMES["refuses"]))
    assert transaction.status == "open"
    assert world.answer(NAMES["refuses"], "approve", transaction.id).asked_person == "eva"
