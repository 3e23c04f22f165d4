"""The account works on one device: SIM card, phone and itsme code together."""

import pytest

from itsme_facade.sandbox.world import Assumptions, UnknownPhone, World
from tests.sandbox.world.town import (
    LUCAS,
    NEWCOMER,
    SHOP,
    at_the_desk,
    enrol,
    in_the_app,
    refusal,
    request,
    still_world,
)

SECOND = "+32471999999"


def works_on(world: World, person: str = "lucas") -> list[str]:
    """The ids of the phones that the person's account works on."""
    account = world.accounts.of(person)
    return [phone.id for phone in world.devices.all() if account.is_on(phone)]


def logs_in(world: World, number: str) -> str:
    """Log in on the page with a number, approve in the app; the message id if that is refused, else ""."""
    transaction = world.create(request())

    def steps() -> None:
        world.give_number(transaction.id, number)
        world.answer(number, "approve", transaction.id)

    return refusal(steps)


def second_phone(world: World, number: str | None = SECOND) -> str:
    phone = world.devices.new_phone("lucas", number)
    world.devices.install_app(phone.id)
    return phone.id


def test_an_account_works_on_the_phone_that_it_was_made_on() -> None:
    world = still_world()
    enrol(world)
    assert works_on(world, "newcomer") == ["newcomer"]
    assert logs_in(world, NEWCOMER) == ""


def test_it_does_not_work_on_a_second_phone_with_another_sim_card() -> None:
    world = still_world()
    phone = second_phone(world)
    assert logs_in(world, SECOND) == "account-elsewhere"
    assert refusal(lambda: world.apps.account(phone)) == "account-elsewhere"
    assert works_on(world) == ["lucas"]


def test_it_does_not_work_on_a_new_phone_with_the_old_sim_card_until_enrolled_there() -> None:
    world = still_world()
    phone = second_phone(world, number=None)
    world.devices.move_sim("lucas", phone)
    assert works_on(world) == []
    assert logs_in(world, LUCAS) == "account-elsewhere"
    enrol(world, "lucas", phone, LUCAS)
    assert works_on(world) == [phone]
    assert logs_in(world, LUCAS) == ""


def test_it_does_not_work_with_a_new_sim_card_until_enrolled_with_it() -> None:
    world = still_world()
    world.devices.new_sim("lucas")
    assert logs_in(world, LUCAS) == "account-elsewhere"
    enrol(world, "lucas", "lucas", LUCAS)
    assert logs_in(world, LUCAS) == ""


def test_a_new_number_takes_the_old_ones_place() -> None:
    world = still_world()
    world.devices.new_sim("lucas", SECOND)
    assert logs_in(world, LUCAS) == "number-unknown"
    assert logs_in(world, SECOND) == "account-elsewhere"
    enrol(world, "lucas", "lucas", SECOND)
    assert logs_in(world, SECOND) == ""


def test_enrolling_on_a_second_phone_moves_the_account_and_the_first_one_stops() -> None:
    world = still_world()
    phone = second_phone(world)
    before = world.accounts.of("lucas").user_id(SHOP)
    enrol(world, "lucas", phone, SECOND)
    assert works_on(world) == [phone]
    assert logs_in(world, LUCAS) == "account-elsewhere"
    assert world.apps.pending("lucas") == ()
    assert world.accounts.of("lucas").user_id(SHOP) == before


def test_a_second_phone_can_be_refused_instead_until_the_account_is_blocked_or_deleted() -> None:
    world = still_world(Assumptions(second_device="refused"))
    phone = second_phone(world)
    assert refusal(lambda: enrol(world, "lucas", phone, SECOND)) == "second-device"
    assert works_on(world) == ["lucas"]
    world.accounts.block("lucas")
    in_the_app(world, at_the_desk(world, "lucas", SECOND), phone, SECOND)
    assert works_on(world) == [phone]


def test_enrolling_again_on_the_same_phone_is_no_second_device() -> None:
    world = still_world(Assumptions(second_device="refused"))
    enrol(world, "lucas", "lucas", LUCAS)
    assert works_on(world) == ["lucas"]


def test_a_phone_carries_one_account() -> None:
    world = still_world()
    assert refusal(lambda: enrol(world, "newcomer", "lucas", LUCAS)) == "phone-in-use"
    world.accounts.delete("lucas")
    enrol(world, "newcomer", "lucas", LUCAS)
    assert works_on(world, "newcomer") == ["lucas"]
    assert logs_in(world, LUCAS) == ""


def test_an_account_is_gone_from_a_phone_without_the_app() -> None:
    world = still_world()
    world.devices.remove_app("lucas")
    assert logs_in(world, LUCAS) == "account-elsewhere"
    assert refusal(lambda: world.apps.account("lucas")) == "app-missing"
    world.devices.install_app("lucas")
    assert logs_in(world, LUCAS) == "account-elsewhere"
    enrol(world, "lucas", "lucas", LUCAS)
    assert logs_in(world, LUCAS) == ""


def test_an_account_blocked_by_its_owner_fails_transactions_until_enrolled_again() -> None:
    world = still_world()
    before = world.accounts.of("lucas").user_id(SHOP)
    waiting = world.create(request())
    world.give_number(waiting.id, LUCAS)
    world.accounts.block("lucas")
    assert waiting.status == "failure"
    later = world.create(request())
    world.give_number(later.id, LUCAS)
    assert later.status == "failure"
    enrol(world, "lucas", "lucas", LUCAS)
    assert logs_in(world, LUCAS) == ""
    assert world.accounts.of("lucas").user_id(SHOP) == before


def test_there_is_nothing_to_block_without_an_account() -> None:
    assert refusal(lambda: still_world().accounts.block("newcomer")) == "no-account"


def test_a_deleted_account_works_nowhere_and_one_made_anew_has_another_user_id() -> None:
    world = still_world()
    before = world.accounts.of("lucas").user_id(SHOP)
    world.accounts.delete("lucas")
    world.accounts.delete("lucas")
    assert logs_in(world, LUCAS) == "no-account"
    enrol(world, "lucas", "lucas", LUCAS)
    assert world.accounts.of("lucas").user_id(SHOP) != before
    assert world.accounts.of("lucas").made == 2


def test_deleting_an_account_ends_what_it_was_asked() -> None:
    world = still_world()
    transaction = world.create(request())
    world.give_number(transaction.id, LUCAS)
    world.accounts.delete("lucas")
    assert transaction.status == "failure"
    assert world.apps.pending("lucas") == ()


def test_an_account_can_be_made_anew_at_once() -> None:
    world = still_world()
    before = world.accounts.of("blocked").user_id(SHOP)
    world.accounts.make_anew("blocked")
    account = world.accounts.of("blocked")
    assert (account.state, account.user_id(SHOP) != before) == ("active", True)


def test_somebody_without_any_sim_card_cannot_be_enrolled_at_once() -> None:
    world = still_world()
    world.devices.new_phone("newcomer")
    world.devices.move_sim("newcomer", "lucas")
    assert refusal(lambda: world.accounts.enrol_now("newcomer")) == "sim-elsewhere"


def test_the_app_asks_for_a_number_again_when_the_account_has_left_the_phone() -> None:
    world = still_world()
    assert world.activation.registration("lucas").screen == "home"
    world.accounts.delete("lucas")
    assert world.activation.registration("lucas").screen == "number"


@pytest.mark.parametrize("number", [LUCAS, "0471", "0471234567"])
def test_a_new_sim_card_has_a_number_of_its_own(number: str) -> None:
    world = still_world()
    with pytest.raises(ValueError, match="number"):
        world.devices.new_phone("newcomer", number)
    assert [phone.id for phone in world.devices.of("newcomer")] == ["newcomer"]


def test_a_phone_without_a_sim_card_has_no_number() -> None:
    world = still_world()
    phone = world.devices.new_phone("lucas")
    assert phone.number == ""
    with pytest.raises(ValueError, match="no SIM card"):
        world.devices.move_sim(phone.id, "lucas")
    with pytest.raises(ValueError, match="no number"):
        world.devices.new_sim(phone.id)
    with pytest.raises(UnknownPhone):
        world.devices.phone("lucas-9")
    assert world.devices.move_sim("lucas", "lucas").number == LUCAS
