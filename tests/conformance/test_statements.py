"""The list of statements is sound, and a run that does not hold all of them fails."""

from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.programs import python
from tests.statements import Statement, faults, read

TESTS = """
import pytest

def test_holds(): pass
def test_breaks(): assert False, "on purpose"
@pytest.mark.parametrize("n", [1, 2])
def test_half(n): assert n == 1, "on purpose"
@pytest.fixture
def broken(): raise RuntimeError("on purpose")
def test_never_begins(broken): pass
"""


def test_every_statement_has_tests_that_exist_and_an_id_of_its_own(repository: Path) -> None:
    statements = read(repository / "tests/conformance.toml")
    assert len(statements) > 100
    assert faults(statements, repository) == []


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (Statement("a", "API", "Text.", ()), "a: no test holds it"),
        (Statement("a", "API", " ", ("tests/test_x.py::test_y",)), "a: says nothing"),
        (Statement("a", "SOMEWHERE", "Text.", ("tests/test_x.py::test_y",)), "a: its source is none of API, ENROL"),
        (
            Statement("a", "API", "Text.", ("tests/test_x.py::test_z",)),
            "a: there is no tests/test_x.py::test_z",
        ),
        (
            Statement("a", "API", "Text.", ("tests/test_no.py::test_y[1]",)),
            "a: there is no tests/test_no.py::test_y[1]",
        ),
        (Statement("b", "API", "Text.", ("tests/test_x.py::test_y[1]",)), "b: stands there twice"),
        (Statement("c", "API", "Other.", ("tests/test_x.py::test_y",)), "'Other.': said twice"),
    ],
)
def test_a_fault_of_the_list_is_found(tmp_path: Path, statement: Statement, fault: str) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_x.py").write_text("def test_y(): pass\n", "utf-8")
    sound = Statement("b", "API", "Other.", ("tests/test_x.py::test_y",))
    assert faults([sound], tmp_path) == []
    assert fault in faults([sound, statement], tmp_path)


def run(folder: Path, repository: Path, holding: str, *flags: str) -> CompletedProcess[str]:
    """Runs the tests above while one statement is held by `holding`."""
    (folder / "tests").mkdir()
    (folder / "tests/test_given.py").write_text(TESTS, "utf-8")
    (folder / "tests/conformance.toml").write_text(
        f'[[statement]]\nid = "grass"\nsource = "API"\ntext = "Grass is green."\ntests = ["{holding}"]\n', "utf-8"
    )
    (folder / "pytest.ini").write_text("[pytest]\n", "utf-8")
    return python(
        "-m", "pytest", "-p", "tests.statements", "--rootdir", folder, *flags, folder / "tests", cwd=repository
    )


@pytest.mark.repository
@pytest.mark.parametrize(("holding", "workers"), [("test_holds", ()), ("test_half[1]", ()), ("test_holds", ("-n1",))])
def test_a_run_that_holds_every_statement_passes(
    tmp_path: Path, repository: Path, holding: str, workers: tuple[str, ...]
) -> None:
    selected = ("-k", "test_holds or 1")
    ended = run(tmp_path, repository, f"tests/test_given.py::{holding}", "--conformance", *selected, *workers)
    assert ended.returncode == pytest.ExitCode.OK, ended.stdout
    assert "statements not held" not in ended.stdout


@pytest.mark.repository
@pytest.mark.parametrize(
    ("holding", "workers"),
    [
        ("test_breaks", ()),
        ("test_half", ()),
        ("test_half[2]", ()),
        ("test_never_begins", ()),
        ("test_gone", ()),
        ("test_half", ("-n1",)),
    ],
)
def test_a_run_that_leaves_a_statement_unheld_fails_and_names_it(
    tmp_path: Path, repository: Path, holding: str, workers: tuple[str, ...]
) -> None:
    ended = run(tmp_path, repository, f"tests/test_given.py::{holding}", "--conformance", *workers)
    assert ended.returncode == pytest.ExitCode.TESTS_FAILED
    assert f"grass: tests/test_given.py::{holding}" in ended.stdout


@pytest.mark.repository
def test_a_test_that_did_not_run_makes_the_run_fail(tmp_path: Path, repository: Path) -> None:
    ended = run(tmp_path, repository, "tests/test_given.py::test_holds", "--conformance", "-k", "test_half and 1")
    assert ended.returncode == pytest.ExitCode.TESTS_FAILED
    assert "grass: tests/test_given.py::test_holds" in ended.stdout


@pytest.mark.repository
def test_without_the_option_a_part_of_the_tests_may_run_alone(tmp_path: Path, repository: Path) -> None:
    ended = run(tmp_path, repository, "tests/test_given.py::test_holds", "-k", "test_half and 1")
    assert ended.returncode == pytest.ExitCode.OK, ended.stdout
