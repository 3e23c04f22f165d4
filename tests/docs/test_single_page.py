"""The page of a single-page application that the site shows logs somebody in, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route

from itsme_facade import Identity, Itsme
from itsme_facade.flow import Flow
from itsme_facade.sandbox import Sandbox
from itsme_facade.store import MemoryStore, new_key
from itsme_facade.web.starlette import itsme_routes
from tests.docs.pages import write_files
from tests.e2e.browser import find_browser, flags
from tests.web.browsers import free_port, served

pytestmark = pytest.mark.browser

APPROVES, REFUSES = "+32470000023", "+32470000020"


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    """A browser on that page, which is served with the routes beside it."""
    assert write_files("docs/how-to/single-page.md", tmp_path) == ["app.html"]
    port = free_port()

    def on_identity(_identity: Identity, _login_id: str) -> str:
        return "customer-1"

    def home(_request: Request) -> FileResponse:
        return FileResponse(tmp_path / "app.html")

    with (
        Sandbox() as sandbox,
        Itsme(sandbox.token, base_url=sandbox.api_url) as itsme,
        Flow(itsme, MemoryStore(), new_key(), f"http://127.0.0.1:{port}/", on_identity) as flow,
        sync_playwright() as playwright,
    ):
        app = Starlette(
            routes=[*itsme_routes(flow), Route("/", home)],
            middleware=[Middleware(SessionMiddleware, secret_key="for tests", https_only=False)],
        )
        path = find_browser(packaged=playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=path, args=flags(), chromium_sandbox=False)
        with served(app, port) as url:
            page = browser.new_page(locale="en-GB")
            page.goto(url)
            yield page
            browser.close()


def log_in(page: Page, number: str) -> None:
    page.get_by_role("button", name="Log in with itsme").click()
    page.get_by_label("Your mobile phone number").fill(number)
    page.get_by_role("button", name="Continue").click()


def test_somebody_logs_in_and_the_state_is_out_of_the_address(page: Page) -> None:
    home = page.url
    log_in(page, APPROVES)
    expect(page.get_by_role("status")).to_have_text("Signed in: customer-1")
    assert page.url == home
    page.reload()
    expect(page.get_by_role("status")).to_have_text("Signed in: customer-1")


def test_who_refuses_is_told_so_and_may_start_again(page: Page) -> None:
    log_in(page, REFUSES)
    expect(page.get_by_role("status")).to_contain_text("You stopped in the itsme app")
    expect(page.get_by_role("button", name="Log in with itsme")).to_be_visible()
