"""What the tests import and start is what pip installed: the repository's folders, or the whole of the built wheel."""

import base64
import csv
import hashlib
import json
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.programs import run

INSTALLED = distribution("itsme-facade")
PACKAGES = {"itsme_facade": ".", "cm_itsme_client": "generated"}
"""The packages, and where the repository has them."""


def editable() -> bool:
    """Whether what is installed is the repository itself, as `make` has it."""
    told = json.loads(INSTALLED.read_text("direct_url.json") or "{}")
    return bool(told.get("dir_info", {}).get("editable"))


def files() -> dict[str, str]:
    """The files of both packages that a wheel brought along, and their digests as the wheel told them."""
    # Read as it stands: the list that importlib.metadata makes of it is without the files that are missing.
    told = csv.reader((INSTALLED.read_text("RECORD") or "").splitlines())
    return {name: digest for name, digest, _ in told if digest and Path(name).parts[0] in PACKAGES}


def test_both_packages_are_imported_from_where_pip_put_them(repository: Path) -> None:
    for package, folder in PACKAGES.items():
        home = repository / folder if editable() else Path(str(INSTALLED.locate_file("")))
        found = find_spec(package)
        assert found is not None
        assert found.origin is not None
        assert Path(found.origin).resolve() == (home / package / "__init__.py").resolve()


def test_what_a_wheel_brought_is_there_as_it_was_built_and_beside_no_other_copy(repository: Path) -> None:
    if editable():
        assert files() == {}
        return
    assert {Path(name).parts[0] for name in files()} == {*PACKAGES}
    for name, told in files().items():
        digest = hashlib.sha256(Path(str(INSTALLED.locate_file(name))).read_bytes()).digest()
        assert told == "sha256=" + base64.urlsafe_b64encode(digest).decode().rstrip("="), name
    assert [package for package, folder in PACKAGES.items() if (repository / folder / package).exists()] == []


@pytest.mark.parametrize("arguments", [["--version"], ["people", "--built-in"]])
def test_the_command_itsme_is_installed_beside_python(arguments: list[str], tmp_path: Path) -> None:
    ended = run("itsme", *arguments, cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert (INSTALLED.version if arguments == ["--version"] else "lucas") in ended.stdout
