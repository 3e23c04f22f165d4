"""Who may see what: linking an itsme to an account, an account that changes on the way, and an age gate."""

import pytest
from playwright.sync_api import expect

from itsme_facade.sandbox import Sandbox
from tests.e2e.applications.acts import (
    button,
    expect_page,
    link,
    log_in,
    log_out,
    press_button,
    start,
    use_card,
)
from tests.e2e.applications.conftest import Visitors
from tests.e2e.applications.processes import Site

WITH_CARDS = pytest.mark.parametrize("site", ["library", "bank"], indirect=True)


@WITH_CARDS
def test_an_itsme_that_nobody_has_linked_signs_nobody_in(site: Site, sandbox: Sandbox, visitors: Visitors) -> None:
    page = visitors().page
    log_in(page, site, sandbox, person="many-names")
    page.wait_for_url(f"{site.url}/itsme/wait?login=*")
    expect(page.locator("h1")).to_contain_text("not" if site.application.name == "library" else "activated")
    page.goto(site.url + site.application.private)
    expect(button(page)).to_be_visible()


@WITH_CARDS
def test_an_itsme_belongs_to_one_account(site: Site, sandbox: Sandbox, visitors: Visitors) -> None:
    page = visitors().page
    link(page, site, sandbox)
    log_out(page, site)
    use_card(page, site, other=True)
    sandbox.person("lucas").phone.approve(press_button(page))
    page.wait_for_url(f"{site.url}/itsme/wait?login=*")
    expect(page.locator("h1")).to_contain_text("This itsme belongs to another")
    page.goto(site.url)
    expect(page.locator("main")).not_to_contain_text(site.application.linked)


@WITH_CARDS
def test_who_changes_accounts_while_linking_links_neither(site: Site, sandbox: Sandbox, visitors: Visitors) -> None:
    visitor = visitors(locale="fr")
    page, second = visitor.page, visitor.new_tab()
    use_card(page, site, other=True)
    login_page = press_button(page)
    log_out(second, site)
    use_card(second, site)
    sandbox.person("zero-date").phone.approve(login_page)
    page.wait_for_url(f"{site.url}/itsme/wait?login=*")
    expect_page(page, "account_changed", "fr")
    assert sandbox.transaction(login_page).reads == 0
    log_out(second, site)
    log_in(second, site, sandbox, person="zero-date")
    second.wait_for_url(f"{site.url}/itsme/wait?login=*")
    expect(second.get_by_role("link", name="Go to the first page")).to_be_visible()


@WITH_CARDS
def test_a_wrong_password_signs_nobody_in(site: Site, visitors: Visitors) -> None:
    page = visitors().page
    page.goto(site.url)
    for field, value in site.application.card.items():
        page.fill(f"#{field}", f"{value}1")
    page.locator("form:has(#card) button").click()
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")


@pytest.mark.parametrize(
    ("person", "answer"),
    [
        ("lucas", "one beer is on its way"),
        ("sixteen", "You are not 18 yet"),
        ("no-birthdate", "did not tell us your full date of birth"),
    ],
)
def test_beer_is_for_those_alone_who_are_known_to_be_adults(
    person: str, answer: str, shop: Site, sandbox: Sandbox, visitors: Visitors
) -> None:
    page = visitors().page
    page.goto(f"{shop.url}/beer")
    sandbox.person(person).phone.approve(press_button(page))
    page.wait_for_url(f"{shop.url}/beer")
    expect(page.locator("main")).to_contain_text(answer)


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_a_link_with_a_bad_end_leads_to_the_first_page(
    wanted: str, shop: Site, sandbox: Sandbox, visitors: Visitors
) -> None:
    page = visitors().page
    sandbox.person("lucas").phone.approve(start(page, shop, f"/?next={wanted}"))
    page.wait_for_url(f"{shop.url}/")
    expect(page.locator("main")).to_contain_text(shop.application.greeting)
