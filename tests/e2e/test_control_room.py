"""What is done in the control room is felt on the other pages, and they show it by themselves."""

from playwright.sync_api import expect

from itsme_facade.demo.demo import Demo
from itsme_facade.flow.messages import message
from tests.e2e.acts import expect_told, give_number, press, with_itsme
from tests.e2e.conftest import Machines, Phones

LUCAS = "+32471234567"


def test_a_fault_that_is_set_there_meets_the_shop_once(demo: Demo, machines: Machines) -> None:
    room = machines().open(f"{demo.itsme_url}/faults")
    press(room, "add")
    expect(room.locator("#faults li")).to_have_count(1)
    shop = machines().open(demo.shop_url)
    shop.get_by_role("button", name="Sign up with itsme").click()
    expect(shop.locator("h1")).to_have_text(message("cm_down", "en").title)
    expect(room.locator("#faults li")).to_have_count(0)
    shop.get_by_role("button", name=message("cm_down", "en").action).click()
    shop.wait_for_url("**/login/*")


def test_a_clock_that_is_moved_there_ends_what_was_not_answered(demo: Demo, machines: Machines) -> None:
    shop = machines().open(demo.shop_url)
    with_itsme(shop, "register", "en")
    give_number(shop, LUCAS)
    room = machines().open(demo.itsme_url)
    room.fill("#minutes", "3")
    press(room, "advance")
    expect_told(shop, "expired", "en")


def test_a_transaction_can_be_made_to_fail_there(demo: Demo, machines: Machines) -> None:
    shop = machines().open(demo.shop_url)
    with_itsme(shop, "register", "en")
    give_number(shop, LUCAS)
    room = machines().open(demo.itsme_url)
    press(room, "fail")
    expect_told(shop, "failure", "en")


def test_a_reset_there_lets_the_phone_wait_for_nothing(demo: Demo, machines: Machines, phones: Phones) -> None:
    shop = machines().open(demo.shop_url)
    with_itsme(shop, "register", "en")
    give_number(shop, LUCAS)
    phone = phones("lucas")
    phone.open_app()
    expect(phone.page.locator("#actions a")).to_have_count(1)
    room = machines().open(demo.itsme_url)
    expect(room.locator("#transactions article")).to_have_count(1)
    press(room, "reset")
    expect(room.locator("#transactions article")).to_have_count(0)
    expect(phone.page.locator("#actions a")).to_have_count(0)


def test_who_always_approves_needs_nobody_at_the_phone(demo: Demo, machines: Machines) -> None:
    room = machines().open(f"{demo.itsme_url}/people/lucas")
    room.select_option("#habit", "approve")
    press(room, "habit")
    shop = machines().open(demo.shop_url)
    with_itsme(shop, "register", "en")
    give_number(shop, LUCAS)
    shop.wait_for_url(f"{demo.shop_url}/")
    expect(shop.locator("h1")).to_have_text("Hello, Lucas Maes")
