"""Every extra brings what its room needs, alone and beside the others; where it is missing, its name is said."""

import json
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution, packages_distributions
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.programs import python

ROOT = Path(__file__).resolve().parent.parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = [name for name in PYPROJECT["optional-dependencies"] if name != "all"]
PROJECT = "itsme-facade"

# Behaves as if only the allowed were installed, and does what it is told.
PROGRAM = """
import json, sys

allowed = {*json.loads(sys.argv[1]), *sys.stdlib_module_names}

class OnlyAllowed:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] not in allowed and not name.startswith("_sysconfigdata"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, OnlyAllowed)
exec(sys.argv[2])
"""

FLOW = """
from itsme_facade import Itsme
from itsme_facade.flow import Flow
from itsme_facade.store import new_key, open_store
itsme, back = Itsme("00000000-0000-0000-0000-000000000000"), "https://shop.example/itsme/back"
Flow(itsme, open_store({store!r}), new_key(), back, lambda identity, login_id: login_id)
"""
DJANGO = """
from django.conf import settings
own = [f"django.contrib.{name}" for name in ("auth", "contenttypes", "sessions")]
settings.configure(INSTALLED_APPS=[*own, "itsme_facade.web.django"], ITSME={})
import django
django.setup()
from itsme_facade.web.django import DjangoStore, ItsmeBackend, get_flow
"""
USES = {
    "store": FLOW.format(store="sqlite:///logins.db"),
    "postgres": FLOW.format(store="postgresql://db.example/logins"),
    "redis": FLOW.format(store="redis://cache.example"),
    "sandbox": "from itsme_facade.sandbox import Sandbox\nwith Sandbox() as sandbox: print(sandbox.url)",
    "cli": "import sys\nsys.argv = ['itsme', '--help']\nfrom itsme_facade.cli import main\nmain()",
    "starlette": "from itsme_facade.web.starlette import itsme_routes\n" + FLOW.format(store="memory:"),
    "flask": "from itsme_facade.web.flask import itsme_blueprint\n" + FLOW.format(store="memory:"),
    "django": DJANGO + FLOW.format(store="memory:"),
    "demo": "import itsme_facade.demo.shop, itsme_facade.demo.demo, itsme_facade.demo.bank_process",
    "otel": "import itsme_facade.flow.tracing, opentelemetry.trace",
}
"""What each extra is for."""

MISSING = {
    "a seal": ("from itsme_facade.store import Seal; Seal('key')", "store"),
    "a key": ("from itsme_facade.store import new_key; new_key()", "store"),
    "a SQL store": ("from itsme_facade.store import SqlStore; SqlStore('sqlite:///logins.db')", "store"),
    "an async SQL store": ("from itsme_facade.store import AsyncSqlStore; AsyncSqlStore('sqlite:///l.db')", "store"),
    "a Redis store": ("from itsme_facade.store import RedisStore; RedisStore('redis://cache.example')", "redis"),
    "a Redis store by its address": ("import itsme_facade.store as s; s.open_store('redis://cache.example')", "redis"),
    "a SQL store by its address": ("import itsme_facade.store as s; s.open_async_store('sqlite:///l.db')", "store"),
    "the sandbox": ("import itsme_facade.sandbox", "sandbox"),
    "the command line": ("from itsme_facade.cli import main; main()", "cli"),
    "Starlette's routes": ("import itsme_facade.web.starlette", "starlette"),
    "Flask's blueprint": ("import itsme_facade.web.flask", "flask"),
    "the demo": ("from itsme_facade.demo.__main__ import main; raise SystemExit(main([]))", "demo"),
}
"""What is said to somebody who has the core alone."""


def test_every_extra_is_used_by_something_here() -> None:
    assert sorted(USES) == sorted(EXTRAS)


@pytest.mark.parametrize("extra", [*EXTRAS, "all"])
def test_an_extra_alone_needs_only_what_is_locked_in_versions_that_agree(extra: str) -> None:
    # The lock resolves all extras together, for every Python and platform: what it leaves of one resolves that one.
    needed = list(closure(extra))
    assert needed
    for requirement in needed:
        installed = distribution(requirement.name).version
        assert requirement.specifier.contains(installed, prereleases=True), f"{requirement} is not {installed}"


@pytest.mark.parametrize("extra", EXTRAS)
def test_an_extra_alone_is_enough_for_what_it_is_for(extra: str, tmp_path: Path) -> None:
    ended = with_only(extra, USES[extra], tmp_path)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("what", MISSING)
def test_what_is_not_installed_is_named_by_its_extra_in_one_line(what: str, tmp_path: Path) -> None:
    code, extra = MISSING[what]
    ended = with_only("", code, tmp_path)
    assert ended.returncode != 0
    assert f"pip install 'itsme-facade[{extra}]'" in ended.stderr.splitlines()[-1], ended.stderr


@pytest.mark.parametrize("kind", ["SqlStore", "AsyncSqlStore"])
def test_postgresql_without_its_driver_is_named_by_its_extra(kind: str, tmp_path: Path) -> None:
    code = f"from itsme_facade.store import {kind}; {kind}('postgresql://db.example/logins')"
    ended = with_only("store", code, tmp_path)
    assert "pip install 'itsme-facade[postgres]'" in ended.stderr, ended.stderr


def test_without_opentelemetry_flows_work_and_leave_no_spans(tmp_path: Path) -> None:
    ended = with_only("store", FLOW.format(store="memory:") + "import itsme_facade.flow.tracing", tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_pytest_plugin_is_inert_where_the_sandbox_is_not_installed(tmp_path: Path) -> None:
    (tmp_path / "test_one.py").write_text("def test_one(): pass\ndef test_two(itsme_sandbox): pass\n", "utf-8")
    code = (
        "import pytest\nraise SystemExit(pytest.main(['-q', '-p', 'no:cacheprovider', '-p', 'itsme_facade.testing']))"
    )
    tests_too = {"pytest", "_pytest", "pluggy", "iniconfig", "packaging", "pygments", "py"}
    ended = with_only("", code, tmp_path, also=tests_too, env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})
    assert "1 passed, 1 error" in ended.stdout, ended.stdout + ended.stderr
    assert "the itsme fixtures cannot be used" in ended.stdout
    assert "pip install 'itsme-facade[sandbox]'" in ended.stdout


def closure(extra: str) -> Iterator[Requirement]:
    """All that the core and an extra need, and what that needs, as the installed ones say it."""
    waiting = list(map(Requirement, PYPROJECT["dependencies"]))
    waiting += map(Requirement, PYPROJECT["optional-dependencies"].get(extra, []))
    seen = set[str]()
    while waiting:
        requirement = waiting.pop()
        if str(requirement) in seen or not holds(requirement, ""):
            continue
        seen.add(str(requirement))
        if requirement.name == PROJECT:
            texts = [text for name in requirement.extras for text in PYPROJECT["optional-dependencies"][name]]
            waiting += map(Requirement, texts)
            continue
        yield requirement
        for further in map(Requirement, distribution(requirement.name).requires or []):
            if any(holds(further, each) for each in ("", *requirement.extras)):
                further.marker = None
                waiting.append(further)


def all_below(package: str) -> set[str]:
    """What a package needs, and what that needs, without extras."""
    found = set[str]()
    waiting = [package]
    while waiting:
        for requirement in map(Requirement, distribution(waiting.pop()).requires or []):
            if requirement.name not in found and holds(requirement, ""):
                found.add(requirement.name)
                waiting.append(requirement.name)
    return found


def holds(requirement: Requirement, extra: str) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def with_only(
    extra: str, code: str, folder: Path, *, also: set[str] | None = None, env: dict[str, str] | None = None
) -> CompletedProcess[str]:
    """Runs a program as if the core and one extra were installed, and nothing else."""
    return with_names({requirement.name for requirement in closure(extra)}, code, folder, also=also, env=env)


def with_names(
    packages: set[str], code: str, folder: Path, *, also: set[str] | None = None, env: dict[str, str] | None = None
) -> CompletedProcess[str]:
    """Runs a program as if these packages were installed beside this one, and nothing else."""
    names = set(map(canonicalize_name, packages))
    modules = {
        module for module, owners in packages_distributions().items() if names & set(map(canonicalize_name, owners))
    }
    allowed = {"itsme_facade", "cm_itsme_client", "__main__", *modules, *(also or ())}
    arguments = ["-c", PROGRAM, json.dumps(sorted(allowed)), code]
    return python(*arguments, cwd=folder, env={"PYTHONSAFEPATH": "1", **(env or {})})


def test_the_names_that_are_hidden_from_a_program_are_those_of_other_packages(tmp_path: Path) -> None:
    ended = with_only("", "import sys, httpx, attrs\ntry: import flask\nexcept ImportError as e: print(e)", tmp_path)
    assert ended.stdout == "No module named 'flask'\n"
    assert sys.version_info >= (3, 11)
