"""`make` finds a Python that works, and says what it can do."""

import os
import sys
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.programs import run

pytestmark = pytest.mark.repository


def first_python(repository: Path, path: str, python: str = "") -> CompletedProcess[str]:
    elsewhere = {"PATH": path, "PYTHON": python, "HOME": "/nonexistent", "PYENV_ROOT": "/nonexistent"}
    return run(repository / ".ci/pythons", "first", env=elsewhere)


@pytest.fixture
def shims(tmp_path: Path) -> Path:
    """A folder whose python3 fails, as a version manager's does for a version that is not installed."""
    for name, text in {"python3": "exit 127", "python3.11": "exec sleep 0"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n", "utf-8")
        (tmp_path / name).chmod(0o755)
    return tmp_path


def test_a_python_that_does_not_run_is_passed_over(repository: Path, shims: Path) -> None:
    (shims / "python").symlink_to(Path(sys.executable).resolve())
    ended = first_python(repository, path=f"{shims}:/usr/bin:/bin")
    assert ended.returncode == 0, ended.stderr
    version, _, python = ended.stdout.strip().partition(" ")
    report = run(python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])")
    assert report.stdout.strip() == version
    assert Path(python).parent != shims


def test_the_python_that_was_asked_for_is_taken(repository: Path) -> None:
    python = str(Path(sys.executable).resolve())
    ended = first_python(repository, path="/usr/bin:/bin", python=python)
    assert ended.stdout.startswith(f"{sys.version_info.major}.{sys.version_info.minor} ")


def test_a_python_that_was_asked_for_and_does_not_run_is_not_replaced_by_another(repository: Path) -> None:
    ended = first_python(repository, path=os.environ["PATH"], python="/nonexistent/python3")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "make PYTHON=" in ended.stderr


def test_a_bare_make_lists_every_target(repository: Path) -> None:
    ended = run("make", cwd=repository)
    assert ended.returncode == 0, ended.stderr
    listed = {line.split()[1] for line in ended.stdout.splitlines() if line.startswith("  make ")}
    lines = (repository / "Makefile").read_text("utf-8").splitlines()
    targets = {line.removeprefix(".PHONY: ") for line in lines if line.startswith(".PHONY: ")}
    assert listed == targets
    assert {"run", "test", "generate", "check", "bench", "build", "docs", "lock", "clean"} <= listed
