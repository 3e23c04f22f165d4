"""What a person does on the pages, whatever language they are in and however they look."""

import re

from attrs import frozen
from playwright.sync_api import Locator, Page, expect

from itsme_facade.flow.messages import Message, message

CODE = "24680"


def press(page: Page, what: str) -> None:
    """Presses the button that does something on one of the sandbox's pages."""
    page.locator(f"button[name=do][value={what}]").first.click()


def read_code(text: Locator) -> str:
    """The five figures in a text message."""
    found = re.search(r"\b(\d{5})\b", text.inner_text())
    assert found is not None
    return found[1]


@frozen
class Phone:
    """Somebody's phone, in a tab of its own.

    Attributes:
        page: The tab.
        url: The phone's address.
    """

    page: Page
    url: str

    def open_app(self) -> None:
        self.page.goto(f"{self.url}/app")

    def install_app(self) -> None:
        self.page.goto(self.url)
        press(self.page, "install")

    def enter_token(self, number: str, token: str) -> None:
        """As far as the verification code, which comes by text message."""
        self.open_app()
        if self.page.locator("button[value=restart]").count() and not self.page.locator("#number").count():
            press(self.page, "restart")
        self.page.fill("#number", number)
        press(self.page, "number")
        self.page.fill("#token", token)
        press(self.page, "token")

    def finish_enrolling(self, code: str = CODE, *, touch_id: bool | None = None) -> None:
        """From the verification code to the app's own screen; `touch_id` is None on a phone that has none."""
        self.page.fill("#sms", read_code(self.page.locator("#latest .bubble")))
        press(self.page, "sms")
        self.page.fill("#code", code)
        press(self.page, "code")
        self.page.fill("#code", code)
        press(self.page, "confirm")
        if touch_id is not None:
            press(self.page, "touch-on" if touch_id else "touch-off")
        expect(self.page.locator("#actions")).to_be_visible()

    def open_request(self) -> None:
        """Opens what the app is asked; the page shows it by itself when it comes."""
        self.page.locator("#actions a").first.click()

    def tap(self, icon: str) -> None:
        self.page.locator(".icons label", has_text=icon).click()

    def approve(self, icon: str, code: str | None) -> None:
        """With the itsme code, or with a fingerprint if there is none."""
        self.open_request()
        self.tap(icon)
        if code is None:
            press(self.page, "fingerprint")
        else:
            self.page.fill("#code", code)
            press(self.page, "approve")

    def refuse(self) -> None:
        self.open_request()
        press(self.page, "refuse")


def give_number(page: Page, number: str) -> None:
    """On the login page."""
    page.fill("#phoneNumber", number)
    page.locator("main form button").click()


def highlighted_icon(page: Page) -> str:
    """The icon to tap, by the name that the login page gives it."""
    return page.locator(".icons .highlighted").inner_text().splitlines()[0].partition("(")[0].strip()


def other_icon(page: Page) -> str:
    """One of the icons not to tap."""
    return page.locator(".icons li:not(.highlighted)").first.inner_text().strip()


def with_itsme(page: Page, service: str, locale: str) -> None:
    """Presses the shop's or the bank's button; the login page opens."""
    page.select_option("#locale", locale)
    page.locator(f"button[name=service][value={service}]").click()
    expect(page.locator("html")).to_have_attribute("lang", locale)
    page.wait_for_url("**/login/*")


def expect_told(page: Page, what: str | Message, locale: str) -> None:
    """The site says how the login stands, on a page of its own with a clean address, in the language of the login."""
    told = message(what, locale) if isinstance(what, str) else what
    expect(page.locator("h1")).to_have_text(told.title)
    expect(page.locator("main")).to_contain_text(told.text)
    expect(page.locator("html")).to_have_attribute("lang", locale)
    assert re.search(r"/itsme(/register)?/wait\?login=\w{26}$", page.url)
    assert page.url.endswith(page.locator(".itsme-reference code").inner_text())


def start_over(page: Page, first_page: str) -> None:
    """Follows the one thing to do on such a page, to where the buttons are."""
    page.locator("main a.itsme-plain").click()
    page.wait_for_url(first_page)
    expect(page.locator("button[name=service]").first).to_be_visible()


def start_at_desk(page: Page, itsme_url: str, number: str, email: str) -> None:
    """The number and the e-mail address, and their confirmation."""
    page.goto(f"{itsme_url}/desk")
    page.fill("#number", number)
    page.fill("#email", email)
    page.locator("main form button").last.click()
    press(page, "confirm")


def insert_card(page: Page, person: str) -> None:
    """Somebody's eID card in the reader, and the data on it validated."""
    page.select_option("#card", person)
    press(page, "insert")
    press(page, "validate")


def sign(page: Page, pin: str) -> None:
    page.fill("#pin", pin)
    press(page, "sign")


def read_token(page: Page) -> str:
    """The identification token on the screen."""
    token = page.locator(".token .code").inner_text().strip()
    assert re.fullmatch(r"[0-9A-Z]{6}", token)
    return token


def enrol_at_desk(page: Page, itsme_url: str, *, person: str, number: str, email: str, pin: str) -> str:
    """All steps on the web site; the identification token."""
    start_at_desk(page, itsme_url, number, email)
    insert_card(page, person)
    sign(page, pin)
    return read_token(page)


def use_reader(page: Page, pin: str) -> None:
    """Types the PIN and the challenge on the card reader, and what it then shows into the bank's page."""
    page.fill("#pin", pin)
    press(page, "reader")
    page.fill("#response", page.locator("section[aria-labelledby=reader] .code").inner_text())
    press(page, "respond")


def log_in_with_card(page: Page, address: str, name: str, pin: str) -> None:
    """At a bank's door, with the card of somebody, by the name on it."""
    page.goto(address)
    page.select_option("#card", label=name)
    press(page, "card")
    use_reader(page, pin)


def choose_language(page: Page, itsme_url: str, locale: str) -> None:
    """For all pages of the sandbox in this browser."""
    page.goto(f"{itsme_url}/desk?lang={locale}")
    expect(page.locator("html")).to_have_attribute("lang", locale)
