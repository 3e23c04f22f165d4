"""The inspector finds what it is there to find."""

import pytest

from tests.e2e.conftest import Machines
from tests.e2e.inspector import Inspector

PAGE = """<!doctype html><html lang="en"><head><title>A page</title><style>{style}</style></head>
<body><header><p class="demo">No real site</p></header><main><h1>A page</h1>{content}</main></body></html>"""


def barriers(machines: Machines, content: str = "", style: str = "", page: str = PAGE) -> str:
    tab = machines().open("about:blank")
    tab.set_content(page.format(content=content, style=style))
    inspector = Inspector()
    inspector.look(tab, "it")
    return "\n".join(inspector.barriers)


def test_a_page_without_barriers_passes(machines: Machines) -> None:
    assert barriers(machines, "<p>Words</p>", ":root { color-scheme: light dark }") == ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_that_fade_in_one_scheme_are_found_there(machines: Machines, scheme: str) -> None:
    style = f"@media (prefers-color-scheme: {scheme}) {{ p {{ color: #888; background: #999 }} }}"
    found = barriers(machines, "<p>Words</p>", style).splitlines()
    assert any("color-contrast" in line for line in found)
    assert all(f"it, {scheme}," in line for line in found if "px: color-contrast" in line)


def test_a_field_without_a_label_is_found(machines: Machines) -> None:
    assert "label: " in barriers(machines, "<input>")


def test_what_is_wider_than_a_phone_is_found(machines: Machines) -> None:
    found = barriers(machines, '<div style="width: 350px">Words</div>', "body { margin: 0 }")
    assert "320 px: 30 px wider than the screen" in found
    assert "390 px" not in found


def test_a_page_that_does_not_say_what_it_is_is_found(machines: Machines) -> None:
    assert "it does not say that it is no real site" in barriers(machines, page=PAGE.replace("No real site", " "))


def test_a_page_without_a_language_is_found(machines: Machines) -> None:
    assert "it does not say its language" in barriers(machines, page=PAGE.replace(' lang="en"', ""))
