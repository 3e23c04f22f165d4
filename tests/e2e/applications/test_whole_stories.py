"""From the button to the logout, with the phone in a second browser, as people would do it: nothing but pages."""

from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect

from itsme_facade.sandbox import Sandbox
from tests.e2e.acts import Phone, give_number, highlighted_icon
from tests.e2e.applications.acts import DESK, PHONE, button, link, log_out, press_button, start, use_card
from tests.e2e.applications.conftest import Visitors
from tests.e2e.applications.processes import Site

BUTTON = {
    "en": "Log in with itsme",
    "nl": "Aanmelden met itsme",
    "fr": "S'identifier avec itsme",
    "de": "Mit itsme anmelden",
}
STORIES = [
    pytest.param("shop", "en", DESK, True, id="shop, at a desk, in English"),
    pytest.param("shop", "de", PHONE, True, id="shop, on a small screen, in German"),
    pytest.param("shop", "nl", DESK, False, id="shop, in Dutch, without JavaScript"),
    pytest.param("library", "nl", DESK, True, id="library, at a desk, in Dutch"),
    pytest.param("library", "fr", PHONE, True, id="library, on a small screen, in French"),
    pytest.param("bank", "fr", DESK, True, id="bank, at a desk, in French"),
    pytest.param("bank", "de", PHONE, False, id="bank, on a small screen, in German, without JavaScript"),
]


def approve_on_the_phone(page: Page, phone: Page, locale: str, sandbox: Sandbox) -> None:
    """The number on the login page, the icon and the code in the app."""
    lucas = sandbox.person("lucas")
    give_number(page, lucas.phone.number)
    icon = highlighted_icon(page)
    url = f"{sandbox.app.state.url}/phone/{lucas.phone.id}"
    phone.goto(f"{url}?lang={locale}")
    phone.goto(f"{url}/app")
    Phone(phone, url).approve(icon, lucas.account.code)


@pytest.mark.parametrize(("site", "locale", "screen", "javascript"), STORIES, indirect=["site"])
def test_a_person_logs_in_sees_what_is_theirs_and_logs_out(
    site: Site, locale: str, screen: tuple[int, int], javascript: bool, sandbox: Sandbox, visitors: Visitors
) -> None:
    page = visitors(locale=locale, screen=screen, javascript=javascript).page
    phone = visitors(locale=locale, screen=PHONE, javascript=javascript).page
    if site.application.card:
        use_card(page, site)
        press_button(page)
        approve_on_the_phone(page, phone, locale, sandbox)
        page.wait_for_url(f"{site.url}/")
        expect(page.locator("main")).to_contain_text(site.application.linked)
        log_out(page, site)
    page.goto(site.url + site.application.private)
    assert unquote(page.url) == f"{site.url}/?next={site.application.private}"
    expect(button(page)).to_have_text(BUTTON[locale])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    press_button(page)
    expect(page.locator("html")).to_have_attribute("lang", locale)
    approve_on_the_phone(page, phone, locale, sandbox)
    page.wait_for_url(site.url + site.application.private)
    expect(page.locator("main")).to_contain_text(site.application.inside)
    page.goto(site.url)
    expect(page.locator("main")).to_contain_text(site.application.greeting)
    log_out(page, site)
    page.goto(site.url + site.application.private)
    expect(button(page)).to_be_visible()
    reads = [each.reads for each in sandbox.transactions]
    assert reads == [1] * len(reads)
    assert "/itsme/back?state=-" in site.written()


def test_a_login_outlives_the_processes_that_began_it(library: Site, sandbox: Sandbox, visitors: Visitors) -> None:
    page = visitors().page
    link(page, library, sandbox)
    log_out(page, library)
    login_page = start(page, library, "/?next=/loans")
    library.replace_workers()
    sandbox.person("lucas").phone.approve(login_page)
    page.wait_for_url(f"{library.url}/loans")
    expect(page.locator("main")).to_contain_text(library.application.inside)
    assert sandbox.transaction(login_page).reads == 1
