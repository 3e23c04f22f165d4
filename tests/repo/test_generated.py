"""The committed low-level client is what the contract generates, byte for byte, every time."""

import shutil
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.programs import python

pytestmark = pytest.mark.repository


def generate(repository: Path, *arguments: str | Path) -> CompletedProcess[str]:
    return python(repository / ".ci/generate.py", *arguments)


def contents(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_the_committed_client_is_what_the_contract_generates_each_time(repository: Path, tmp_path: Path) -> None:
    for name in ("first", "second"):
        ended = generate(repository, "--output", tmp_path / name)
        assert ended.returncode == 0, ended.stderr
    first = contents(tmp_path / "first")
    assert {"client.py", "py.typed", "models/status_answer.py"} <= first.keys()
    assert contents(tmp_path / "second") == first
    assert contents(repository / "generated/cm_itsme_client") == first


def test_generating_leaves_nothing_of_what_was_there(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models/gone.py").write_text("from an older contract", "utf-8")
    assert generate(repository, "--output", tmp_path).returncode == 0
    assert not (tmp_path / "models/gone.py").exists()


def test_a_changed_a_missing_and_a_strange_file_are_each_reported(repository: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(repository / "generated/cm_itsme_client", copy)
    (copy / "client.py").write_text("edited by hand\n", "utf-8")
    (copy / "errors.py").unlink()
    (copy / "mine.py").write_text("", "utf-8")
    ended = generate(repository, "--check", "--output", copy)
    assert ended.returncode == 1
    for report in (
        "-edited by hand",
        "only generated: errors.py",
        "only committed: mine.py",
        "make generate",
    ):
        assert report in ended.stderr
    assert (copy / "client.py").read_text("utf-8") == "edited by hand\n"


def test_a_contract_that_cannot_be_generated_leaves_the_client_as_it_was(repository: Path, tmp_path: Path) -> None:
    contract, output = tmp_path / "broken.yaml", tmp_path / "client"
    contract.write_text("openapi: 3.1.0\npaths: nowhere\n", "utf-8")
    output.mkdir()
    (output / "kept.py").write_text("", "utf-8")
    ended = generate(repository, "--contract", contract, "--output", output)
    assert ended.returncode == 1
    assert "The generator failed" in ended.stderr
    assert (output / "kept.py").exists()
