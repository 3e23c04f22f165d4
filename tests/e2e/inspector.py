"""Looks at a page the way different people meet it: on a phone and on a desk, in daylight and in the dark."""

import functools
import os
from importlib import resources
from pathlib import Path
from typing import Any, Final

from attrs import define, field
from playwright.sync_api import Page, ViewportSize

SCREENSHOTS: Final = "ITSME_SCREENSHOTS"
FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
DESK: Final = ViewportSize(width=960, height=640)
PHONE: Final = ViewportSize(width=390, height=740)
NARROWEST: Final = ViewportSize(width=320, height=640)
HIGHEST: Final = 1600  # px of a picture

# No rule is left out: the guidelines' run, and what axe calls good practice.
_RUN: Final = """axe.run({resultTypes: ["violations"]})
    .then(found => ({looked: found.passes.length, violations: found.violations}))"""


def takes_pictures() -> bool:
    """Whether this run writes docs/screenshots; an ordinary one leaves the tree as it is."""
    return bool(os.environ.get(SCREENSHOTS))


def spoken(locale: str) -> str:
    """The language of a tour, or English where pictures are taken."""
    return "en" if takes_pictures() else locale


@define
class Inspector:
    """Collects what would hinder somebody on the pages that it is shown.

    Attributes:
        seen: The names of the pages.
        barriers: Where, and what.
    """

    seen: list[str] = field(factory=list[str])
    barriers: list[str] = field(factory=list[str])

    def look(self, page: Page, name: str, *, phone: bool = False, picture: bool = True) -> None:
        """Looks at a page as it stands now.

        Args:
            page: As the person sees it.
            name: What to call it, also as a picture.
            phone: Whether the picture shows it on a phone.
            picture: Whether it is worth one: a page that shows little else than another is not.
        """
        self.seen.append(name)
        before = page.viewport_size
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            for size in (NARROWEST, DESK, PHONE) if phone else (NARROWEST, PHONE, DESK):
                page.set_viewport_size(size)
                found = [*_words(page), *_overflow(page), *(_violations(page) if size is not NARROWEST else [])]
                self.barriers += [f"{name}, {scheme}, {size['width']} px: {barrier}" for barrier in found]
        if picture and takes_pictures():
            _picture(page, FOLDER / f"{name}.png")
        if before is not None:
            page.set_viewport_size(before)


@functools.cache
def _axe() -> str:
    # Only axe itself is used of the package: its Python side tells all there is, which takes three times as long.
    return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def _violations(page: Page) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    found: dict[str, Any] = page.evaluate(_RUN)
    if not found["looked"]:
        return ["axe looked at nothing"]
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:200]} {node.get('failureSummary', '')}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def _overflow(page: Page) -> list[str]:
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{too_wide} px wider than the screen"] if too_wide else []


def _words(page: Page) -> list[str]:
    wrong: list[str] = []
    if not page.locator("html").get_attribute("lang"):
        wrong.append("it does not say its language")
    if page.locator("h1").count() != 1:
        wrong.append("it has not exactly one heading of the first level")
    if not page.locator("header .sandbox, header .demo").inner_text().strip():
        wrong.append("it does not say that it is no real site")
    return wrong


def _picture(page: Page, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    height: int = page.evaluate("document.documentElement.scrollHeight")
    width = page.evaluate("document.documentElement.clientWidth")
    page.mouse.move(0, 0)
    page.screenshot(path=path, full_page=True, clip={"x": 0, "y": 0, "width": width, "height": min(height, HIGHEST)})
