"""What the documentation of the API says, statement by statement, and the tests that hold each (conformance.toml).

With `--conformance` a run fails at its end if a test that holds a statement did not run and pass.
"""

import ast
import tomllib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self, cast

import pytest
from attrs import define, field, frozen

SOURCES = ("API", "ENROL")


@frozen
class Statement:
    """One thing that a source says, in our own words, and the tests that hold it: `tests/…/test_x.py::test_y`."""

    id: str
    source: str
    text: str
    tests: tuple[str, ...]

    @classmethod
    def from_dict(cls, table: dict[str, Any]) -> Self:
        return cls(table["id"], table["source"], table["text"], tuple(table["tests"]))


def read(file: Path) -> list[Statement]:
    document = tomllib.loads(file.read_text("utf-8"))
    return [Statement.from_dict(table) for table in document["statement"]]


def faults(statements: Iterable[Statement], root: Path) -> list[str]:
    """What is wrong with the list itself, without running anything."""
    statements = list(statements)
    found = [f"{id_}: stands there twice" for id_, n in Counter(s.id for s in statements).items() if n > 1]
    found += [f"{text!r}: said twice" for text, n in Counter(s.text for s in statements).items() if n > 1]
    functions: dict[str, set[str]] = {}
    for statement in statements:
        if statement.source not in SOURCES:
            found.append(f"{statement.id}: its source is none of {', '.join(SOURCES)}")
        if not statement.text.strip():
            found.append(f"{statement.id}: says nothing")
        if not statement.tests:
            found.append(f"{statement.id}: no test holds it")
        for test in statement.tests:
            file, _, name = test.partition("::")
            if file not in functions:
                functions[file] = _functions(root / file)
            if name.partition("[")[0] not in functions[file]:
                found.append(f"{statement.id}: there is no {test}")
    return found


def _functions(file: Path) -> set[str]:
    if not file.is_file():
        return set()
    tree = ast.parse(file.read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@define(eq=False)  # pluggy keeps plugins in sets
class Ran:
    """Which tests ran, and how they ended; a parametrised one passed if all its cases did."""

    statements: list[Statement]
    _good: set[str] = field(factory=set[str])
    _bad: set[str] = field(factory=set[str])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Also called for what the workers of pytest-xdist report."""
        whole = report.nodeid.partition("[")[0]
        if report.when == "call" and report.passed:
            self._good |= {report.nodeid, whole}
        elif not report.passed:
            self._bad |= {report.nodeid, whole}

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Before the closing lines are printed, so that they and the exit code agree."""
        if self.unheld() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Says which statements nothing has held in this run."""
        if lines := self.unheld():
            terminalreporter.section("statements not held, so the run fails", red=True, bold=True)
            for line in lines:
                terminalreporter.write_line(line)

    def unheld(self) -> list[str]:
        passed = self._good - self._bad
        return [f"{s.id}: {test}" for s in self.statements for test in s.tests if test not in passed]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds `--conformance`; `make test` gives it, since only a whole run can hold every statement."""
    parser.addoption(
        "--conformance", action="store_true", help="fail if a test named in tests/conformance.toml did not pass"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Watches the run, but not in a worker: it sees its own share only."""
    if cast("bool", config.getoption("conformance")) and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Ran(read(config.rootpath / "tests/conformance.toml")), "statements-ran")
