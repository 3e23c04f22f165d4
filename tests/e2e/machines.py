"""The machine of one person in a story: a browser profile of its own that never leaves this computer."""

from typing import TypedDict, Unpack
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def is_here(url: str) -> bool:
    """Whether an address stays on this computer; what a page holds in itself does."""
    parts = urlsplit(url)
    if parts.scheme in ("data", "blob", "about"):
        return True
    host = parts.hostname or ""
    return host in LOOPBACK or host.endswith(".localhost")


class How(TypedDict, total=False):
    """How a machine is set up; sizes in CSS pixels."""

    locale: str
    javascript: bool
    width: int
    height: int


class Machine:
    """One profile, and what it did that no page of ours may make it do.

    Attributes:
        went_out: Addresses elsewhere that were asked for. The browser was told to find none of them.
        complaints: What the browser had to say about the pages: blocked by a policy, not found, failed.
    """

    def __init__(self, browser: Browser, **how: Unpack[How]) -> None:
        self.context: BrowserContext = browser.new_context(
            locale=how.get("locale", "en"),
            java_script_enabled=how.get("javascript", True),
            reduced_motion="reduce",
            viewport={"width": how.get("width", 1280), "height": how.get("height", 800)},
        )
        self.context.set_default_timeout(10_000)
        self.went_out: list[str] = []
        self.complaints: list[str] = []
        self.context.on("request", self._watch_request)
        self.context.on("response", self._watch_response)
        self.context.on("console", self._watch_console)

    def open(self, url: str) -> Page:
        """Opens an address in a new tab."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.goto(url)
        return page

    def _watch_request(self, request: Request) -> None:
        if not is_here(request.url):
            self.went_out.append(request.url)

    def _watch_response(self, response: Response) -> None:
        # A page may say no, also to a look in the background; what a page is made of has to be there.
        if response.status >= 400 and response.request.resource_type not in ("document", "fetch"):
            self.complaints.append(f"HTTP {response.status}: {response.request.resource_type} {response.url}")

    def _watch_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"console: {message.text}")
