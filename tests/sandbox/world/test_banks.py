"""Banks: log in with card and reader, and register for itsme."""

import pytest

from itsme_facade.sandbox.world import BANKS, Assumptions, Refused, UnknownBank
from tests.sandbox.world.town import (
    EMAIL,
    LUCAS,
    NEWCOMER,
    card_number,
    in_the_app,
    logged_in,
    refusal,
    sign,
    still_world,
)


def test_the_partner_banks_are_four() -> None:
    assert list(BANKS.values()) == ["Belfius", "BNP Paribas Fortis", "ING", "KBC"]
    assert [card.bank for card in still_world().banks.cards("lucas")] == list(BANKS)


@pytest.mark.parametrize("bank", BANKS)
def test_card_and_reader_log_in_at_every_bank(bank: str) -> None:
    session = logged_in(still_world(), bank=bank)
    assert (session.step, session.logged_in_with) == ("home", "card")


def test_the_readers_response_fits_its_challenge_alone() -> None:
    world = still_world()
    session = world.banks.log_in_with_card("kbc", card_number(world, "lucas", "kbc"))
    other = world.banks.use_reader(card_number(world, "lucas", "kbc"), "4321", "00000000")
    assert refusal(lambda: world.banks.respond(session.id, other)) == "response-wrong"
    assert session.step == "log-in"
    assert sign(world, session, "lucas").step == "home"


def test_a_response_may_be_typed_with_a_space() -> None:
    world = still_world()
    session = world.banks.log_in_with_card("kbc", card_number(world, "lucas", "kbc"))
    response = world.banks.use_reader(card_number(world, "lucas", "kbc"), "4321", session.challenge or "")
    assert world.banks.respond(session.id, f"{response[:4]} {response[4:]}").step == "home"


def test_the_reader_wants_the_cards_pin_and_the_third_wrong_one_blocks_the_card() -> None:
    world = still_world()
    card = card_number(world, "lucas", "kbc")
    session = world.banks.log_in_with_card("kbc", card)
    refusals = [refusal(lambda: world.banks.use_reader(card, "0000", "1")) for _ in range(3)]
    assert refusals == ["card-pin-wrong", "card-pin-wrong", "card-blocks"]
    assert refusal(lambda: world.banks.use_reader(card, "4321", "1")) == "card-blocked"
    assert refusal(lambda: world.banks.respond(session.id, "1")) == "card-blocked"
    assert refusal(lambda: world.banks.log_in_with_card("kbc", card)) == "card-blocked"
    world.banks.replace_card(card)
    assert logged_in(world).step == "home"


def test_a_right_pin_gives_the_card_all_tries_back() -> None:
    world = still_world(Assumptions(pin_tries=2))
    card = card_number(world, "lucas", "kbc")
    for _ in range(3):
        assert refusal(lambda: world.banks.use_reader(card, "0000", "1")) == "card-pin-wrong"
        world.banks.use_reader(card, "4321", "1")


def test_a_card_of_another_bank_is_not_known() -> None:
    world = still_world()
    with pytest.raises(Refused, match="ING knows no card") as caught:
        world.banks.log_in_with_card("ing", card_number(world, "lucas", "kbc"))
    assert caught.value.message_id == "card-unknown"


def test_registering_through_a_bank_gives_a_token_that_makes_an_account() -> None:
    world = still_world()
    session = logged_in(world, "newcomer", "belfius")
    world.banks.enrol(session.id, "0470 00 00 25", EMAIL)
    assert session.enrolment is not None
    assert session.enrolment.token is None
    token = sign(world, session, "newcomer").enrolment
    assert token is not None
    assert token.token is not None
    assert len(token.token) == 6
    in_the_app(world, token.token)
    assert world.accounts.of("newcomer").state == "active"


@pytest.mark.parametrize("bank", BANKS)
def test_every_partner_bank_gives_identification_tokens(bank: str) -> None:
    world = still_world()
    world.accounts.delete("lucas")
    session = logged_in(world, bank=bank)
    world.banks.enrol(session.id, LUCAS, EMAIL)
    enrolment = sign(world, session, "lucas").enrolment
    assert enrolment is not None
    in_the_app(world, enrolment.token or "", "lucas", LUCAS)
    assert world.accounts.of("lucas").state == "active"


@pytest.mark.parametrize("bank", ["belfius", "kbc"])
def test_no_eid_is_needed_to_register_through_a_bank(bank: str) -> None:
    world = still_world()
    for _ in range(3):
        refusal(lambda: world.desk.card("newcomer").enter("0000"))
    session = logged_in(world, "newcomer", bank)
    world.banks.enrol(session.id, NEWCOMER, EMAIL)
    enrolment = sign(world, session, "newcomer").enrolment
    assert enrolment is not None
    assert (enrolment.bank, enrolment.step) == (bank, "token")


def test_the_bank_takes_the_same_details_and_the_same_ages_as_the_desk() -> None:
    world = still_world()
    session = logged_in(world, "newcomer", "belfius")
    assert refusal(lambda: world.banks.enrol(session.id, "12", EMAIL)) == "number-invalid"
    assert refusal(lambda: world.banks.enrol(session.id, NEWCOMER, "thomas")) == "email-invalid"
    young = logged_in(world, "under-sixteen", "bnp-paribas-fortis")
    assert refusal(lambda: world.banks.enrol(young.id, "+32470000028", EMAIL)) == "too-young"


def test_the_desk_does_not_sign_what_was_begun_at_a_bank() -> None:
    world = still_world()
    session = logged_in(world, "newcomer", "belfius")
    enrolment = world.banks.enrol(session.id, NEWCOMER, EMAIL).enrolment
    assert enrolment is not None
    assert refusal(lambda: world.desk.sign(enrolment.id, "1234")) == "out-of-step"


def test_unknown_banks_and_cards_are_named_as_such() -> None:
    world = still_world()
    with pytest.raises(UnknownBank, match="belfius"):
        world.banks.log_in_with_card("nowhere", "1")
    with pytest.raises(UnknownBank):
        world.banks.use_reader("1", "4321", "1")


def test_the_pin_of_a_card_shows_in_no_repr() -> None:
    world = still_world()
    assert "4321" not in repr(world.banks.cards("lucas"))
    assert "1234" not in repr(world.desk.card("lucas"))
