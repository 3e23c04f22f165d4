"""The site builds without a warning, and its reference has every public name."""

import re
from pathlib import Path
from types import ModuleType

import pytest

import itsme_facade
from itsme_facade import flow, store
from itsme_facade.web import flask, starlette
from tests.docs.pages import ROOT
from tests.programs import python


@pytest.mark.repository
def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    built = tmp_path / "html"
    ended = python("-m", "sphinx", "-W", "--keep-going", "-q", "-d", tmp_path / "trees", ROOT / "docs", built)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "itsme_facade.Itsme.register" in (built / "reference.html").read_text("utf-8")


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
