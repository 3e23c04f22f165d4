"""Looks at a page of an application as different people meet it: by day and by night, at a desk and on a phone."""

from typing import Any

from playwright.sync_api import Page

from tests.e2e import inspector
from tests.e2e.applications.acts import DESK, PHONE

NARROWEST = (320, 640)
SMALLEST_TARGET = 44
_SMALL = """least => [...document.querySelectorAll("button, a[class], input:not([type=hidden])")]
    .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
    .filter(([_, box]) => box.width < least || box.height < least)
    .map(([html, box]) => `${html} is ${box.width} by ${box.height}`)"""


def barriers(page: Page) -> list[str]:
    """What would hinder somebody, with how the page was looked at."""
    before = page.viewport_size
    found: list[str] = []
    for scheme, size in (("dark", PHONE), ("light", DESK), ("light", NARROWEST)):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.set_viewport_size({"width": size[0], "height": size[1]})
        seen = _too_wide(page) if size is NARROWEST else [*_violations(page), *_too_small(page)]
        found += [f"{page.title()}, {scheme}, {size[0]} px: {barrier}" for barrier in seen]
    if before is not None:
        page.set_viewport_size(before)
    return found


def _violations(page: Page) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(inspector._axe())
    found: dict[str, Any] = page.evaluate(inspector._RUN)
    if not found["looked"]:
        return ["axe looked at nothing"]
    return [
        f"{each['id']}: {each['help']}: {node['html'][:200]}" for each in found["violations"] for node in each["nodes"]
    ]


def _too_wide(page: Page) -> list[str]:
    too_wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{too_wide} px wider than the screen"] if too_wide else []


def _too_small(page: Page) -> list[str]:
    small: list[str] = page.evaluate(_SMALL, SMALLEST_TARGET)
    return small
