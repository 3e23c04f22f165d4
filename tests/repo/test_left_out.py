"""A run that leaves a test out is a failed run."""

from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.programs import python

pytestmark = pytest.mark.repository

SKIPPED = "import pytest\ndef test_it(): pytest.skip('no database here')\n"
SKIPPED_WHOLE = "import pytest\npytest.skip('no database here', allow_module_level=True)\n"
EXPECTED = "import pytest\n@pytest.mark.xfail\ndef test_it(): assert False\n"
UNEXPECTED = "import pytest\n@pytest.mark.xfail(strict=False)\ndef test_it(): pass\n"


def run(folder: Path, repository: Path, source: str, *flags: str) -> CompletedProcess[str]:
    (folder / "test_given.py").write_text(source + "\n\ndef test_fine(): pass\n", "utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", "utf-8")
    return python("-m", "pytest", "-p", "tests.left_out", "--rootdir", folder, *flags, folder, cwd=repository)


@pytest.mark.parametrize(
    ("source", "flags"),
    [(SKIPPED, ()), (SKIPPED_WHOLE, ()), (EXPECTED, ()), (UNEXPECTED, ()), (SKIPPED, ("-n1",))],
    ids=["skipped", "a whole file skipped", "expected to fail", "unexpectedly passed", "skipped by a worker"],
)
def test_a_run_with_a_test_left_out_fails_and_names_it(
    tmp_path: Path, repository: Path, source: str, flags: tuple[str, ...]
) -> None:
    ended = run(tmp_path, repository, source, *flags)
    assert ended.returncode != pytest.ExitCode.OK
    heading, _, names = ended.stdout.partition("left out, so the run fails")
    assert heading
    assert "test_given.py" in names.partition("short test summary info")[0]


def test_a_run_in_which_everything_ran_passes(tmp_path: Path, repository: Path) -> None:
    ended = run(tmp_path, repository, "")
    assert ended.returncode == pytest.ExitCode.OK
    assert "left out" not in ended.stdout
