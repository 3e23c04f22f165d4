"""The site builds without a warning, and its reference has every public name."""

import re
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote, urlsplit

import pytest

import itsme_facade
from itsme_facade import flow, sandbox, store, testing
from itsme_facade.web import django, flask, starlette
from tests.docs.pages import PACKAGE, ROOT
from tests.programs import python
from tests.statements import read


@pytest.mark.repository
def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    built = tmp_path / "html"
    ended = python("-m", "sphinx", "-W", "--keep-going", "-q", "-d", tmp_path / "trees", ROOT / "docs", built)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "itsme_facade.Itsme.register" in (built / "reference.html").read_text("utf-8")
    # Sphinx would have it that an attribute's type is what stands before a colon in its sentence.
    flows = re.sub(r"<[^>]+>", "", (built / "reference-flows.html").read_text("utf-8"))
    assert "Another browser shows a code for this one: ask for it" in flows
    statements = read(ROOT / "tests/conformance.toml")
    rows = (built / "conformance.html").read_text("utf-8").count("<tr")
    assert rows == len(statements) + len({statement.source for statement in statements})
    pages = [*built.rglob("*.html")]
    assert len(pages) > 40
    assert {page.name: loaded_from_elsewhere(page) for page in pages if loaded_from_elsewhere(page)} == {}
    assert dead_links(pages) == []
    assert [style.name for style in built.rglob("*.css") if FOREIGN_STYLE.search(style.read_text("utf-8"))] == []


FOREIGN_STYLE = re.compile(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//")


class Links(HTMLParser):
    """The places that a page has, and those that it leads to inside the site."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.places, self.leads = set[str](), list[str]()
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        found = {name: value for name, value in attrs if value}
        self.places |= {found[name] for name in ("id", "name") if name in found}
        self.leads += [found[name] for name in ("href", "src") if name in found]


def dead_links(pages: list[Path]) -> list[str]:
    """What leads to a file or a place in it that is not there, as in the reference that is made from docstrings."""
    read = {page.resolve(): Links(page) for page in pages}
    dead: list[str] = []
    for page, links in read.items():
        for lead in links.leads:
            parts = urlsplit(lead)
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            if parts.scheme or parts.netloc:
                continue
            there = target in read and unquote(parts.fragment) in read[target].places
            if not target.exists() or (parts.fragment and target in read and not there):
                dead.append(f"{page.name}: {lead}")
    return dead


def test_a_dead_link_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<h1 id='b'><a href='#b'>1<a href='a.html#c'>2<a href='d.html'>3", "utf-8")
    assert dead_links([tmp_path / "a.html"]) == ["a.html: a.html#c", "a.html: d.html"]


def loaded_from_elsewhere(page: Path) -> list[str]:
    """What a browser would fetch from another host to show a page: scripts, styles, fonts, pictures."""
    tags = re.findall(r"<(?:script|link|img|iframe|source|object|embed)\b[^>]*>", page.read_text("utf-8"))
    return [tag for tag in tags if re.search(r"""(?:src|href|data|srcset)=["'](?:https?:)?//""", tag)]


def test_the_reference_has_every_public_name() -> None:
    page = (ROOT / "docs/reference.md").read_text("utf-8")
    told = re.findall(r"^\.\. auto\w+:: itsme_facade\.(\w+)$", page, re.MULTILINE)
    assert sorted(told) == sorted(set(itsme_facade.__all__) - {"Result"})


@pytest.mark.parametrize("room", [flow, store, starlette, flask], ids=lambda room: room.__name__)
def test_the_reference_has_every_public_name_of_a_room(room: ModuleType) -> None:
    page = (ROOT / "docs/reference-flows.md").read_text("utf-8")
    told = set(re.findall(rf"^\.\. auto\w+:: {re.escape(room.__name__)}\.(\w+)$", page, re.MULTILINE))
    block = re.search(rf"^\.\. automodule:: {re.escape(room.__name__)}\n   :members: (.*)$", page, re.MULTILINE)
    told |= set(block[1].split(", ")) if block else set()
    assert told == set(room.__all__) - {"FlowOutcome"}


def test_the_reference_has_every_public_name_of_the_sandbox_and_the_plugin() -> None:
    page = (ROOT / "docs/reference-sandbox.md").read_text("utf-8")
    told = set(re.findall(rf"^\.\. (?:auto\w+|py:data):: {re.escape(sandbox.__name__)}\.(\w+)$", page, re.MULTILINE))
    assert told == set(sandbox.__all__)
    told = set(re.findall(rf"^\.\. auto\w+:: {re.escape(testing.__name__)}\.(\w+)$", page, re.MULTILINE))
    fixtures = set(re.findall(r"`((?:async_)?itsme\w*)`", page.partition("The fixtures are ")[2].partition(":")[0]))
    assert told | fixtures == {name for name in testing.__all__ if not name.startswith("pytest_")}


def test_the_reference_has_every_public_name_of_the_django_app() -> None:
    page = (ROOT / "docs/reference-django.md").read_text("utf-8")
    told = set(re.findall(rf"^\.\. auto\w+:: {re.escape(django.__name__)}\.(\w+)$", page, re.MULTILINE))
    assert told | {"login_required"} == set(django.__all__)
    source = (PACKAGE / "web/django/conf.py").read_text("utf-8")
    keys = set(re.findall(r'^    "([A-Z_]+)": ', source, re.MULTILINE))
    assert set(re.findall(r"^    - ([A-Z_]+): ", source, re.MULTILINE)) == keys
