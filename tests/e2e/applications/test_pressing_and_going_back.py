"""What people do besides waiting: press twice, go back, reload, open a second tab."""

import pytest
from playwright.sync_api import expect

from itsme_facade.sandbox import Sandbox
from tests.e2e.applications.acts import (
    ITSME_PAGE,
    button,
    expect_page,
    link,
    log_in,
    log_out,
    press_button,
    start,
    way_back,
)
from tests.e2e.applications.conftest import Visitors
from tests.e2e.applications.processes import Site

EVERYWHERE = pytest.mark.parametrize("site", ["shop", "library", "bank"], indirect=True)


@EVERYWHERE
def test_a_double_click_on_the_button_ends_in_one_login(site: Site, sandbox: Sandbox, visitors: Visitors) -> None:
    page = visitors().page
    if site.application.card:
        link(page, site, sandbox)
        log_out(page, site)
    page.goto(f"{site.url}/?next={site.application.private}")
    before = len(sandbox.transactions)
    button(page).dblclick(no_wait_after=True)
    page.wait_for_url(ITSME_PAGE)
    page.wait_for_load_state()
    sandbox.person("lucas").phone.approve(page.url)
    page.wait_for_url(site.url + site.application.private)
    expect(page.locator("main")).to_contain_text(site.application.inside)
    started = sandbox.transactions[before:]
    assert sorted(each.reads for each in started) == [0] * (len(started) - 1) + [1]


@EVERYWHERE
def test_the_back_button_after_signing_in_leads_to_no_error_and_after_a_logout_to_no_account(
    site: Site, sandbox: Sandbox, visitors: Visitors
) -> None:
    page = visitors().page
    if site.application.card:
        link(page, site, sandbox)
        log_out(page, site)
    log_in(page, site, sandbox, f"/?next={site.application.private}")
    page.wait_for_url(site.url + site.application.private)
    page.go_back()
    expect(page.locator("main")).to_contain_text(site.application.greeting)
    log_out(page, site)
    for _ in range(4):
        page.go_back()
        page.wait_for_load_state()
        expect(page.locator("body")).not_to_contain_text(site.application.inside)
    page.goto(site.url + site.application.private)
    expect(button(page)).to_be_visible()
    assert [each.reads for each in sandbox.transactions] == [1] * len(sandbox.transactions)


def test_the_way_back_taken_again_leads_on_and_signs_nobody_in_after_a_logout(
    shop: Site, sandbox: Sandbox, visitors: Visitors
) -> None:
    page = visitors().page
    login_page = start(page, shop, "/?next=/beer")
    sandbox.person("lucas").phone.approve(login_page)
    page.wait_for_url(f"{shop.url}/beer")
    page.reload()
    expect(page.locator("main")).to_contain_text(shop.application.inside)
    page.goto(way_back(sandbox, login_page))
    assert page.url == f"{shop.url}/beer"
    log_out(page, shop)
    page.goto(way_back(sandbox, login_page))
    expect_page(page, "unknown")
    page.goto(f"{shop.url}/beer")
    expect(button(page)).to_be_visible()
    assert sandbox.transaction(login_page).reads == 1


@pytest.mark.parametrize(("site", "locale"), [("shop", "fr"), ("library", "de"), ("bank", "nl")], indirect=["site"])
def test_who_comes_back_too_early_may_reload_the_waiting_page_which_goes_on_by_itself(
    site: Site, locale: str, sandbox: Sandbox, visitors: Visitors
) -> None:
    page = visitors(locale=locale).page
    if site.application.card:
        link(page, site, sandbox)
        log_out(page, site)
    login_page = start(page, site, f"/?next={site.application.private}")
    page.goto(way_back(sandbox, login_page))
    assert page.url.startswith(f"{site.url}/itsme/wait?login=")
    expect_page(page, "still_open", locale)
    page.reload()
    expect_page(page, "still_open", locale)
    sandbox.person("lucas").phone.approve(login_page)
    page.wait_for_url(site.url + site.application.private)
    expect(page.locator("main")).to_contain_text(site.application.inside)


@EVERYWHERE
def test_two_tabs_finish_a_login_each(site: Site, sandbox: Sandbox, visitors: Visitors) -> None:
    visitor = visitors()
    first, second = visitor.page, visitor.new_tab()
    if site.application.card:
        link(first, site, sandbox)
        log_out(first, site)
    begun = len(sandbox.transactions)
    one = start(first, site, f"/?next={site.application.private}")
    second.goto(f"{site.url}/?next=/?from=second")
    other = press_button(second)
    sandbox.person("lucas").phone.approve(other)
    second.wait_for_url(f"{site.url}/?from=second")
    expect(second.locator("main")).to_contain_text(site.application.greeting)
    assert first.url == one
    sandbox.person("lucas").phone.approve(one)
    first.wait_for_url(site.url + site.application.private)
    expect(first.locator("main")).to_contain_text(site.application.inside)
    assert [each.reads for each in sandbox.transactions[begun:]] == [1, 1]
