"""Nobody is hindered: not by a keyboard, a small screen, the dark, or a page that a screen reader cannot read."""

import pytest
from playwright.sync_api import Locator, Page, expect

from itsme_facade.sandbox import Sandbox
from tests.e2e.acts import give_number
from tests.e2e.applications.acts import (
    ITSME_PAGE,
    PHONE,
    button,
    expect_page,
    log_out,
    press_button,
    start,
    use_card,
    way_back,
)
from tests.e2e.applications.conftest import Visitors
from tests.e2e.applications.looking import barriers
from tests.e2e.applications.processes import Site

MOST_TABS = 20
SHOWS_FOCUS = (
    "e => { const s = getComputedStyle(e); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 3 }"
)


def tab_to(page: Page, target: Locator) -> None:
    """Presses Tab until the target has the focus, and sees where one is on every stop."""
    expect(target).to_be_visible()
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if target.evaluate("e => e === document.activeElement"):
            break
    else:
        raise AssertionError(f"Tab does not lead to {target}")
    assert target.evaluate(SHOWS_FOCUS)


def test_a_keyboard_is_enough(library: Site, sandbox: Sandbox, visitors: Visitors) -> None:
    page = visitors(locale="nl").page
    page.goto(library.url)
    for field, value in library.application.card.items():
        tab_to(page, page.locator(f"#{field}"))
        page.keyboard.type(value)
    page.keyboard.press("Enter")
    tab_to(page, button(page))
    page.keyboard.press("Enter")
    page.wait_for_url(ITSME_PAGE)
    sandbox.person("lucas").phone.approve(page.url)
    page.wait_for_url(f"{library.url}/")
    tab_to(page, page.locator("form[action$='/itsme/logout'] button"))
    page.keyboard.press("Space")
    tab_to(page, button(page))
    page.keyboard.press("Space")
    page.wait_for_url(ITSME_PAGE)
    login_page = page.url
    page.goto(way_back(sandbox, login_page))
    expect_page(page, "still_open", "nl")
    sandbox.person("lucas").phone.refuse(login_page)
    tab_to(page, page.locator("main a").last)
    page.keyboard.press("Enter")
    expect_page(page, "cancelled", "nl")
    tab_to(page, page.locator("main a").last)
    page.keyboard.press("Enter")
    expect(button(page)).to_be_visible()


@pytest.mark.parametrize(("site", "locale"), [("shop", "de"), ("library", "fr"), ("bank", "nl")], indirect=["site"])
def test_everybody_can_use_every_page(site: Site, locale: str, sandbox: Sandbox, visitors: Visitors) -> None:
    visitor, other = visitors(locale=locale), visitors(locale=locale, screen=PHONE).page
    page = visitor.page
    page.goto(site.url)
    found = barriers(page)
    page.goto(way_back(sandbox, press_button(page)))
    expect_page(page, "still_open", locale)
    found += barriers(page)
    if site.application.card:
        use_card(page, site)
        assert button(page).get_attribute("lang") is None  # its words are the page's own, and in its language
        found += barriers(page)
    login_page = start(page, site)
    page.goto("about:blank")
    sandbox.person("lucas").phone.approve(login_page)
    other.goto(way_back(sandbox, login_page))
    found += barriers(other)
    if site.application.name == "bank":
        expect_page(other, "other_browser_code", locale)
        page.goto(f"http://{other.locator('main strong').first.inner_text()}")
        found += barriers(page)
        page.fill("#itsme-code", "00000000")
        page.keyboard.press("Enter")
        expect(page.locator("form:has(#itsme-code)")).to_be_visible()
        found += barriers(page)
        page.fill("#itsme-code", other.locator(".itsme-code").inner_text())
        page.keyboard.press("Enter")
    else:
        expect_page(other, "other_browser", locale)
        page.goto(way_back(sandbox, login_page))
    page.wait_for_url(f"{site.url}/")
    found += barriers(page)
    page.goto(site.url + site.application.private)
    found += barriers(page)
    log_out(page, site)
    start(page, site)
    give_number(page, sandbox.person("refuses").phone.number)
    page.wait_for_url(f"{site.url}/itsme/wait?login=*")
    expect_page(page, "cancelled", locale)
    found += barriers(page)
    for path, kind in (("/itsme/wait?told=forged", "forged"), ("/itsme/back?state=x", "unknown")):
        page.goto(site.url + path)
        expect_page(page, kind, locale)
        found += barriers(page)
    page.goto(site.url)
    sandbox.faults.refuse_connections()
    button(page).click()
    expect_page(page, "cm_down", locale)
    found += barriers(page)
    assert found == []
