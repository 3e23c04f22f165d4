"""What the example for Playwright's JavaScript runner presses and looks for is there, in a real browser.

Playwright's runner itself is not installed here; that the example is JavaScript, and that its control calls work, is
tested beside the pytest plugin.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from itsme_facade.demo.demo import Demo
from tests.docs.pages import BLOCKS
from tests.e2e.browser import find_browser, flags

pytestmark = pytest.mark.browser

(EXAMPLE,) = [text for kind, text in BLOCKS["docs/testing.md"] if kind == "js"]
STEP = re.compile(
    r"""page\.getBy(?P<by>Role|Label|Text)\("(?P<what>[^"]+)"(?:, \{ name: "(?P<name>[^"]+)" \})?\)"""
    r"""(?:\.first\(\)\))?[);]*(?:\.(?P<do>click|fill)\((?:"(?P<text>[^"]*)")?\))?"""
)


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with Demo() as demo:
        yield demo


@pytest.fixture
def page(demo: Demo) -> Iterator[Page]:
    demo.sandbox.reset()
    with sync_playwright() as playwright:
        chromium = playwright.chromium
        browser = chromium.launch(
            executable_path=find_browser(packaged=chromium.executable_path), args=[*flags()], chromium_sandbox=False
        )
        page = browser.new_context(locale="en").new_page()
        page.goto(demo.shop_url)
        yield page
        browser.close()


def follow(page: Page, part: str) -> int:
    """Does what a part of the example does to its page; returns how many steps that were."""
    steps = [*STEP.finditer(part)]
    for step in steps:
        match step["by"]:
            case "Role" if step["what"] == "button":
                found = page.get_by_role("button", name=step["name"])
            case "Role":
                assert step["what"] == "heading"
                found = page.get_by_role("heading", name=step["name"])
            case "Label":
                found = page.get_by_label(step["what"])
            case _:
                found = page.get_by_text(step["what"]).first
        match step["do"]:
            case "click":
                found.click()
            case "fill":
                found.fill(step["text"])
            case _:  # to be seen
                expect(found).to_be_visible(timeout=15_000)
    return len(steps)


def test_every_step_of_the_example_is_understood_here() -> None:
    assert len(STEP.findall(EXAMPLE)) == EXAMPLE.count("page.getBy") == 5


def parts() -> tuple[str, str, str]:
    """What signs up, and what each of the two tests does besides."""
    signs_up = EXAMPLE.partition("async function signUp")[2].partition("\n}")[0]
    approved, refused = (
        EXAMPLE.partition(f'test("Lucas {does}')[2].partition("\n});")[0] for does in ("signs", "refuses")
    )
    return signs_up, approved, refused


def test_lucas_signs_up_as_the_example_has_it(page: Page, demo: Demo) -> None:
    demo.sandbox.person("lucas").always("approve")
    signs_up, approved, _ = parts()
    assert (follow(page, signs_up), follow(page, approved)) == (3, 1)


def test_lucas_refuses_as_the_example_has_it(page: Page, demo: Demo) -> None:
    demo.sandbox.person("lucas").always("refuse", after=1)
    demo.sandbox.faults.next(call="status", delay=2)
    signs_up, _, refused = parts()
    assert (follow(page, signs_up), follow(page, refused)) == (3, 1)
