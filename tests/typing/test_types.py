"""Both checkers accept what users write here, and refuse what would fail."""

import json
import sys
from pathlib import Path

import pytest

from tests.programs import python, run

pytestmark = pytest.mark.repository

ACCEPTED = sorted(path for path in Path(__file__).parent.glob("*.py") if path.name != Path(__file__).name)

# Each is one mistake, and one line on which both checkers have to see it.
REFUSED = {
    "a misspelt name": "from itsme_facade import Isme",
    "a scope that is a number": 'itsme.login("https://shop.example", scopes=[1])',
    "a result without its await": "asynchronous.status('abc').identity",
    "an identity that may be missing": 'itsme.status("abc").identity.user_id',
    "a birth date that may be missing": "identity.birthdate.is_at_least(18)",
    "changing an identity": 'identity.user_id = "other"',
    "changing a result": "itsme.status('abc').raw = None",
    "an outcome of a result that may be open": "itsme.status('abc').outcome",
    "an unknown argument": 'itsme.login("https://shop.example", scope=["email"])',
    "a positional scope": 'itsme.login("https://shop.example", ["email"])',
    "an async client in a with": "with asynchronous: pass",
    "a sync transport for the async client": "AsyncItsme('x', transport=httpx.HTTPTransport())",
}
FORGOTTEN = """
def page(result: Result) -> str:
    match result:
        case Success() | Cancelled() | Failed() | Expired() | Open():
            return "seen"
        case _:
            assert_never(result)
"""
HEADER = """from typing import assert_never
import httpx
from itsme_facade import AsyncItsme, Cancelled, Expired, Failed, Identity, Itsme, Open, Result, Success
itsme, asynchronous, identity = Itsme(""), AsyncItsme(""), Identity()
"""


@pytest.fixture(scope="module")
def mistakes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program that holds every mistake."""
    path = tmp_path_factory.mktemp("typing") / "mistakes.py"
    path.write_text(HEADER + "\n".join(REFUSED.values()) + FORGOTTEN, "utf-8")
    return path


def wrong_lines(first: int) -> set[int]:
    """The lines that hold a mistake: one each, and the last of all."""
    forgotten = first + len(REFUSED) + FORGOTTEN.rstrip().count("\n") - 1
    return {*range(first, first + len(REFUSED)), forgotten}


def test_mypy_accepts_what_users_write_and_sees_every_mistake(repository: Path, mistakes: Path) -> None:
    flags: list[str | Path] = ["--strict", "--output", "json", "--config-file", repository / "pyproject.toml"]
    ended = python("-m", "mypy", *flags, *ACCEPTED, mistakes, cwd=repository)
    found = [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{")]
    errors = [error for error in found if error["severity"] == "error"]
    assert [error for error in errors if Path(error["file"]).name != mistakes.name] == []
    assert {error["line"] for error in errors} == wrong_lines(HEADER.count("\n") + 1), ended.stdout


def test_pyright_accepts_what_users_write_and_sees_every_mistake(repository: Path, mistakes: Path) -> None:
    # Files named on the command line are checked without the project's settings, so those stand here.
    project = mistakes.with_name("pyrightconfig.json")
    settings = {
        "include": [*map(str, ACCEPTED), str(mistakes)],
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
        "extraPaths": [str(repository), str(repository / "generated")],
        "venvPath": str(Path(sys.prefix).parent),
        "venv": Path(sys.prefix).name,
        "reportUnusedExpression": "none",
    }
    project.write_text(json.dumps(settings), "utf-8")
    checker = repository / ".ci/node/node_modules/.bin/pyright"
    ended = run(checker, "--outputjson", "--project", project)
    found = json.loads(ended.stdout)["generalDiagnostics"]
    assert [error for error in found if Path(error["file"]).name != mistakes.name] == []
    seen = {error["range"]["start"]["line"] + 1 for error in found if Path(error["file"]).name == mistakes.name}
    assert seen >= wrong_lines(HEADER.count("\n") + 1)
