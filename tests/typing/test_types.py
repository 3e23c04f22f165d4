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
    "a misspelt flow": "from itsme_facade.flow import Flows",
    "a misspelt store": "from itsme_facade.store import SQLStore",
    "an async client for a blocking flow": "Flow(asynchronous, store, 'key', 'https://shop.example', take)",
    "a blocking store for an async flow": "AsyncFlow(asynchronous, store, 'key', 'https://shop.example', take)",
    "an async handler for a blocking flow": "Flow(itsme, store, 'key', 'https://shop.example', take_later)",
    "a handler that gives nothing back": "Flow(itsme, store, 'key', 'https://shop.example', lambda one, two: None)",
    "a handler without the login": "Flow(itsme, store, 'key', 'https://shop.example', lambda identity: '')",
    "a handler that wants the account and gets none": "Flow(itsme, store, 'key', 'https://shop.example', link)",
    "a linking handler without the account": "Flow(itsme, store, 'k', 'https://s.example', take, on_link=take)",
    "a binding that there is not": "Flow(itsme, store, 'key', 'https://shop.example', take, binding='state')",
    "a flow without a handler": "Flow(itsme, store, 'key', 'https://shop.example')",
    "a start with the phone number first": "flow.start('+32471234567')",
    "an async finish without its await": "asynchronous_flow.finish('GET', '', {}, {}).set_cookies",
    "a login id that may be missing": "flow.resume('GET', outcome.login_id, {}, {})",
    "a reference of an outcome that may have none": "outcome.reference",
    "changing an outcome": "outcome.next = '/'",
    "a start's address as a redirect": "flow.start().authentication_url",
    "an async flow for Flask": "itsme_blueprint(asynchronous_flow)",
    "an async store in a with": "with AsyncMemoryStore(): pass",
    "an answer that nobody can give": "person.log_in('https://itsme.example', answers='approved')",
}
FORGOTTEN = """
def page(result: Result) -> str:
    match result:
        case Success() | Cancelled() | Failed() | Expired() | Open():
            return "seen"
        case _:
            assert_never(result)
def back(outcome: FlowOutcome) -> str:
    match outcome:
        case SignedIn() | SignedInAgain() | Refused() | StillOpen() | Busy() | Forged() | Unknown() | Prefetch():
            return "seen"
        case OtherBrowser():
            return "seen"
        case _:
            assert_never(outcome)
"""
HEADER = """from typing import assert_never
import httpx
from itsme_facade import AsyncItsme, Cancelled, Expired, Failed, Identity, Itsme, Open, Result, Success
from itsme_facade.flow import AsyncFlow, Busy, Flow, FlowOutcome, Forged, OtherBrowser, Prefetch, Refused, SignedIn
from itsme_facade.flow import SignedInAgain, StillOpen, Unknown
from itsme_facade.store import AsyncMemoryStore, AsyncStore, Store
from itsme_facade.testing import PersonInTests
from itsme_facade.web.flask import itsme_blueprint
itsme, asynchronous, identity = Itsme(""), AsyncItsme(""), Identity()
def take(identity: Identity, login_id: str) -> str: return login_id
async def take_later(identity: Identity, login_id: str) -> str: return login_id
def link(identity: Identity, login_id: str, account: str) -> str: return account
def given(name: str) -> tuple[Store, Flow, AsyncFlow, FlowOutcome, PersonInTests]: raise NotImplementedError(name)
store, flow, asynchronous_flow, outcome, person = given("everything")
"""


@pytest.fixture(scope="module")
def mistakes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program that holds every mistake."""
    path = tmp_path_factory.mktemp("typing") / "mistakes.py"
    path.write_text(HEADER + "\n".join(REFUSED.values()) + FORGOTTEN, "utf-8")
    return path


def wrong_lines(first: int) -> set[int]:
    """The lines that hold a mistake: one each, and where something was forgotten."""
    last = first + len(REFUSED) - 1
    forgotten = {last + n for n, line in enumerate(FORGOTTEN.splitlines()) if "assert_never" in line}
    return {*range(first, last + 1), *forgotten}


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
