"""The enrolment desk: from a mobile number to an identification token, with the eID and its PIN."""

from datetime import timedelta

import pytest

from itsme_facade.sandbox.world import BROWSERS, Assumptions, Refused, UnknownPerson, UnknownSession
from itsme_facade.sandbox.world.transactions import Status
from tests.sandbox.world.town import EMAIL, NEWCOMER, at_the_desk, refusal, request, still_world


def test_the_desk_goes_from_details_over_card_and_data_to_contract_and_token() -> None:
    world = still_world()
    enrolment = world.desk.begin("0470 00 00 25", EMAIL)
    steps = [enrolment.step]
    steps.append(world.desk.confirm(enrolment.id).step)
    steps.append(world.desk.insert_card(enrolment.id, "newcomer").step)
    steps.append(world.desk.validate(enrolment.id).step)
    steps.append(world.desk.sign(enrolment.id, "1234").step)
    assert steps == ["details", "card", "data", "contract", "token"]
    assert world.desk.enrolment(enrolment.id) is enrolment
    assert world.desk.enrolments() == (enrolment,)


def test_the_details_are_a_mobile_number_and_an_email_address() -> None:
    enrolment = still_world().desk.begin("0470 00 00 25", f" {EMAIL} ")
    assert (enrolment.number, enrolment.email) == (NEWCOMER, EMAIL)


@pytest.mark.parametrize("number", ["", "12", "+0471234567", "none"])
def test_a_number_that_is_none_is_not_taken(number: str) -> None:
    assert refusal(lambda: still_world().desk.begin(number, EMAIL)) == "number-invalid"


@pytest.mark.parametrize("email", ["", "thomas", "thomas@mail", "a b@mail.example", "thomas@mail..example"])
def test_an_email_address_that_is_none_is_not_taken(email: str) -> None:
    assert refusal(lambda: still_world().desk.begin(NEWCOMER, email)) == "email-invalid"


def test_the_card_cannot_be_inserted_before_the_details_are_confirmed() -> None:
    world = still_world()
    enrolment = world.desk.begin(NEWCOMER, EMAIL)
    assert refusal(lambda: world.desk.insert_card(enrolment.id, "newcomer")) == "out-of-step"


def test_the_contract_cannot_be_signed_before_the_data_are_validated() -> None:
    world = still_world()
    enrolment = world.desk.begin(NEWCOMER, EMAIL)
    world.desk.confirm(enrolment.id)
    world.desk.insert_card(enrolment.id, "newcomer")
    assert refusal(lambda: world.desk.sign(enrolment.id, "1234")) == "out-of-step"
    assert enrolment.token is None


def test_the_card_shows_whose_data_are_to_be_validated() -> None:
    world = still_world()
    enrolment = world.desk.begin(NEWCOMER, EMAIL)
    assert enrolment.person is None
    world.desk.confirm(enrolment.id)
    person = world.desk.insert_card(enrolment.id, "newcomer").person
    assert person is not None
    assert (person.name, person.birthdate) == ("Thomas Lambrecht", "1993-06-18")


def test_another_card_can_be_inserted_before_the_data_are_validated() -> None:
    world = still_world()
    enrolment = world.desk.begin(NEWCOMER, EMAIL)
    world.desk.confirm(enrolment.id)
    world.desk.insert_card(enrolment.id, "lucas")
    world.desk.insert_card(enrolment.id, "newcomer")
    assert enrolment.person is world.people["newcomer"]


def test_the_identification_token_has_six_characters_and_no_two_are_the_same() -> None:
    world = still_world()
    tokens = [at_the_desk(world) for _ in range(50)]
    assert {len(token) for token in tokens} == {6}
    assert len(set(tokens)) == 50


def test_without_the_connective_software_the_card_is_not_read_until_it_is_installed() -> None:
    world = still_world()
    enrolment = world.desk.begin(NEWCOMER, EMAIL, connective=False)
    world.desk.confirm(enrolment.id)
    assert refusal(lambda: world.desk.insert_card(enrolment.id, "newcomer")) == "connective-missing"
    world.desk.install(enrolment.id, "connective")
    assert world.desk.insert_card(enrolment.id, "newcomer").step == "data"


def test_without_the_readers_software_the_card_is_not_read_until_it_is_installed() -> None:
    world = still_world()
    enrolment = world.desk.begin(NEWCOMER, EMAIL, reader_software=False)
    world.desk.confirm(enrolment.id)
    with pytest.raises(Refused, match="federal portal") as caught:
        world.desk.insert_card(enrolment.id, "newcomer")
    assert caught.value.message_id == "reader-software-missing"
    world.desk.install(enrolment.id, "reader_software")
    assert world.desk.insert_card(enrolment.id, "newcomer").step == "data"


@pytest.mark.parametrize(
    ("system", "browser"), [(system, browser) for system, browsers in BROWSERS.items() for browser in browsers]
)
def test_the_browsers_on_the_list_are_supported(system: str, browser: str) -> None:
    assert still_world().desk.begin(NEWCOMER, EMAIL, system=system, browser=browser).step == "details"


@pytest.mark.parametrize(
    ("system", "browser"),
    [("windows", "Safari"), ("mac", "Internet Explorer"), ("windows", "Opera"), ("linux", "Mozilla Firefox")],
)
def test_any_other_browser_is_refused_and_the_supported_ones_are_named(system: str, browser: str) -> None:
    with pytest.raises(Refused, match=r"Windows: Internet Explorer, .*Mac OS: Safari, ") as caught:
        still_world().desk.begin(NEWCOMER, EMAIL, system=system, browser=browser)
    assert caught.value.message_id == "browser-unsupported"


def test_a_wrong_pin_can_be_entered_again_and_the_third_blocks_the_card() -> None:
    world = still_world()
    enrolment = world.desk.begin(NEWCOMER, EMAIL)
    world.desk.confirm(enrolment.id)
    world.desk.insert_card(enrolment.id, "newcomer")
    world.desk.validate(enrolment.id)
    refusals = [refusal(lambda: world.desk.sign(enrolment.id, "0000")) for _ in range(3)]
    assert refusals == ["pin-wrong", "pin-wrong", "pin-blocks"]
    assert refusal(lambda: world.desk.sign(enrolment.id, "1234")) == "pin-blocked"
    assert world.desk.card("newcomer").blocked


def test_a_right_pin_gives_all_tries_back() -> None:
    world = still_world()
    for pin in ("0000", "1111"):
        assert refusal(lambda pin=pin: at_the_desk(world, pin=pin)) == "pin-wrong"  # type: ignore[misc]
    assert world.desk.card("newcomer").tries_left == 1
    at_the_desk(world)
    assert world.desk.card("newcomer").tries_left == 3


def test_how_many_wrong_pins_block_a_card_is_an_assumption() -> None:
    world = still_world(Assumptions(pin_tries=1))
    assert refusal(lambda: at_the_desk(world, pin="0000")) == "pin-blocks"


def test_a_blocked_card_works_again_with_a_new_code_from_the_commune() -> None:
    world = still_world(Assumptions(pin_tries=1))
    assert refusal(lambda: at_the_desk(world, pin="0000")) == "pin-blocks"
    pin = world.desk.request_new_pin("newcomer")
    assert len(pin) == 4
    assert at_the_desk(world, pin=pin)


def test_whoever_does_not_know_the_pin_is_told_of_the_letter_and_of_the_commune() -> None:
    world = still_world()
    with pytest.raises(Refused, match=r"by post.*commune") as caught:
        world.desk.remember_pin("forgot-pin")
    assert caught.value.message_id == "pin-unknown"
    assert world.desk.remember_pin("newcomer") == "1234"


def test_the_pin_stands_in_the_letter_that_came_by_post() -> None:
    world = still_world()
    pin = world.desk.read_pin_letter("forgot-pin")
    assert at_the_desk(world, "forgot-pin", pin=pin)
    assert world.desk.remember_pin("forgot-pin") == pin


def test_whoever_lost_the_letter_requests_a_new_code_from_the_commune() -> None:
    world = still_world()
    with pytest.raises(Refused, match="commune") as caught:
        world.desk.read_pin_letter("lost-letter")
    assert caught.value.message_id == "letter-lost"
    assert at_the_desk(world, "lost-letter", pin=world.desk.request_new_pin("lost-letter"))


def test_a_foreign_document_cannot_be_inserted_but_a_bank_card_can_be_used() -> None:
    world = still_world()
    enrolment = world.desk.begin("+31612345678", EMAIL)
    world.desk.confirm(enrolment.id)
    assert refusal(lambda: world.desk.insert_card(enrolment.id, "foreign-document")) == "no-eid"
    assert world.banks.cards("foreign-document")


def test_nobody_under_sixteen_is_admitted() -> None:
    world = still_world()
    assert refusal(lambda: at_the_desk(world, "under-sixteen")) == "too-young"
    world.advance(timedelta(days=7 * 366).total_seconds())
    assert at_the_desk(world, "under-sixteen")


def test_somebody_is_admitted_on_the_sixteenth_birthday_and_not_a_day_before() -> None:
    world = still_world()
    world.advance(timedelta(days=28).total_seconds())
    assert refusal(lambda: at_the_desk(world, "sixteen")) == "too-young"
    world.advance(timedelta(days=1).total_seconds())
    assert at_the_desk(world, "sixteen")


@pytest.mark.parametrize("person", ["year-only", "zero-date", "month-only", "no-birthdate"])
def test_a_birth_date_of_which_parts_are_unknown_keeps_nobody_out(person: str) -> None:
    assert at_the_desk(still_world(), person)


def test_unknown_people_and_enrolments_are_named_as_such() -> None:
    world = still_world()
    with pytest.raises(UnknownSession):
        world.desk.confirm("nothing")
    with pytest.raises(UnknownPerson):
        world.desk.card("nobody")


def test_nothing_about_an_enrolment_shows_in_its_repr() -> None:
    world = still_world()
    token = at_the_desk(world)
    shown = repr(world.desk.enrolments())
    for secret in (token, EMAIL, NEWCOMER, "Lambrecht"):
        assert secret not in shown


def test_a_person_with_a_token_alone_has_no_account_yet() -> None:
    world = still_world()
    at_the_desk(world)
    transaction = world.create(request())
    assert refusal(lambda: world.give_number(transaction.id, NEWCOMER)) == "no-account"
    assert transaction.status is Status.OPEN


def test_a_new_code_from_the_commune_is_known_and_its_letter_kept() -> None:
    world = still_world()
    pin = world.desk.request_new_pin("lost-letter")
    assert world.desk.remember_pin("lost-letter") == pin
    assert world.desk.read_pin_letter("lost-letter") == pin
