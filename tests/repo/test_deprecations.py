"""What is going away says its name, the version it ends in and what to use instead, and the changelog tells of it."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.version import Version

pytestmark = pytest.mark.repository

WARNINGS = {"DeprecationWarning", "PendingDeprecationWarning", "FutureWarning"}
NAME = re.compile(r"`([^`]+)`")
END = re.compile(r"\bends in itsme-facade (\d+(?:\.\d+)+)")
INSTEAD = re.compile(r"\b[Uu]se \S")

GOOD = "`Itsme.sign_in` ends in itsme-facade 0.4; use `Itsme.login`."
CHANGELOG = """\
## [Unreleased]

### Added

- `Itsme.sign_out`, which ends in itsme-facade 0.4 as well.

### Deprecated

- `Itsme.sign_in`, an older name of `Itsme.login`,
  ends in itsme-facade 0.4.

### Fixed

- `Itsme.renew` ends in itsme-facade 0.4, too.
"""


def faults(source: str, changelog: str, version: str) -> list[str]:
    """What is wrong with the deprecations in a module's source, each with its line."""
    return [f"line {line}: {fault}" for line, text in texts(source) for fault in wrong(text, changelog, version)]


def texts(source: str) -> Iterator[tuple[int, str | None]]:
    """The line and the text of each warning that something is going away; None where it cannot be read."""
    tree = ast.parse(source)
    read: set[ast.AST] = set()
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        message = next((keyword.value for keyword in call.keywords if keyword.arg == "message"), None)
        first = call.args[0] if call.args else message
        if called(call.func) == "deprecated":
            yield call.lineno, literal(first)
        elif called(call.func) not in {"warn", "warn_explicit"}:
            continue
        elif any(called(each) in WARNINGS for each in given):
            read.update(given)
            yield call.lineno, literal(first)
        elif isinstance(first, ast.Call) and called(first.func) in WARNINGS:
            read.add(first.func)
            yield call.lineno, literal(first.args[0] if first.args else None)
    for node in ast.walk(tree):
        if called(node) in WARNINGS and node not in read:
            yield getattr(node, "lineno", 0), None  # a subclass, a variable: a way round
        elif isinstance(node, ast.ImportFrom | ast.Import):
            hidden = {"deprecated", *WARNINGS}
            yield from ((node.lineno, None) for each in node.names if each.asname and each.name in hidden)


def called(node: ast.AST | None) -> str | None:
    """The last part of a name."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else None


def literal(node: ast.AST | None) -> str | None:
    """A text that stands there, with gaps where it is filled in."""
    if isinstance(node, ast.JoinedStr):
        return "".join(literal(part) or "…" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def wrong(text: str | None, changelog: str, version: str) -> Iterator[str]:
    """What a warning's text leaves out."""
    if text is None:
        yield "write the text into the call of `warnings.warn` or `deprecated`, where it can be read"
        return
    name, end = NAME.search(text), END.search(text)
    if not INSTEAD.search(text):
        yield "say what to use instead: `use …`"
    if end and Version(end[1]) <= Version(version):
        yield f"it ends in {end[1]} and this is {version}: take it away, or let it end later"
    if not name:
        yield "name in backticks what is going away"
    if not end:
        yield "say when: `ends in itsme-facade X.Y`"
    elif name and not any(name[0] in entry and end[0] in entry for entry in deprecated(changelog)):
        yield f'say under "Deprecated" in CHANGELOG.md that {name[0]} {end[0]}'


def deprecated(changelog: str) -> Iterator[str]:
    """The entries under "Deprecated", of every version, each as one line."""
    for section in re.split(r"^##", changelog, flags=re.MULTILINE):
        heading, _, body = section.partition("\n")
        if heading.strip("# ") == "Deprecated":
            yield from (" ".join(entry.split()) for entry in re.split(r"^- ", body, flags=re.MULTILINE)[1:])


def test_whatever_is_going_away_says_when_and_what_to_use_instead(repository: Path) -> None:
    version = tomllib.loads((repository / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    changelog = (repository / "CHANGELOG.md").read_text("utf-8")
    modules = sorted((repository / "itsme_facade").rglob("*.py"))
    assert len(modules) > 100
    found = {str(module): faults(module.read_text("utf-8"), changelog, version) for module in modules}
    assert {module: wrong for module, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    "source",
    [
        f"warnings.warn('{GOOD}', DeprecationWarning, stacklevel=2)",
        f"warn(message='{GOOD}', category=FutureWarning)",
        f"warnings.warn(PendingDeprecationWarning('{GOOD}'))",
        f"@warnings.deprecated('{GOOD}')\ndef sign_in(): ...",
        f"@typing_extensions.deprecated('{GOOD}')\nclass SignIn: ...",
        f"@deprecated('{GOOD}', category=None)\ndef sign_in(): ...",
        "warn(f'`Itsme.sign_in` ends in itsme-facade 0.4: {what}; use `Itsme.login`.', DeprecationWarning)",
    ],
)
def test_a_warning_that_says_all_is_found_and_is_fine(source: str) -> None:
    assert len(list(texts(source))) == 1
    assert faults(source, CHANGELOG, "0.3.9") == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("`Itsme.sign_in` is deprecated; use `Itsme.login`.", "line 2: say when"),
        ("`Itsme.sign_in` ends in itsme-facade soon; use `Itsme.login`.", "line 2: say when"),
        ("`Itsme.sign_in` ends in itsme-facade 0.4; sorry.", "line 2: say what to use instead"),
        ("This ends in itsme-facade 0.4; use the other.", "line 2: name in backticks"),
        ("`Itsme.sign_out` ends in itsme-facade 0.4; use nothing.", 'line 2: say under "Deprecated"'),
        ("`Itsme.renew` ends in itsme-facade 0.4; use nothing.", 'line 2: say under "Deprecated"'),
        ("`Itsme.sign_in` ends in itsme-facade 0.5; use `Itsme.login`.", 'line 2: say under "Deprecated"'),
    ],
)
@pytest.mark.parametrize("call", ["warnings.warn({!r}, DeprecationWarning)", "@deprecated({!r})\ndef sign_in(): ..."])
def test_a_warning_that_leaves_something_out_is_told_what(call: str, text: str, fault: str) -> None:
    (told,) = faults("\n" + call.format(text), CHANGELOG, "0.3.9")
    assert told.startswith(fault)


@pytest.mark.parametrize("version", ["0.4", "0.4.0", "0.4.1", "0.10.0", "1.0"])
def test_what_should_have_ended_is_found(version: str) -> None:
    (told,) = faults(f"warn('{GOOD}', DeprecationWarning)", CHANGELOG, version)
    assert told == f"line 1: it ends in 0.4 and this is {version}: take it away, or let it end later"


@pytest.mark.parametrize(
    "source",
    [
        "warnings.warn(TEXT, DeprecationWarning)",
        "warnings.warn('one' + 'other', DeprecationWarning)",
        "warnings.warn(DeprecationWarning())",
        "warnings.warn(DeprecationWarning)",
        "@deprecated(TEXT)\ndef sign_in(): ...",
        "class Old(DeprecationWarning): ...",
        "kind = builtins.FutureWarning",
        "from warnings import deprecated as old",
    ],
)
def test_a_warning_that_cannot_be_read_is_not_passed_over(source: str) -> None:
    (told,) = faults(source, CHANGELOG, "0.3.9")
    assert "where it can be read" in told


@pytest.mark.parametrize("source", ["warnings.warn('Odd.', UserWarning)", "log.warn('Odd.')", "warn(odd(1))", "x = 1"])
def test_other_warnings_are_left_alone(source: str) -> None:
    assert faults(source, "", "0.3.9") == []
