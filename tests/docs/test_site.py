"""The site builds without a warning, and its reference has every public name."""

import re
from pathlib import Path

import pytest

import itsme_facade
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
