"""What the pages show runs, what they name exists, and what exists is named."""

import importlib.metadata
import importlib.util
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import itsme_facade
from itsme_facade import ItsmeError, Outcome, Result
from itsme_facade.flow import construction
from itsme_facade.sandbox import Sandbox
from itsme_facade.settings import from_environment
from tests.docs.pages import BLOCKS, PAGES, ROOT, run_examples, told_about
from tests.programs import python

README = (ROOT / "README.md").read_text("utf-8")
LINK = re.compile(r"\]\(([^)\s]+)\)")
FOLLOWED = ("docs/quick-start.md", "docs/tutorials/fastapi.md", "docs/tutorials/flask.md")  # by test_tutorials.py
OF_THE_TEST_CLIENT = "httpx2"
"""Starlette's test client warns without it. The tests here do without, since httpx does as well."""
KINDS = {"python", "console", "py", "html", "text", "toml", "sh", "js", "{toctree}", "{eval-rst}"}
"""What a block can be: examples that run here, commands, files to write, and what a test of their page holds."""
WITH_EXAMPLES = [page for page in PAGES if any(kind == "python" for kind, _ in BLOCKS[page])]
COMMANDS = [
    (page, line.removeprefix("$ "))
    for page in PAGES
    for kind, text in BLOCKS[page]
    if kind == "console"
    for line in text.splitlines()
    if line.startswith("$ ")
]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox, told_about(sandbox):
        yield sandbox


@pytest.mark.parametrize("page", WITH_EXAMPLES)
@pytest.mark.usefixtures("sandbox")
def test_every_python_block_runs(page: str) -> None:
    assert run_examples(page) == sum(kind == "python" for kind, _ in BLOCKS[page])


@pytest.mark.usefixtures("sandbox")
def test_the_readmes_blocks_print_what_they_promise(capsys: pytest.CaptureFixture[str]) -> None:
    run_examples("README.md")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Send the browser to http://127.0.0.1:")
    assert lines[1].endswith("emma.janssens@mail.example")
    assert lines[2] == f"Welcome back, {lines[1].partition(' ')[0]}"
    assert lines[3:] == ["Hello Emma Janssens", "['locale', 'redirect_url', 'phone_number']", "open"]


def targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    return set(re.findall(r"^\.PHONY: (\S+)$", makefile, re.MULTILINE))


def extras() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return set(project["optional-dependencies"])


@pytest.mark.parametrize(("page", "command"), COMMANDS)
def test_every_command_names_what_exists(page: str, command: str) -> None:
    match shlex.split(command, comments=True):
        case ["make", *wanted]:
            assert {word for word in wanted if "=" not in word} <= targets(), page
        case ["pip", "install", package, *others]:
            name, _, rest = package.partition("[")
            assert name in {"itsme-facade", "."}
            assert set(rest.strip("[]").split(",")) - {""} <= extras()
            assert all(importlib.metadata.version(other) for other in others if other != OF_THE_TEST_CLIENT)
        case ["itsme", "keys" | "store" as group, subcommand, *options]:
            ended = python("-c", "from itsme_facade.cli import main; main()", group, subcommand, "--help")
            assert ended.returncode == 0, ended.stderr
            assert all(option in ended.stdout for option in options if option.startswith("--"))
        case ["itsme", subcommand, *options]:
            ended = python("-c", "from itsme_facade.cli import main; main()", subcommand, "--help")
            assert ended.returncode == 0, ended.stderr
            assert all(option in ended.stdout for option in options if option.startswith("--"))
        case ["python", "-m", module, *_]:
            assert importlib.util.find_spec(module) is not None
        case ["python", "manage.py", *_]:
            assert page == "docs/tutorials/django.md"  # where a project was made just before
        case ["python", script, *_]:
            assert (ROOT / script).is_file()
        case ["export", assignment, *_]:
            name = assignment.partition("=")[0]
            assert f"`{name}`" in README or f'"{name}"' in (ROOT / page).read_text("utf-8")
        case ["pytest"] | ["uvicorn", "--factory", "shop:make_app"] | ["flask", "--app", "library", *_]:
            assert page in FOLLOWED
        case ["git", "clone" | "diff" | "status", *_]:
            pass
        case other:
            pytest.fail(f"{page}: nobody has said how to check {other}")


def anchors(page: Path) -> set[str]:
    """The headings of a page, as links name them."""
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#{1,3} (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_inside_leads_to_a_file_and_a_heading_in_it(page: str) -> None:
    here = ROOT / page
    missing: list[str] = []
    for link in LINK.findall(here.read_text("utf-8")):
        path, _, anchor = link.partition("#")
        target = here.parent / path if path else here
        if "://" in link:
            continue
        if not target.exists() or (anchor and anchor not in anchors(target)):
            missing.append(link)
    assert missing == []


@pytest.mark.parametrize("page", PAGES)
def test_every_block_is_of_a_kind_that_something_holds(page: str) -> None:
    fences = re.findall(r"^ *```(.*)$", (ROOT / page).read_text("utf-8"), re.MULTILINE)
    assert set(fences[::2]) <= KINDS
    assert set(fences[1::2]) <= {""}


READ = [page for page in PAGES if page.startswith("docs/") and page != "docs/index.md"]


@pytest.mark.parametrize("page", READ)
def test_every_page_ends_with_one_thing_to_do(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    assert text.count("**Next:**") == 1
    assert text.rstrip().rpartition("\n\n")[2].startswith("**Next:**")


def test_every_screenshot_is_on_the_page_that_shows_what_it_looks_like() -> None:
    shown = re.findall(r"\]\(screenshots/([\w-]+\.png)\)", (ROOT / "docs/looks.md").read_text("utf-8"))
    assert sorted(shown) == sorted(path.name for path in (ROOT / "docs/screenshots").glob("*.png"))


@pytest.mark.parametrize("page", PAGES)
def test_every_picture_has_words_for_those_who_do_not_see_it(page: str) -> None:
    pictures = re.findall(r"!\[([^\]]*)\]\(", (ROOT / page).read_text("utf-8"))
    assert all(len(words) > 5 for words in pictures)


def test_the_readme_names_the_two_commands() -> None:
    assert [command for page, command in COMMANDS if page == "README.md"][:2] == [
        "make run     # start the local sandbox, register a person, log the same person in, print both identities",
        "make test    # run every test",
    ]


def test_the_readme_keeps_its_word_about_ten_lines_and_shows_a_picture_before_the_headings_people_look_for() -> None:
    section = README.partition("\n## Ten lines\n")[2].partition("\n## ")[0]
    (code,) = re.findall(r"^```python\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    assert sum(bool(line.strip()) for line in code.splitlines()) == 10
    assert README.index("](docs/screenshots/") < README.index("\n## Install")


def test_the_readme_tells_every_result_and_every_outcome() -> None:
    rows = re.findall(r"^\| `([\w.]+)` \|", README, re.MULTILINE)
    results = {result.__name__ for result in get_args(Result)}
    assert results <= set(rows)
    assert {f"Outcome.{outcome.name}" for outcome in Outcome} <= set(rows)


def test_the_readme_tells_every_error() -> None:
    rows = set(re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE))
    public = [getattr(itsme_facade, name) for name in itsme_facade.__all__]
    errors = {value.__name__ for value in public if isinstance(value, type) and issubclass(value, ItsmeError)}
    assert errors - {"ItsmeError"} <= rows


def test_the_readme_tells_every_variable_that_is_read() -> None:
    read: list[str] = []

    class Watched(dict[str, str]):
        def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
            read.append(key)
            return super().get(key, default)

    from_environment(Watched(ITSME_TOKEN="00000000-0000-0000-0000-000000000000"))
    with pytest.raises(ItsmeError):
        construction.from_environment(Watched())
    section = README.partition("## Configuration by environment")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == set(read)


def test_the_trademark_note_is_where_people_look() -> None:
    for page in ("README.md", "docs/index.md"):
        assert "itsme® is a registered trademark of its owner" in (ROOT / page).read_text("utf-8")


def test_every_test_that_the_security_page_names_exists() -> None:
    named = re.findall(r"`(tests/[\w/.]+\.py)::(\w+)`", (ROOT / "docs/security.md").read_text("utf-8"))
    rows = re.findall(r"^\| (?!attack|---).*$", (ROOT / "docs/security.md").read_text("utf-8"), re.MULTILINE)
    assert len(rows) == len(named) >= 10, "an attack in the table has no test"
    missing = [
        f"{file}::{test}"
        for file, test in named
        if not re.search(rf"^(async )?def {test}\(", (ROOT / file).read_text("utf-8"), re.MULTILINE)
    ]
    assert missing == []
