"""The way back opened where nothing was begun: another browser of the same person, or a stranger's."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from itsme_facade.flow.messages import message
from itsme_facade.sandbox import Sandbox
from tests.e2e.acts import give_number
from tests.e2e.applications.acts import PHONE, button, expect_page, login_of, press_button, start, use_card, way_back
from tests.e2e.applications.conftest import Visitors
from tests.e2e.applications.processes import Site

WAY_BACK_IS_A_LINK = "+32400000009"


def come_to_the_link(page: Page) -> str:
    """On itsme's page: approves, and gives the address that the phone would open, wherever that is."""
    give_number(page, WAY_BACK_IS_A_LINK)
    address = page.locator("main a[rel=noreferrer]").get_attribute("href")
    assert address is not None
    return address


@pytest.mark.parametrize("locale", ["fr", "nl"])
def test_another_browser_is_told_to_go_on_where_the_login_began(
    locale: str, shop: Site, sandbox: Sandbox, visitors: Visitors
) -> None:
    first, other = visitors(locale=locale).page, visitors(locale=locale, screen=PHONE).page
    login_page = start(first, shop, "/?next=/beer")
    address = come_to_the_link(first)
    other.goto(address)
    expect_page(other, "other_browser", locale)
    assert other.locator("main form").count() == 0
    other.goto(f"{shop.url}/beer")
    expect(button(other)).to_be_visible()
    first.locator("main a[rel=noreferrer]").click()
    first.wait_for_url(f"{shop.url}/beer")
    assert sandbox.transaction(login_page).reads == 1


def test_a_code_carries_the_linking_of_an_account_from_one_browser_to_the_other(
    bank: Site, sandbox: Sandbox, visitors: Visitors
) -> None:
    first, other = visitors(locale="nl").page, visitors(locale="nl", screen=PHONE).page
    use_card(first, bank)
    login_page = press_button(first)
    other.goto(come_to_the_link(first))
    expect_page(other, "other_browser_code", "nl")
    code = other.locator(".itsme-code").inner_text()
    shown_at = other.locator("main strong").first.inner_text()
    other.reload()
    expect(other.locator(".itsme-code")).to_have_text(code)
    assert urlsplit(f"http://{shown_at}").netloc == urlsplit(bank.url).netloc
    first.goto(f"http://{shown_at}")
    expect(first.locator("h1")).to_have_text(message("code_wanted", "nl").title)
    first.fill("#itsme-code", "00000000")
    first.keyboard.press("Enter")
    expect(first.locator("h1")).to_have_text(message("wrong_code", "nl").title)
    first.fill("#itsme-code", code.lower())
    first.keyboard.press("Enter")
    first.wait_for_url(f"{bank.url}/")
    expect(first.locator("main")).to_contain_text(bank.application.linked)
    other.goto(f"{bank.url}{bank.application.private}")
    expect(button(other)).to_be_visible()
    assert sandbox.transaction(login_page).reads == 1


def test_a_login_page_that_somebody_sends_along_ends_in_no_account(
    shop: Site, sandbox: Sandbox, visitors: Visitors
) -> None:
    attacker, victim = visitors().page, visitors(locale="de").page
    login_page = start(attacker, shop)
    attacker.goto("about:blank")
    victim.goto(shop.url)
    victim.goto(login_page)
    sandbox.person("lucas").phone.approve(login_page)
    victim.goto(way_back(sandbox, login_page))
    assert victim.url == f"{shop.url}/itsme/wait?login={login_of(way_back(sandbox, login_page))}"
    assert victim.locator("main form").count() == 0
    for page in (attacker, victim):
        page.goto(f"{shop.url}/beer")
        expect(button(page)).to_be_visible()
