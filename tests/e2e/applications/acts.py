"""What people do at an application and at itsme, and what must hold of a browser whatever they do."""

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Locator, Page, Request, Response, expect

from itsme_facade.flow.messages import message
from itsme_facade.sandbox import Sandbox
from tests.e2e.applications.processes import Site
from tests.e2e.machines import Machine

ITSME_PAGE = re.compile(r"http://itsme\.localhost:\d+/login/")
REFERRERS = ("same-origin", "no-referrer")
DESK = (1280, 800)
PHONE = (375, 667)


class Visitor(Machine):
    """Somebody's browser, with one tab open.

    Attributes:
        told: Addresses of requests that said, in Referer, the state of a login.
        unguarded: Pages of the applications that came without a header that every page has.
    """

    def __init__(
        self, browser: Browser, *, locale: str = "en", screen: tuple[int, int] = DESK, javascript: bool = True
    ) -> None:
        super().__init__(browser, locale=locale, javascript=javascript, width=screen[0], height=screen[1])
        self.context.set_default_timeout(20_000)
        self.told: list[str] = []
        self.unguarded: list[str] = []
        self.context.on("request", self._watch_referrer)
        self.context.on("response", self._watch_headers)
        self.page: Page = self.new_tab()

    def new_tab(self) -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        return page

    def wrongs(self) -> list[str]:
        """What a browser must never have done or been made to keep."""
        return [
            *(f"asked for {url}" for url in self.went_out),
            *self.complaints,
            *(f"told by Referer: {url}" for url in self.told),
            *self.unguarded,
            *(f"left on {tab.url}" for tab in self.context.pages if "state=" in tab.url),
            *(
                f"scripts may read the cookie {cookie.get('name')} of {cookie.get('domain')}"
                for cookie in self.context.cookies()
                if not cookie.get("httpOnly") and "itsme.localhost" not in cookie.get("domain", "")
            ),
        ]

    def _watch_referrer(self, request: Request) -> None:
        if "state=" in request.headers.get("referer", ""):
            self.told.append(request.url)

    def _watch_headers(self, response: Response) -> None:
        if response.request.resource_type != "document" or urlsplit(response.url).hostname == "itsme.localhost":
            return
        headers = response.headers
        if "no-store" not in headers.get("cache-control", ""):
            self.unguarded.append(f"may be kept: {response.url}")
        is_page = "location" not in headers
        if (is_page or "/itsme/" in response.url) and headers.get("referrer-policy") not in REFERRERS:
            self.unguarded.append(f"its address may be told: {response.url}")
        if is_page and "default-src 'none'" not in headers.get("content-security-policy", ""):
            self.unguarded.append(f"has no policy: {response.url}")


def button(page: Page) -> Locator:
    """itsme's button."""
    return page.locator("form[action$='/itsme/start'] button")


def press_button(page: Page) -> str:
    """Presses itsme's button on a page; the address of the login page that it leads to."""
    button(page).click()
    page.wait_for_url(ITSME_PAGE)
    return page.url


def start(page: Page, site: Site, path: str = "/") -> str:
    """Opens a page of an application and presses the button there."""
    page.goto(site.url + path)
    return press_button(page)


def log_in(page: Page, site: Site, sandbox: Sandbox, path: str = "/", person: str = "lucas") -> None:
    """From a page with the button to where it leads in the end."""
    sandbox.person(person).phone.approve(start(page, site, path))
    page.wait_for_url(f"{site.url}/**")


def log_out(page: Page, site: Site) -> None:
    page.goto(site.url)
    page.locator("form[action$='/itsme/logout'] button").click()
    expect(button(page)).to_be_visible()


def use_card(page: Page, site: Site, *, other: bool = False) -> None:
    """Signs in without itsme."""
    page.goto(site.url)
    card = site.application.other_card if other else site.application.card
    for field, value in card.items():
        page.fill(f"#{field}", value)
    page.locator("form:has(#card) button").click()
    expect(page.locator("form[action$='/itsme/logout']")).to_be_visible()


def link(page: Page, site: Site, sandbox: Sandbox, person: str = "lucas") -> None:
    """Signs in with the card and links an itsme to it."""
    use_card(page, site)
    sandbox.person(person).phone.approve(press_button(page))
    page.wait_for_url(f"{site.url}/")
    expect(page.get_by_text(site.application.linked)).to_be_visible()


def way_back(sandbox: Sandbox, login_page: str) -> str:
    """Where itsme is going to send the browser."""
    return sandbox.world.transaction(login_page.rpartition("/")[2]).request.redirect_url


def state_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["state"][0]


def login_of(address: str) -> str:
    """The part of a state that may be seen."""
    return state_of(address).partition(".")[0]


def expect_page(page: Page, kind: str, locale: str = "en") -> None:
    """One of our pages, in a language: what has happened, one thing to do, and a short reference."""
    told = message(kind, locale)
    expect(page.get_by_role("heading", level=1)).to_have_text(told.title)
    expect(page.locator("html")).to_have_attribute("lang", locale)
    expect(page.locator("main")).to_contain_text(told.text)
    expect(page.locator("main")).to_contain_text(told.action)
    expect(page.locator(".itsme-reference code")).to_have_text(re.compile(r"^[0-9a-z]{10,26}$"))
