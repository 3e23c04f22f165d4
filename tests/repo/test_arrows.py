"""Imports between rooms point one way: the rules of pyproject.toml hold, and they bite."""

import os
import shutil
from pathlib import Path
from subprocess import CompletedProcess

import grimp
import pytest

from tests.programs import run

pytestmark = pytest.mark.repository


def lint(folder: Path) -> CompletedProcess[str]:
    """Runs import-linter over the packages found in `folder`."""
    path = os.pathsep.join([str(folder), str(folder / "generated")])
    config = folder / "pyproject.toml"
    return run("lint-imports", "--config", config, "--no-cache", cwd=folder, env={"PYTHONPATH": path})


@pytest.fixture
def copy(repository: Path, tmp_path: Path) -> Path:
    for name in ("itsme_facade", "generated"):
        shutil.copytree(repository / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(repository / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_import_points_the_right_way(repository: Path) -> None:
    ended = lint(repository)
    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("client.py", "import itsme_facade.sandbox"),
        ("client.py", "import itsme_facade.cli"),
        ("errors.py", "import itsme_facade.client"),
        ("errors.py", "import itsme_facade.demo"),
        ("sandbox/__init__.py", "import cm_itsme_client"),
        ("sandbox/__init__.py", "import itsme_facade.errors"),
        ("sandbox/__init__.py", "from itsme_facade.cli import main"),
        ("flow/late.py", "import itsme_facade.sandbox"),
        ("store/late.py", "import itsme_facade.client"),
        ("web/late.py", "import itsme_facade.cli"),
        ("flow/late.py", "import itsme_facade.web.early"),
    ],
)
def test_an_import_that_points_the_wrong_way_is_found(copy: Path, room: str, line: str) -> None:
    for package in ("flow", "store", "web"):
        (copy / "itsme_facade" / package).mkdir(exist_ok=True)
        for module in ("__init__.py", "early.py", "late.py"):
            (copy / "itsme_facade" / package / module).touch()
    with (copy / "itsme_facade" / room).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    ended = lint(copy)
    assert ended.returncode == 1
    assert " BROKEN" in ended.stdout


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("itsme_facade", "cm_itsme_client", cache_dir=None)


def whole(graph: grimp.ImportGraph, rooms: set[str]) -> set[str]:
    """The modules of the rooms that exist."""
    return {module for module in graph.modules if any(f"{module}.".startswith(f"{room}.") for room in rooms)}


def test_the_sandbox_imports_nothing_of_this_project_but_itself(graph: grimp.ImportGraph) -> None:
    sandbox = whole(graph, {"itsme_facade.sandbox"})
    imported = {name for module in sandbox for name in graph.find_modules_directly_imported_by(module)}
    assert imported
    assert imported <= sandbox


def test_only_the_roof_imports_the_sandbox_and_nothing_imports_the_roof(graph: grimp.ImportGraph) -> None:
    roof = whole(graph, {f"itsme_facade.{room}" for room in ("testing", "cli", "commands", "demo")})
    sandbox = whole(graph, {"itsme_facade.sandbox"})
    above = {name for module in roof for name in graph.find_modules_that_directly_import(module)}
    assert above <= roof
    beside = {name for module in sandbox for name in graph.find_modules_that_directly_import(module)}
    assert beside & roof
    assert beside <= sandbox | roof
