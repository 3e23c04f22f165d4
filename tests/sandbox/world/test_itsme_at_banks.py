"""With itsme at banks: make it active there, log in and pay with it."""

import pytest

from itsme_facade.sandbox.world import BANKS, UnknownSession
from tests.sandbox.world.town import (
    CODE,
    EMAIL,
    LUCAS,
    activate,
    approve,
    card_number,
    logged_in,
    refusal,
    sign,
    still_world,
)


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
    session = world.banks.log_in_with_card("kbc", card_number(world, "lucas", "kbc"))
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
