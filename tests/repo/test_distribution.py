"""What people install: one pure wheel with both packages, their types and their data."""

import tarfile
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.programs import python

pytestmark = pytest.mark.repository


@pytest.fixture(scope="module")
def dist(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the sdist and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("dist")
    ended = python("-m", "build", "--no-isolation", "--outdir", folder, repository)
    assert ended.returncode == 0, ended.stdout
    return folder


@pytest.fixture(scope="module")
def names(dist: Path) -> set[str]:
    (wheel,) = dist.glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


@pytest.fixture(scope="module")
def metadata(dist: Path) -> Message:
    (wheel,) = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return Parser().parsestr(archive.read(name).decode())


def test_one_wheel_fits_every_python_3_and_platform(dist: Path) -> None:
    assert sorted(path.name for path in dist.iterdir()) == [
        "itsme_facade-0.1.0-py3-none-any.whl",
        "itsme_facade-0.1.0.tar.gz",
    ]


def test_the_wheel_holds_both_packages_whole_and_nothing_else(names: set[str], repository: Path) -> None:
    packages = {"itsme_facade": repository, "cm_itsme_client": repository / "generated"}
    files = {
        path.relative_to(parent).as_posix()
        for package, parent in packages.items()
        for path in (parent / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {"itsme_facade/py.typed", "cm_itsme_client/py.typed"} <= files
    assert {name for name in names if ".dist-info/" not in name} == files


def test_the_wheel_brings_what_the_sdist_has_to_the_byte(dist: Path) -> None:
    (wheel,), (sdist,) = dist.glob("*.whl"), dist.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as built, tarfile.open(sdist) as source:
        for name in built.namelist():
            if ".dist-info/" not in name:
                folder = "generated/" if name.startswith("cm_itsme_client/") else ""
                file = source.extractfile(f"{sdist.name.removesuffix('.tar.gz')}/{folder}{name}")
                assert file is not None
                assert file.read() == built.read(name), name


def test_the_core_needs_httpx_and_attrs_and_nothing_else(metadata: Message) -> None:
    requirements = [Requirement(text) for text in metadata.get_all("Requires-Dist", [])]
    core = {str(requirement) for requirement in requirements if requirement.marker is None}
    assert core == {"httpx<0.29,>=0.28.1", "attrs>=22.2.0"}
    assert metadata["Requires-Python"] == ">=3.11"


def wanted_by(extra: str, texts: list[str]) -> set[str]:
    """The names of what an extra adds to the core."""
    requirements = map(Requirement, texts)
    return {each.name for each in requirements if each.marker and each.marker.evaluate({"extra": extra})}


def test_the_extra_all_is_all_the_others(metadata: Message) -> None:
    texts = metadata.get_all("Requires-Dist", [])
    needs = {extra: wanted_by(extra, texts) for extra in metadata.get_all("Provides-Extra", [])}
    everything = needs.pop("all")
    assert everything == set[str]().union(*needs.values())
    assert {"starlette", "rich"} <= everything


def test_the_license_travels_along(names: set[str], metadata: Message) -> None:
    assert metadata["License-Expression"] == "MIT"
    assert "itsme_facade-0.1.0.dist-info/licenses/LICENSE" in names
