"""What is installed is pinned by hash, names no registry, and is what pyproject.toml asks for."""

import json
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = "itsme-facade"


class Pin(NamedTuple):
    requirement: Requirement
    version: str
    hashes: list[str]

    def holds_in(self, environment: dict[str, str]) -> bool:
        """Whether it is installed on this machine but for what `environment` says otherwise."""
        marker = self.requirement.marker
        return marker is None or marker.evaluate(environment)


@pytest.fixture(scope="module")
def pins(repository: Path) -> list[Pin]:
    text = (repository / "requirements.lock").read_text("utf-8")
    lines = [line for line in text.replace("\\\n", " ").splitlines() if not line.startswith("#")]
    return [pin(line) for line in lines]


def pin(line: str) -> Pin:
    text, *hashes = line.split("--hash=")
    requirement = Requirement(text.strip())
    (specifier,) = requirement.specifier
    assert specifier.operator == "=="
    return Pin(requirement, specifier.version, [digest.strip() for digest in hashes])


@pytest.fixture(scope="module")
def asked_for(repository: Path) -> list[Requirement]:
    """Everything that pyproject.toml names: core, every extra, the tools."""
    document = tomllib.loads((repository / "pyproject.toml").read_text("utf-8"))
    project = document["project"]
    lists = [
        project["dependencies"],
        *project["optional-dependencies"].values(),
        document["dependency-groups"]["dev"],
    ]
    requirements = [Requirement(text) for texts in lists for text in texts]
    return [requirement for requirement in requirements if requirement.name != PROJECT]


def environments() -> Iterator[dict[str, str]]:
    systems = {"linux": ("posix", "Linux"), "darwin": ("posix", "Darwin"), "win32": ("nt", "Windows")}
    for minor in (11, 12, 13, 14):
        for platform, (os_name, system) in systems.items():
            yield {
                "python_version": f"3.{minor}",
                "python_full_version": f"3.{minor}.9",
                "sys_platform": platform,
                "os_name": os_name,
                "platform_system": system,
            }


def closure(roots: list[Requirement]) -> set[str]:
    """The distributions that the installed ones say they need, from `roots` on."""
    needed: set[str] = set()
    seen: set[tuple[str, str]] = set()
    waiting = [(root, extra) for root in roots for extra in ("", *root.extras)]
    while waiting:
        requirement, extra = waiting.pop()
        name = canonicalize_name(requirement.name)
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        needed.add(name)
        for further in map(Requirement, distribution(name).requires or []):
            if further.marker is None or further.marker.evaluate({"extra": extra}):
                waiting += [(further, wanted) for wanted in ("", *further.extras)]
    return needed


@pytest.mark.repository
def test_the_lock_names_no_registry_and_no_address(repository: Path) -> None:
    text = (repository / "requirements.lock").read_text("utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*(-i|-f|--(extra-)?index-url|--find-links|--trusted-host|-e|-r)\b", text, re.MULTILINE)
    assert " @ " not in text


@pytest.mark.repository
def test_every_entry_of_the_lock_is_one_version_with_hashes(pins: list[Pin]) -> None:
    assert pins
    for entry in pins:
        assert entry.hashes, entry.requirement
        assert all(re.fullmatch("sha256:[0-9a-f]{64}", digest) for digest in entry.hashes), entry.requirement


@pytest.mark.repository
def test_the_lock_satisfies_pyproject_on_every_python_and_platform(
    pins: list[Pin], asked_for: list[Requirement]
) -> None:
    for environment in environments():
        versions: dict[str, str] = {}
        for entry in pins:
            if entry.holds_in(environment):
                assert entry.requirement.name not in versions, "two versions for one environment"
                versions[entry.requirement.name] = entry.version
        for requirement in asked_for:
            if requirement.marker and not requirement.marker.evaluate(environment):
                continue
            version = versions.get(canonicalize_name(requirement.name))
            assert version, f"{requirement} is not locked: run `make lock`"
            assert requirement.specifier.contains(version), f"{requirement} is not {version}: run `make lock`"


def test_the_lock_holds_what_is_needed_here_and_nothing_else(pins: list[Pin], asked_for: list[Requirement]) -> None:
    locked = {canonicalize_name(entry.requirement.name) for entry in pins if entry.holds_in({})}
    assert locked == closure(asked_for)


def test_the_environment_that_runs_this_is_the_locked_one(pins: list[Pin]) -> None:
    for entry in pins:
        if entry.holds_in({}):
            assert distribution(entry.requirement.name).version == entry.version


@pytest.mark.repository
def test_node_tools_are_locked_by_hash_and_the_lock_names_no_registry(repository: Path) -> None:
    folder = repository / ".ci/node"
    wanted = json.loads((folder / "package.json").read_text("utf-8"))["devDependencies"]
    text = (folder / "package-lock.json").read_text("utf-8")
    assert "://" not in re.sub(r'"url": "[^"]*"', "", text), "an address other than a funding page's"
    packages = {name: entry for name, entry in json.loads(text)["packages"].items() if name}
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted
