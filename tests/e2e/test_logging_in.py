"""A shop's customer, in a real browser: signing up and logging in with itsme, and every way that it can end."""

import re

import pytest
from playwright.sync_api import expect

from itsme_facade.demo.declining import NOT_A_CUSTOMER, explain
from itsme_facade.demo.demo import Demo
from tests.e2e.acts import (
    expect_told,
    give_number,
    highlighted_icon,
    other_icon,
    start_over,
    with_itsme,
)
from tests.e2e.conftest import Machines, Phones

LUCAS = "+32471234567"
CODE = "12345"


@pytest.mark.parametrize("locale", ["en", "nl", "fr", "de"])
def test_somebody_signs_up_and_logs_in_later(demo: Demo, machines: Machines, phones: Phones, locale: str) -> None:
    phone = phones("lucas", locale)
    phone.open_app()
    shop = machines().open(demo.shop_url)

    with_itsme(shop, "register", locale)
    give_number(shop, LUCAS)
    phone.approve(highlighted_icon(shop), CODE)
    shop.wait_for_url(f"{demo.shop_url}/")
    expect(shop.locator("h1")).to_have_text("Hello, Lucas Maes")
    expect(shop.locator("dl")).to_contain_text("Rue Neuve 1")

    shop.get_by_role("button", name="Log out").click()
    with_itsme(shop, "login", locale)
    give_number(shop, "0471 23 45 67")
    phone.open_app()
    phone.approve(highlighted_icon(shop), CODE)
    shop.wait_for_url(f"{demo.shop_url}/")
    expect(shop.locator("h1")).to_have_text("Hello, Lucas Maes")
    expect(shop.locator("dl")).not_to_contain_text("Rue Neuve 1")


def test_the_browser_opens_the_login_page_in_the_language_that_it_prefers(demo: Demo, machines: Machines) -> None:
    shop = machines(locale="fr-BE").open(demo.shop_url)
    shop.get_by_role("button", name="Log in with itsme").click()
    expect(shop.locator("html")).to_have_attribute("lang", "fr")


def test_the_language_of_the_login_page_can_be_changed_on_it(demo: Demo, machines: Machines, phones: Phones) -> None:
    phone = phones("lucas", "de")
    phone.open_app()
    shop = machines().open(demo.shop_url)
    with_itsme(shop, "register", "nl")
    shop.get_by_role("link", name="Deutsch").click()
    expect(shop.locator("html")).to_have_attribute("lang", "de")
    give_number(shop, LUCAS)
    expect(shop.locator("html")).to_have_attribute("lang", "de")
    phone.approve(highlighted_icon(shop), CODE)
    shop.wait_for_url(f"{demo.shop_url}/")


def test_who_refuses_is_brought_back_and_can_start_again(demo: Demo, machines: Machines, phones: Phones) -> None:
    phone = phones("lucas", "nl")
    phone.open_app()
    shop = machines().open(demo.shop_url)
    with_itsme(shop, "register", "nl")
    give_number(shop, LUCAS)
    phone.refuse()
    expect_told(shop, "cancelled", "nl")
    start_over(shop, f"{demo.shop_url}/")


def test_who_taps_the_wrong_icon_approves_nothing(demo: Demo, machines: Machines, phones: Phones) -> None:
    phone = phones("lucas", "fr")
    phone.open_app()
    shop = machines().open(demo.shop_url)
    with_itsme(shop, "register", "fr")
    give_number(shop, LUCAS)
    phone.approve(other_icon(shop), CODE)
    expect_told(shop, "cancelled", "fr")


def test_who_lets_the_time_run_out_is_brought_back_too(demo: Demo, machines: Machines, phones: Phones) -> None:
    phone = phones("lucas", "de")
    phone.open_app()
    shop = machines().open(demo.shop_url)
    with_itsme(shop, "register", "de")
    give_number(shop, LUCAS)
    expect(phone.page.locator("#actions a")).to_be_visible()
    demo.sandbox.clock.advance(minutes=3)
    expect_told(shop, "expired", "de")
    expect(phone.page.locator("#actions a")).to_have_count(0)


@pytest.mark.parametrize("locale", ["en", "nl", "fr", "de"])
def test_who_logs_in_without_being_a_customer_is_told_to_sign_up(demo: Demo, machines: Machines, locale: str) -> None:
    shop = machines().open(demo.shop_url)
    with_itsme(shop, "login", locale)
    give_number(shop, "+32470000023")  # approves at once
    told = explain(NOT_A_CUSTOMER, locale)
    assert told is not None
    expect_told(shop, told, locale)
    start_over(shop, f"{demo.shop_url}/")


def test_who_comes_back_too_early_waits_on_a_page_that_goes_on_by_itself_without_javascript(
    demo: Demo, machines: Machines, phones: Phones
) -> None:
    phone = phones("lucas", "nl")
    phone.open_app()
    machine = machines(javascript=False)
    shop = machine.open(demo.shop_url)
    with_itsme(shop, "register", "nl")
    back = demo.sandbox.world.transaction(shop.url.rpartition("/")[2]).request.redirect_url
    early = machine.open(back)
    expect_told(early, "still_open", "nl")
    give_number(shop, LUCAS)
    phone.approve(highlighted_icon(shop), CODE)
    for tab in (early, shop):
        tab.wait_for_url(f"{demo.shop_url}/", timeout=20_000)
        expect(tab.locator("h1")).to_have_text("Hello, Lucas Maes")
    assert [transaction.given for transaction in demo.sandbox.transactions] == [True]


def test_the_back_button_after_a_logout_signs_nobody_in(demo: Demo, machines: Machines, phones: Phones) -> None:
    phone = phones("lucas")
    phone.open_app()
    shop = machines().open(demo.shop_url)
    with_itsme(shop, "register", "en")
    back = demo.sandbox.world.transaction(shop.url.rpartition("/")[2]).request.redirect_url
    give_number(shop, LUCAS)
    phone.approve(highlighted_icon(shop), CODE)
    shop.wait_for_url(f"{demo.shop_url}/")
    shop.get_by_role("button", name="Log out").click()
    expect(shop.get_by_role("button", name="Sign up with itsme")).to_be_visible()
    shop.go_back()
    expect(shop.get_by_role("button", name="Sign up with itsme")).to_be_visible()
    shop.goto(back)
    shop.wait_for_url("**/itsme/register/wait?login=*")
    shop.goto(demo.shop_url)
    expect(shop.get_by_role("button", name="Sign up with itsme")).to_be_visible()


def test_nobody_is_asked_when_the_number_is_nobodys(demo: Demo, machines: Machines) -> None:
    shop = machines().open(demo.shop_url)
    with_itsme(shop, "login", "en")
    give_number(shop, "+32499999999")
    field = shop.locator("#phoneNumber")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("+32499999999")
    expect(shop.get_by_role("alert")).to_be_visible()


def test_a_login_belongs_to_the_browser_that_opened_it(demo: Demo, machines: Machines, phones: Phones) -> None:
    phone = phones("lucas")
    phone.open_app()
    shop = machines().open(demo.shop_url)
    with_itsme(shop, "register", "en")
    stranger = machines().open(shop.url)
    expect(stranger.locator("#phoneNumber")).to_have_count(0)
    give_number(shop, LUCAS)
    phone.approve(highlighted_icon(shop), CODE)
    shop.wait_for_url(f"{demo.shop_url}/")
    stranger.reload()
    assert stranger.url.startswith(f"{demo.itsme_url}/login/")


def test_on_the_phone_itself_no_number_is_asked(demo: Demo, machines: Machines, phones: Phones) -> None:
    phone = phones("lucas", on=machines(width=390, height=740))
    phone.page.locator("button[name=do][value=own]").click()
    shop = phone.page
    shop.goto(demo.shop_url)
    with_itsme(shop, "register", "en")
    expect(shop.locator("#phoneNumber[type=tel]")).to_have_count(0)
    shop.locator("main form button").click()
    icon = highlighted_icon(shop)
    shop.locator("main a.button").click()
    phone.tap(icon)
    shop.fill("#code", CODE)
    shop.locator("button[value=approve]").click()
    shop.locator("main a.button").click()
    shop.wait_for_url(f"{demo.shop_url}/")
    expect(shop.locator("h1")).to_have_text("Hello, Lucas Maes")


def test_a_number_whose_way_back_is_a_link_shows_that_another_browser_gets_nothing(
    demo: Demo, machines: Machines
) -> None:
    shop = machines().open(demo.shop_url)
    with_itsme(shop, "register", "en")
    give_number(shop, "+32400000009")
    link = shop.get_by_role("link", name=f"{demo.shop_url}/itsme/register/back")
    stranger = machines().open(link.get_attribute("href") or "")
    expect_told(stranger, "other_browser", "en")
    stranger.goto(demo.shop_url)
    expect(stranger.get_by_role("button", name="Log out")).to_have_count(0)
    link.click()
    shop.wait_for_url(f"{demo.shop_url}/")
    expect(shop.locator("h1")).to_have_text(re.compile("^Hello, "))


def test_a_number_that_is_sent_back_twice_is_signed_in_once(demo: Demo, machines: Machines) -> None:
    machine = machines()
    shop = machine.open(demo.shop_url)
    with_itsme(shop, "register", "en")
    give_number(shop, "+32400000010")
    shop.wait_for_url(f"{demo.shop_url}/")
    expect(shop.locator("h1")).to_have_text(re.compile("^Hello, "))
    assert [transaction.reads for transaction in demo.sandbox.transactions] == [1]
    for tab in machine.context.pages:
        expect(tab.locator("h1")).to_have_text(re.compile("^Hello, "))


def test_without_javascript_the_pages_go_on_by_reloading(demo: Demo, machines: Machines, phones: Phones) -> None:
    phone = phones("lucas", on=machines(javascript=False, width=390, height=740))
    phone.open_app()
    shop = machines(javascript=False).open(demo.shop_url)
    with_itsme(shop, "register", "en")
    give_number(shop, LUCAS)
    phone.approve(highlighted_icon(shop), CODE)
    shop.wait_for_url(f"{demo.shop_url}/", timeout=20_000)
    expect(shop.locator("h1")).to_have_text("Hello, Lucas Maes")
