"""What is built is what a reader of the quick start gets: the wheel, made from the sdist, away from the repository."""

import os
import zipfile
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, write_files
from tests.programs import python

pytestmark = pytest.mark.repository

WHERE = "import itsme_facade, cm_itsme_client; print(itsme_facade.__file__, cm_itsme_client.__file__, sep='\\n')"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content, as pip would put it into a folder of packages."""
    folder = tmp_path_factory.mktemp("built")
    ended = python("-m", "build", "--no-isolation", "--outdir", folder / "dist", ROOT)
    assert ended.returncode == 0, ended.stdout
    (wheel,) = (folder / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "packages")
    return folder / "packages"


def test_the_quick_starts_tests_pass_with_what_the_wheel_holds(unpacked: Path, tmp_path: Path) -> None:
    # Before the repository's own folders, which an editable installation puts on the path.
    alone = {"PYTHONPATH": os.fspath(unpacked)}
    told = python("-c", WHERE, cwd=tmp_path, env=alone).stdout.splitlines()
    assert [Path(file).is_relative_to(unpacked) for file in told] == [True, True]
    write_files("docs/quick-start.md", tmp_path)
    ended = python("-m", "pytest", "-p", "no:cacheprovider", cwd=tmp_path, env=alone)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert " 2 passed" in ended.stdout


def test_the_commands_of_the_wheel_run(unpacked: Path, tmp_path: Path) -> None:
    alone = {"PYTHONPATH": os.fspath(unpacked)}
    ended = python("-W", "error", "-m", "itsme_facade.demo.first_login", cwd=tmp_path, env=alone)
    assert (ended.returncode, ended.stderr) == (0, "")
    ended = python("-c", "from itsme_facade.cli import main; main()", "people", "--built-in", cwd=tmp_path, env=alone)
    assert (ended.returncode, ended.stdout.splitlines()[2].split()[0]) == (0, "lucas")
