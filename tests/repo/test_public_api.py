"""The public API changes on purpose only, and the changelog says so."""

import shutil
from pathlib import Path

import pytest

from tests.repo.public_api import CHANGELOG, RECORD, ROOT, public_api, record, recorded

pytestmark = pytest.mark.repository


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("__pycache__", "*.png", "*.po")
    for folder in ("itsme_facade", "generated"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    (tmp_path / "tests/repo").mkdir(parents=True)
    for file in (RECORD, CHANGELOG):
        shutil.copy(file, tmp_path / file.relative_to(ROOT))
    return tmp_path


def test_the_public_api_is_the_recorded_one() -> None:
    _, lines = recorded()
    assert public_api() == lines, "say in CHANGELOG.md what changes, then run `make api`"


def test_the_record_knows_names_signatures_and_attributes() -> None:
    _, lines = recorded()
    text = "\n".join(lines)
    assert "def itsme_facade.Itsme.login(self, redirect_url: str, *, scopes: Iterable[Scope | str] = ()" in text
    assert "class itsme_facade.StoreUnavailable(ItsmeError)" in text
    assert "itsme_facade.flow.SignedIn.reference: str" in text


def test_a_change_that_the_changelog_does_not_tell_is_not_recorded(copy: Path) -> None:
    assert record(copy) is None
    client = copy / "itsme_facade/client.py"
    client.write_text(client.read_text("utf-8").replace("timeout: float = 180.0", "timeout: float = 60.0"), "utf-8")
    assert public_api(copy) != recorded(copy)[1]
    refused = record(copy)
    assert refused is not None
    assert "itsme_facade.Itsme.wait(" in refused
    with (copy / CHANGELOG.name).open("a", encoding="utf-8") as changelog:
        changelog.write("\n- `wait` waits a minute.\n")
    assert record(copy) is None
    assert public_api(copy) == recorded(copy)[1]
