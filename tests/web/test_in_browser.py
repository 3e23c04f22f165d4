"""Our pages and the button in a real browser: what it lets through, what it loads, and who can use them."""

from collections.abc import Generator
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from itsme_facade.flow.messages import message
from itsme_facade.sandbox import Sandbox
from tests.e2e.browser import find_browser, flags
from tests.e2e.inspector import DESK, NARROWEST, PHONE, _overflow, _violations
from tests.web.browsers import free_port
from tests.web.shops import Shop, open_shop

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium() -> Generator[Browser]:
    with sync_playwright() as playwright:
        path = find_browser(packaged=playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=path, args=flags(), chromium_sandbox=False)
        yield browser
        browser.close()


@pytest.fixture
def named(sandbox: Sandbox) -> Generator[Shop]:
    """The shop and the sandbox on two names, which a browser takes for two sites."""
    before = sandbox.app.state.url
    sandbox.app.state.url = sandbox.url.replace("127.0.0.1", "itsme.localhost")
    port = free_port()
    url = f"http://shop.localhost:{port}"
    options: dict[str, Any] = {"flow_options": {"code_for_other_browser": True}, "server": {"port": port}}
    with open_shop(sandbox, "starlette", redirect_url=f"{url}/itsme/back", **options) as shop:
        shop.url = url
        yield shop
    sandbox.app.state.url = before


class Window:
    """One browser with cookies of its own, and what it complains about."""

    def __init__(self, chromium: Browser, locale: str = "en-GB", **options: Any) -> None:
        self.context: BrowserContext = chromium.new_context(locale=locale, **options)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)

    def barriers(self) -> list[str]:
        """What would hinder somebody, by day and by night, on a phone and on a desk."""
        before = self.page.viewport_size
        found: list[str] = []
        looks: tuple[tuple[Literal["dark", "light"], ViewportSize], ...] = (
            ("dark", PHONE),
            ("light", DESK),
            ("light", NARROWEST),
        )
        for scheme, size in looks:
            self.page.emulate_media(color_scheme=scheme)
            self.page.set_viewport_size(size)
            found += [*_overflow(self.page), *_violations(self.page)]
        if before is not None:
            self.page.set_viewport_size(before)
        return found

    def policy_complaints(self) -> list[str]:
        return [said for said in self.complaints if "Content Security Policy" in said or "Content-Security" in said]


@pytest.fixture
def windows(chromium: Browser) -> Generator[Any]:
    made: list[Window] = []

    def make(**options: Any) -> Window:
        made.append(Window(chromium, **options))
        return made[-1]

    yield make
    for window in made:
        assert window.policy_complaints() == []
        window.context.close()


def test_a_form_on_our_own_page_is_let_through_to_itsme(named: Shop, sandbox: Sandbox, windows: Any) -> None:
    page: Page = windows().page
    page.goto(f"{named.url}/?next=/members")
    sandbox.faults.refuse_connections()
    page.get_by_role("button", name="Log in with itsme").click()
    again = page.get_by_role("button", name="Try again in a moment")
    expect(again).to_be_visible()
    sandbox.faults.accept_connections()
    again.click()
    page.wait_for_url("http://itsme.localhost:*/login/**")
    sandbox.person("lucas").phone.approve(page.url)
    page.wait_for_url(f"{named.url}/members")
    assert "members only, customer-1" in page.inner_text("body")


def test_a_person_who_comes_back_too_early_is_taken_on_by_the_waiting_page(
    named: Shop, sandbox: Sandbox, windows: Any
) -> None:
    window = windows(locale="nl-BE", viewport=PHONE)
    page: Page = window.page
    page.goto(f"{named.url}/?next=/members")
    page.get_by_role("button", name="Aanmelden met itsme").click()
    page.wait_for_url("http://itsme.localhost:*/login/**")
    away = page.url
    transaction = sandbox.world.transaction(away.rpartition("/")[2])
    page.goto(transaction.request.redirect_url)
    expect(page.get_by_role("heading", level=1)).to_have_text(message("still_open", "nl").title)
    assert window.barriers() == []
    sandbox.person("lucas").phone.approve(away)
    page.wait_for_url(f"{named.url}/members")


def test_a_code_carries_a_login_from_one_browser_to_the_other(named: Shop, sandbox: Sandbox, windows: Any) -> None:
    first, second = windows(locale="fr-BE"), windows(locale="fr-BE", viewport=PHONE)
    first.page.goto(f"{named.url}/?next=/members")
    first.page.get_by_role("button", name="S'identifier avec itsme").click()
    first.page.wait_for_url("http://itsme.localhost:*/login/**")
    away = first.page.url
    first.page.goto("about:blank")
    sandbox.person("lucas").phone.approve(away)
    second.page.goto(sandbox.world.transaction(away.rpartition("/")[2]).request.redirect_url)
    code = second.page.locator(".itsme-code").inner_text()
    assert "state=" not in second.page.url
    assert second.barriers() == []
    second.page.reload()
    assert second.page.locator(".itsme-code").inner_text() == code
    first.page.goto(f"http://{second.page.locator('strong').first.inner_text()}")
    assert first.barriers() == []
    first.page.get_by_label("Code").fill(code)
    first.page.keyboard.press("Enter")
    first.page.wait_for_url(f"{named.url}/members")
    assert "customer-1" in first.page.inner_text("body")


@pytest.mark.parametrize("locale", ["en-GB", "nl-BE", "fr-BE", "de-BE"])
def test_everybody_can_use_every_page(named: Shop, sandbox: Sandbox, windows: Any, locale: str) -> None:
    window = windows(locale=locale)
    page: Page = window.page
    language = locale[:2]
    for path, kind in (
        ("/itsme/wait?told=forged", "forged"),
        ("/itsme/back?state=x", "unknown"),
        ("/itsme/wait", "unknown"),
    ):
        page.goto(named.url + path)
        assert page.get_by_role("heading", level=1).inner_text() == message(kind, language).title
        assert page.locator("html").get_attribute("lang") == language
        assert window.barriers() == []
        (link,) = page.get_by_role("link").all()
        box = link.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
    page.goto(named.url)
    sandbox.faults.refuse_connections()
    page.locator(".itsme-button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(message("cm_down", language).title)
    assert window.barriers() == []
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "itsme-button"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
