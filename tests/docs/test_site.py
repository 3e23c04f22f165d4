"""The site builds without a warning, and its reference has every public name."""

import re
from pathlib import Path
from types import ModuleType

import pytest

import itsme_facade
from itsme_facade import flow, store
from itsme_facade.web import django, flask, starlette
from tests.docs.pages import ROOT
from tests.programs import python
from tests.statements import read


@pytest.mark.repository
def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    built = tmp_path / "html"
    ended = python("-m", "sphinx", "-W", "--keep-going", "-q", "-d", tmp_path / "trees", ROOT / "docs", built)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "itsme_facade.Itsme.register" in (built / "reference.html").read_text("utf-8")
    statements = read(ROOT / "tests/conformance.toml")
    rows = (built / "conformance.html").read_text("utf-8").count("<tr")
    assert rows == len(statements) + len({statement.source for statement in statements})
    pages = [*built.rglob("*.html")]
    assert len(pages) > 40
    assert {page.name: loaded_from_elsewhere(page) for page in pages if loaded_from_elsewhere(page)} == {}
    assert [style.name for style in built.rglob("*.css") if FOREIGN_STYLE.search(style.read_text("utf-8"))] == []


FOREIGN_STYLE = re.compile(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//")


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


def test_the_reference_has_every_public_name_of_the_django_app() -> None:
    page = (ROOT / "docs/reference-django.md").read_text("utf-8")
    told = set(re.findall(rf"^\.\. auto\w+:: {re.escape(django.__name__)}\.(\w+)$", page, re.MULTILINE))
    assert told | {"login_required"} == set(django.__all__)
    source = (ROOT / "itsme_facade/web/django/conf.py").read_text("utf-8")
    keys = set(re.findall(r'^    "([A-Z_]+)": ', source, re.MULTILINE))
    assert set(re.findall(r"^    - ([A-Z_]+): ", source, re.MULTILINE)) == keys
