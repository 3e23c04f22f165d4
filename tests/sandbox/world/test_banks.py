"""Banks: log in with card and reader, register for itsme, make it active, log in and pay with it."""

import pytest

from itsme_facade.sandbox.world import BANKS, Assumptions, Refused, UnknownBank, UnknownSession, World
from itsme_facade.sandbox.world.visits import BankSession
from tests.sandbox.world.town import EMAIL, LUCAS, NEWCOMER, in_the_app, refusal, still_world

CODE = "12345"


def number_of(world: World, person: str, bank: str) -> str:
    return next(card.number for card in world.banks.cards(person) if card.bank == bank)


def sign(world: World, session: BankSession, person: str, pin: str = "4321") -> BankSession:
    """Type the challenge into the card reader, and its response into the bank's page."""
    response = world.banks.use_reader(number_of(world, person, session.bank), pin, session.challenge or "")
    return world.banks.respond(session.id, response)


def logged_in(world: World, person: str = "lucas", bank: str = "kbc") -> BankSession:
    return sign(world, world.banks.log_in_with_card(bank, number_of(world, person, bank)), person)


def activate(world: World, person: str = "lucas", bank: str = "kbc") -> BankSession:
    session = logged_in(world, person, bank)
    world.banks.choose_itsme(session.id)
    return sign(world, session, person)


def approve(world: World, phone: str = "lucas") -> None:
    (action,) = world.apps.pending(phone)
    world.apps.approve(phone, action.id, action.icons.highlighted, code=CODE)


def test_the_partner_banks_are_four() -> None:
    assert list(BANKS.values()) == ["Belfius", "BNP Paribas Fortis", "ING", "KBC"]
    assert [card.bank for card in still_world().banks.cards("lucas")] == list(BANKS)


@pytest.mark.parametrize("bank", BANKS)
def test_card_and_reader_log_in_at_every_bank(bank: str) -> None:
    session = logged_in(still_world(), bank=bank)
    assert (session.step, session.logged_in_with) == ("home", "card")


def test_the_readers_response_fits_its_challenge_alone() -> None:
    world = still_world()
    session = world.banks.log_in_with_card("kbc", number_of(world, "lucas", "kbc"))
    other = world.banks.use_reader(number_of(world, "lucas", "kbc"), "4321", "00000000")
    assert refusal(lambda: world.banks.respond(session.id, other)) == "response-wrong"
    assert session.step == "log-in"
    assert sign(world, session, "lucas").step == "home"


def test_a_response_may_be_typed_with_a_space() -> None:
    world = still_world()
    session = world.banks.log_in_with_card("kbc", number_of(world, "lucas", "kbc"))
    response = world.banks.use_reader(number_of(world, "lucas", "kbc"), "4321", session.challenge or "")
    assert world.banks.respond(session.id, f"{response[:4]} {response[4:]}").step == "home"


def test_the_reader_wants_the_cards_pin_and_the_third_wrong_one_blocks_the_card() -> None:
    world = still_world()
    card = number_of(world, "lucas", "kbc")
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
    card = number_of(world, "lucas", "kbc")
    for _ in range(3):
        assert refusal(lambda: world.banks.use_reader(card, "0000", "1")) == "card-pin-wrong"
        world.banks.use_reader(card, "4321", "1")


def test_a_card_of_another_bank_is_not_known() -> None:
    world = still_world()
    with pytest.raises(Refused, match="ING knows no card") as caught:
        world.banks.log_in_with_card("ing", number_of(world, "lucas", "kbc"))
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


def test_itsme_is_made_active_by_logging_in_choosing_it_and_signing() -> None:
    world = still_world()
    session = logged_in(world)
    assert world.accounts.of("lucas").banks == set()
    assert world.banks.choose_itsme(session.id).step == "link"
    assert world.accounts.of("lucas").banks == set()
    assert sign(world, session, "lucas").step == "home"
    assert world.accounts.of("lucas").banks == {"kbc"}


def test_itsme_cannot_be_chosen_before_logging_in_nor_without_an_account() -> None:
    world = still_world()
    session = world.banks.log_in_with_card("kbc", number_of(world, "lucas", "kbc"))
    assert refusal(lambda: world.banks.choose_itsme(session.id)) == "out-of-step"
    newcomer = logged_in(world, "newcomer", "kbc")
    assert refusal(lambda: world.banks.choose_itsme(newcomer.id)) == "no-account"
    blocked = logged_in(world, "touch-id", "kbc")
    world.accounts.block("touch-id")
    assert refusal(lambda: world.banks.choose_itsme(blocked.id)) == "account-blocked"


def test_a_choice_that_is_not_signed_makes_nothing_active() -> None:
    world = still_world()
    session = logged_in(world)
    world.banks.choose_itsme(session.id)
    assert refusal(lambda: world.banks.respond(session.id, "00000000")) == "response-wrong"
    assert refusal(lambda: world.banks.log_in_with_itsme("kbc", LUCAS)) == "bank-not-linked"


def test_one_account_serves_at_several_banks() -> None:
    world = still_world()
    for bank in BANKS:
        activate(world, bank=bank)
    assert world.accounts.of("lucas").banks == set(BANKS)
    for bank in BANKS:
        session = world.banks.log_in_with_itsme(bank, LUCAS)
        approve(world)
        assert (session.step, session.logged_in_with) == ("home", "itsme")


def test_itsme_active_already_is_not_made_active_twice() -> None:
    world = still_world()
    session = activate(world)
    assert refusal(lambda: world.banks.choose_itsme(session.id)) == "bank-linked"


def test_itsme_logs_in_at_the_bank_without_the_card_reader() -> None:
    world = still_world()
    activate(world)
    session = world.banks.log_in_with_itsme("kbc", "0471 23 45 67")
    (action,) = world.apps.pending("lucas")
    assert (session.step, session.icons, session.icon) == ("app", action.icons.shown, action.icons.highlighted)
    assert action.question(str) == "Log in at KBC?"
    assert action.data(str) == ()
    approve(world)
    assert (session.step, session.outcome) == ("home", "approved")


def test_itsme_confirms_a_payment_without_the_card_reader() -> None:
    world = still_world()
    session = activate(world)
    world.banks.confirm_payment(session.id, "12.50 euro to The Shop")
    (action,) = world.apps.pending("lucas")
    assert action.question(str) == "Confirm a payment at KBC: 12.50 euro to The Shop?"
    approve(world)
    assert (session.step, session.outcome) == ("home", "approved")


def test_a_payment_refused_or_not_answered_or_with_the_wrong_icon_is_not_confirmed() -> None:
    world = still_world()
    session = activate(world)
    world.banks.confirm_payment(session.id, "1 euro")
    world.apps.refuse("lucas", world.apps.pending("lucas")[0].id)
    assert (session.step, session.outcome) == ("home", "refused")
    world.banks.confirm_payment(session.id, "1 euro")
    world.advance(180)
    assert (session.step, session.outcome) == ("home", "lapsed")
    world.banks.confirm_payment(session.id, "1 euro")
    (action,) = world.apps.pending("lucas")
    icon = next(icon for icon in action.icons.shown if icon != action.icons.highlighted)
    world.apps.approve("lucas", action.id, icon, code=CODE)
    assert (session.step, session.outcome) == ("home", "wrong_icon")
    world.banks.confirm_payment(session.id, "1 euro")
    world.accounts.block("lucas")
    assert (session.step, session.outcome) == ("home", "blocked")


def test_a_log_in_refused_in_the_app_lets_nobody_in() -> None:
    world = still_world()
    activate(world)
    session = world.banks.log_in_with_itsme("kbc", LUCAS)
    world.apps.refuse("lucas", world.apps.pending("lucas")[0].id)
    assert (session.step, session.logged_in_with) == ("over", None)
    assert refusal(lambda: world.banks.confirm_payment(session.id, "1 euro")) == "out-of-step"


def test_a_payment_wants_itsme_active_at_that_bank() -> None:
    world = still_world()
    session = logged_in(world)
    assert refusal(lambda: world.banks.confirm_payment(session.id, "1 euro")) == "bank-not-linked"


@pytest.mark.parametrize("number", ["0470 00 00 25", "+32499999999"])
def test_a_number_without_itsme_at_that_bank_cannot_log_in_with_it(number: str) -> None:
    world = still_world()
    activate(world)
    assert refusal(lambda: world.banks.log_in_with_itsme("kbc", number)) == "bank-not-linked"
    assert refusal(lambda: world.banks.log_in_with_itsme("ing", LUCAS)) == "bank-not-linked"
    assert refusal(lambda: world.banks.log_in_with_itsme("kbc", "x")) == "number-invalid"


def test_a_blocked_or_deleted_account_logs_in_at_no_bank() -> None:
    world = still_world()
    activate(world)
    world.accounts.block("lucas")
    assert refusal(lambda: world.banks.log_in_with_itsme("kbc", LUCAS)) == "account-blocked"
    world.accounts.make_anew("lucas")
    assert refusal(lambda: world.banks.log_in_with_itsme("kbc", LUCAS)) == "bank-not-linked"


def test_itsme_at_a_bank_moves_with_the_account_to_another_phone() -> None:
    world = still_world()
    activate(world)
    world.devices.move_sim("lucas", world.devices.new_phone("lucas").id)
    assert refusal(lambda: world.banks.log_in_with_itsme("kbc", LUCAS)) == "bank-not-linked"
    world.accounts.enrol_now("lucas")
    session = world.banks.log_in_with_itsme("kbc", LUCAS)
    approve(world, "lucas-2")
    assert session.step == "home"


def test_logging_out_ends_a_visit_and_what_it_asked() -> None:
    world = still_world()
    session = activate(world)
    world.banks.confirm_payment(session.id, "1 euro")
    world.banks.log_out(session.id)
    assert world.apps.pending("lucas") == ()
    assert refusal(lambda: world.banks.confirm_payment(session.id, "1 euro")) == "out-of-step"
    world.advance(3600)
    with pytest.raises(UnknownSession):
        world.banks.session(session.id)


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


def test_itsme_logs_in_at_no_bank_with_another_sim_card() -> None:
    world = still_world()
    activate(world)
    world.devices.new_sim("lucas")
    assert refusal(lambda: world.banks.log_in_with_itsme("kbc", LUCAS)) == "bank-not-linked"


def test_whoever_came_in_with_itsme_cannot_sign_with_the_card() -> None:
    world = still_world()
    activate(world)
    session = world.banks.log_in_with_itsme("kbc", LUCAS)
    approve(world)
    assert refusal(lambda: world.banks.enrol(session.id, LUCAS, EMAIL)) == "out-of-step"
    assert session.step == "home"
