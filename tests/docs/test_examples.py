"""Each program in examples/ runs against a local sandbox as its first lines say."""

from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from itsme_facade.sandbox import Sandbox
from tests.docs.pages import ROOT
from tests.programs import python

EXAMPLES = {path.name for path in (ROOT / "examples").glob("*.py")}
APPROVES, REFUSES, YEAR_ONLY = "+32470000023", "+32470000020", "+32470000004"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def run(name: str, sandbox: Sandbox, *arguments: str, folder: Path) -> CompletedProcess[str]:
    environment = {"ITSME_TOKEN": sandbox.token, "ITSME_BASE_URL": sandbox.api_url}
    return python("-W", "error", ROOT / "examples" / name, *arguments, cwd=folder, env=environment)


def test_every_example_is_run_here() -> None:
    assert {"log_in.py", "log_in_many.py", "low_level.py"} == EXAMPLES


def test_the_blocking_example_logs_a_person_in(sandbox: Sandbox, tmp_path: Path) -> None:
    ended = run("log_in.py", sandbox, APPROVES, folder=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    opening, signed_in, hello, adult = ended.stdout.splitlines()
    assert opening.startswith(f"Open this address: {sandbox.url}/login/")
    assert signed_in == f"Signed in as {sandbox.person('approves').user_id()}"
    assert (hello, adult) == ("Hello Emma Janssens", "18 or older: yes")


def test_the_blocking_example_says_how_else_it_ended(sandbox: Sandbox, tmp_path: Path) -> None:
    ended = run("log_in.py", sandbox, REFUSES, folder=tmp_path)
    assert ended.returncode == 1
    assert "You cancelled." in ended.stdout


def test_the_blocking_example_says_what_is_wrong_with_a_number(sandbox: Sandbox, tmp_path: Path) -> None:
    ended = run("log_in.py", sandbox, "0471234567", folder=tmp_path)
    assert ended.returncode == 1
    assert "phone_number" in ended.stderr
    assert "0471234567" not in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_asynchronous_example_logs_several_people_in(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.person("year-only").always("approve")
    ended = run("log_in_many.py", sandbox, APPROVES, REFUSES, YEAR_ONLY, folder=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines() == [
        f"{APPROVES} success: Emma Janssens",
        f"{REFUSES} cancelled",
        f"{YEAR_ONLY} success: Amina Haddad",
    ]


def test_the_low_level_example_shows_the_bytes(sandbox: Sandbox, tmp_path: Path) -> None:
    ended = run("low_level.py", sandbox, folder=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    first, body = ended.stdout.splitlines()
    assert first == f"HTTP 200 with {len(body.encode())} bytes"
    assert '"city":"Halle"' in body
