"""How Sphinx builds the site: `make docs`."""

import tomllib
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from sphinx.ext.napoleon.docstring import GoogleDocstring

settings.configure(INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "itsme_facade.web.django"])
django.setup()  # the reference reads the Django app's docstrings

project = "itsme-facade"
author = "itsme-facade contributors"
copyright = "itsme-facade contributors"
version = release = installed_version("itsme-facade")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
autodoc_member_order = "bysource"
autodoc_typehints = "description"
default_role = "code"  # what stands in single backticks in a docstring
nitpicky = True
# Annotations name what is imported for type checkers alone, so they are shown and cannot be links.
nitpick_ignore_regex = [("py:(class|obj)", ".*")]
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = "itsme-facade"
html_show_sphinx = False
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["site.css"]

STATEMENTS = Path(__file__).resolve().parents[1] / "tests" / "conformance.toml"
PLACE = "<!-- the statements -->"
SOURCES = {"API": "CM's page about its API", "ENROL": "itsme's page on getting started"}


def statements() -> str:
    """The rows of tests/conformance.toml as tables, one for each source."""
    rows = tomllib.loads(STATEMENTS.read_text("utf-8"))["statement"]
    lines: list[str] = []
    for source, called in SOURCES.items():
        lines += ["", f"## {called}", "", "| what it says | held by |", "|---|---|"]
        for row in rows:
            if row["source"] == source:
                tests = ", ".join(f"`{test.rpartition('::')[2]}`" for test in row["tests"])
                lines.append(f"| {row['text']} | {tests} |".replace("\n", " "))
    return "\n".join(lines)


def fill_in(_app: Any, page: str, source: list[str]) -> None:
    """Puts the statements into the page that waits for them."""
    if page == "conformance":
        source[0] = source[0].replace(PLACE, statements())


# Napoleon takes what stands before the first colon of an attribute's sentence for its type. So the sentence is put away
# before napoleon's turn, and read as other docstrings are after it.
ATTRIBUTES = {"attribute", "data", "property"}
put_away: dict[str, list[str]] = {}


def put_sentence_away(_app: Any, what: str, name: str, _obj: Any, _options: Any, lines: list[str]) -> None:
    """Comes before napoleon."""
    if what in ATTRIBUTES and lines:
        put_away[name], lines[:] = [*lines], ["."]


def bring_sentence_back(app: Any, what: str, name: str, _obj: Any, _options: Any, lines: list[str]) -> None:
    """Comes after napoleon."""
    if what in ATTRIBUTES and name in put_away:
        lines[:] = GoogleDocstring(put_away.pop(name), app.config).lines()


def setup(app: Any) -> None:
    """Sphinx calls this."""
    app.connect("autodoc-process-docstring", put_sentence_away, priority=400)
    app.connect("autodoc-process-docstring", bring_sentence_back, priority=600)
    app.connect("source-read", fill_in)
