"""Looks at a page the way different people meet it: on a phone and on a desk, in daylight and in the dark."""

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SCREENSHOTS = "ITSME_SCREENSHOTS"
FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
DESK = {"width": 960, "height": 640}
PHONE = {"width": 390, "height": 740}
NARROWEST = {"width": 320, "height": 640}

_AXE = Axe()


def inspect(page: Page, name: str, *, says: str, phone: bool = False) -> None:
    """Fails if anybody would be hindered on the page as it stands now, and names the barrier.

    Args:
        page: As the person sees it.
        name: What to call it, also as a picture.
        says: What every page of its site says about itself.
        phone: Whether the picture shows it on a phone.
    """
    barriers: list[str] = []
    before = page.viewport_size
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        for size in (NARROWEST, DESK, PHONE) if phone else (NARROWEST, PHONE, DESK):
            page.set_viewport_size(size)
            where = f"{name}, {scheme}, {size['width']} px wide"
            if too_wide := page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"):
                barriers.append(f"{where}: {too_wide} px wider than the screen")
            if size is not NARROWEST:
                barriers += [f"{where}: {barrier}" for barrier in _violations(page)]
    barriers += _words(page, says)
    if os.environ.get(SCREENSHOTS):
        FOLDER.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=FOLDER / f"{name}.png", full_page=True)
    if before is not None:
        page.set_viewport_size(before)
    assert barriers == []


def _violations(page: Page) -> list[str]:
    # No option is given, so every rule runs: the guidelines' and what axe calls good practice.
    found: dict[str, Any] = _AXE.run(page).response
    assert found["passes"], "axe looked at nothing"
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:200]} ({node.get('failureSummary', '')})"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def _words(page: Page, says: str) -> list[str]:
    wrong: list[str] = []
    if not page.locator("html").get_attribute("lang"):
        wrong.append("the page does not say its language")
    if page.locator("h1").count() != 1:
        wrong.append("the page has not exactly one heading of the first level")
    if says not in page.locator("body").inner_text():
        wrong.append(f"the page does not say {says!r}")
    return wrong
