"""Somebody who never had itsme gets an account, in a real browser: with an eID, or through a bank."""

import pytest
from playwright.sync_api import expect

from itsme_facade.demo.declining import NOT_ACTIVATED, explain
from itsme_facade.demo.demo import Demo
from tests.e2e.acts import (
    CODE,
    choose_language,
    enrol_at_desk,
    expect_told,
    give_number,
    highlighted_icon,
    insert_card,
    log_in_with_card,
    press,
    read_token,
    sign,
    start_at_desk,
    start_over,
    use_reader,
    with_itsme,
)
from tests.e2e.conftest import Machines, Phones

NUMBER, EMAIL, PIN, BANK_PIN = "+32470000025", "thomas@mail.example", "1234", "4321"


@pytest.mark.parametrize("locale", ["en", "nl", "fr", "de"])
def test_who_enrols_with_an_eid_can_sign_up_at_a_shop(
    demo: Demo, machines: Machines, phones: Phones, locale: str
) -> None:
    computer = machines()
    desk = computer.open(demo.itsme_url)
    choose_language(desk, demo.itsme_url, locale)
    token = enrol_at_desk(desk, demo.itsme_url, person="newcomer", number=NUMBER, email=EMAIL, pin=PIN)
    expect(desk.locator("html")).to_have_attribute("lang", locale)

    phone = phones("newcomer", locale)
    phone.install_app()
    phone.enter_token(NUMBER, token)
    phone.finish_enrolling(touch_id=True)
    expect(phone.page.locator("html")).to_have_attribute("lang", locale)

    shop = computer.open(demo.shop_url)
    with_itsme(shop, "register", locale)
    give_number(shop, NUMBER)
    phone.approve(highlighted_icon(shop), None)
    shop.wait_for_url(f"{demo.shop_url}/")
    expect(shop.locator("h1")).to_have_text("Hello, Thomas Lambrecht")
    expect(shop.locator("dl")).to_contain_text(EMAIL)


@pytest.mark.parametrize("locale", ["en", "nl", "fr", "de"])
def test_who_enrols_through_a_bank_activates_itsme_there_and_logs_in_with_it(
    demo: Demo, machines: Machines, phones: Phones, locale: str
) -> None:
    computer = machines()
    bank = computer.open(demo.itsme_url)
    choose_language(bank, demo.itsme_url, locale)
    log_in_with_card(bank, f"{demo.itsme_url}/bank/kbc/enrol", "Thomas Lambrecht", BANK_PIN)
    bank.fill("#number", "0470 00 00 25")
    bank.fill("#email", EMAIL)
    press(bank, "enrol")
    use_reader(bank, BANK_PIN)
    token = read_token(bank)
    expect(bank.locator("html")).to_have_attribute("lang", locale)

    phone = phones("newcomer", locale)
    phone.install_app()
    phone.enter_token(NUMBER, token)
    phone.finish_enrolling(touch_id=False)

    site = computer.open(demo.bank_url)
    with_itsme(site, "login", locale)
    give_number(site, NUMBER)
    phone.approve(highlighted_icon(site), CODE)
    told = explain(NOT_ACTIVATED, locale)
    assert told is not None
    expect_told(site, told, locale)
    start_over(site, f"{demo.bank_url}/")

    press(bank, "choose")
    use_reader(bank, BANK_PIN)
    expect(bank.locator("#payment")).to_be_visible()

    with_itsme(site, "login", locale)
    give_number(site, NUMBER)
    phone.open_app()
    phone.approve(highlighted_icon(site), CODE)
    site.wait_for_url(f"{demo.bank_url}/")
    expect(site.locator("h1")).to_have_text("Hello, Thomas Lambrecht")


def test_enrolling_takes_no_javascript(demo: Demo, machines: Machines, phones: Phones) -> None:
    desk = machines(javascript=False).open(demo.itsme_url)
    choose_language(desk, demo.itsme_url, "de")
    token = enrol_at_desk(desk, demo.itsme_url, person="newcomer", number=NUMBER, email=EMAIL, pin=PIN)
    phone = phones("newcomer", "de", on=machines(javascript=False, width=390, height=740))
    phone.install_app()
    phone.enter_token(NUMBER, token)
    phone.finish_enrolling(touch_id=True)
    desk.reload()
    expect(desk.locator(".token")).to_have_count(0)


def test_a_customer_confirms_a_payment_and_logs_in_with_itsme_instead_of_the_card(
    demo: Demo, machines: Machines, phones: Phones
) -> None:
    phone = phones("touch-id", "nl")
    phone.open_app()
    bank = machines().open(demo.itsme_url)
    choose_language(bank, demo.itsme_url, "nl")
    log_in_with_card(bank, f"{demo.itsme_url}/bank/ing", "Sofie Willems", BANK_PIN)
    press(bank, "choose")
    use_reader(bank, BANK_PIN)
    press(bank, "pay")
    phone.approve(highlighted_icon(bank), "12345")
    expect(bank.locator("p.good[role=status]")).to_be_visible()
    press(bank, "out")

    bank.goto(f"{demo.itsme_url}/bank/ing")
    bank.fill("#number", "+32470000024")
    press(bank, "itsme")
    phone.open_app()
    phone.approve(highlighted_icon(bank), "12345")
    expect(bank.locator("#payment")).to_be_visible()


def test_an_account_works_on_the_second_device_and_no_longer_on_the_first(
    demo: Demo, machines: Machines, phones: Phones
) -> None:
    computer = machines()
    desk = computer.open(f"{demo.itsme_url}/people/lucas")
    press(desk, "new-phone")
    press(desk, "move-sim")
    choose_language(desk, demo.itsme_url, "fr")
    token = enrol_at_desk(
        desk, demo.itsme_url, person="lucas", number="+32471234567", email="lucas.maes@mail.example", pin=PIN
    )
    old, new = phones("lucas", "fr"), phones("lucas-2", "fr")
    new.install_app()
    new.enter_token("+32471234567", token)
    new.finish_enrolling(touch_id=True)

    shop = computer.open(demo.shop_url)
    with_itsme(shop, "register", "fr")
    give_number(shop, "+32471234567")
    old.open_app()
    expect(old.page.locator("#actions")).to_have_count(0)
    new.open_app()
    new.approve(highlighted_icon(shop), None)
    shop.wait_for_url(f"{demo.shop_url}/")
    expect(shop.locator("h1")).to_have_text("Hello, Lucas Maes")


def test_three_wrong_codes_block_an_account_and_enrolling_again_unblocks_it(
    demo: Demo, machines: Machines, phones: Phones
) -> None:
    computer = machines()
    shop = computer.open(demo.shop_url)
    phone = phones("lucas", "de")
    phone.open_app()
    with_itsme(shop, "register", "de")
    give_number(shop, "+32471234567")
    phone.open_request()
    for _ in range(3):
        phone.tap(highlighted_icon(shop))
        phone.page.fill("#code", "00000")
        press(phone.page, "approve")
    shop.wait_for_url("**/wait?login=*")
    start_over(shop, f"{demo.shop_url}/")

    desk = computer.open(demo.itsme_url)
    choose_language(desk, demo.itsme_url, "de")
    token = enrol_at_desk(
        desk, demo.itsme_url, person="lucas", number="+32471234567", email="lucas.maes@mail.example", pin=PIN
    )
    phone.enter_token("+32471234567", token)
    phone.finish_enrolling()
    with_itsme(shop, "register", "de")
    give_number(shop, "+32471234567")
    phone.open_app()
    phone.approve(highlighted_icon(shop), CODE)
    shop.wait_for_url(f"{demo.shop_url}/")
    expect(shop.locator("h1")).to_have_text("Hello, Lucas Maes")


def test_who_forgot_the_pin_finds_it_in_the_letter(demo: Demo, machines: Machines) -> None:
    desk = machines().open(demo.itsme_url)
    choose_language(desk, demo.itsme_url, "fr")
    start_at_desk(desk, demo.itsme_url, "+32470000026", "isabelle@mail.example")
    insert_card(desk, "forgot-pin")
    press(desk, "letter")
    expect(desk.get_by_role("status")).to_contain_text("7302")
    sign(desk, "0000")
    expect(desk.locator("#pin")).to_have_attribute("aria-invalid", "true")
    sign(desk, "7302")
    read_token(desk)


def test_what_is_missing_on_the_computer_is_installed_on_the_way(demo: Demo, machines: Machines) -> None:
    desk = machines().open(f"{demo.itsme_url}/desk")
    desk.uncheck("[name=connective]")
    desk.uncheck("[name=reader]")
    desk.fill("#number", NUMBER)
    desk.fill("#email", EMAIL)
    desk.get_by_role("button", name="Continue").click()
    press(desk, "confirm")
    desk.select_option("#card", "newcomer")
    press(desk, "insert")
    expect(desk.get_by_role("alert")).to_contain_text("Connective")
    press(desk, "connective")
    press(desk, "reader")
    insert_card(desk, "newcomer")
    expect(desk.locator("#pin")).to_be_visible()


def test_who_is_too_young_is_told_so(demo: Demo, machines: Machines) -> None:
    desk = machines().open(demo.itsme_url)
    start_at_desk(desk, demo.itsme_url, "+32470000028", "finn@mail.example")
    desk.select_option("#card", "under-sixteen")
    press(desk, "insert")
    expect(desk.get_by_role("alert")).to_contain_text("16")
