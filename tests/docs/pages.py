"""The pages people read, and how the examples in them are run."""

import os
import re
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

import itsme_facade
from itsme_facade.sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path(itsme_facade.__file__).resolve().parent
"""The package that is tested: the one in the repository, or what a wheel put among the installed ones."""
WRITTEN_BY_PROGRAMS = {"benchmarks.md"}
FENCE = re.compile(r"^```([\w{}-]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES = sorted(
    page.relative_to(ROOT).as_posix()
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    if page.name not in WRITTEN_BY_PROGRAMS and "_build" not in page.parts
)
BLOCKS = {page: FENCE.findall((ROOT / page).read_text("utf-8")) for page in PAGES}
"""Of each page, the kind and the text of its blocks of code."""

_FILE = re.compile(r"(?:# |<!-- )([\w./]+\.\w+)(, at the end)?(?: -->)?\n")


def run_examples(page: str) -> int:
    """Runs a page's Python blocks in their order, in one namespace; returns how many there were."""
    sybil = Sybil(parsers=[PythonCodeBlockParser()], path=str(ROOT))
    document = sybil.parse(ROOT / page)
    examples: list[Any] = list(document.examples())
    for example in examples:
        example.evaluate()
    return len(examples)


def write_files(page: str, folder: Path) -> list[str]:
    """Writes what a page tells its reader to write: blocks whose first line names a file. Says what was written."""
    written: list[str] = []
    for _, text in BLOCKS[page]:
        if told := _FILE.match(text):
            file = folder / told[1]
            file.parent.mkdir(parents=True, exist_ok=True)
            before = file.read_text("utf-8") if told[2] else ""
            file.write_text(before + text.removeprefix(told[0]), "utf-8")
            written.append(told[1])
    return written


@contextmanager
def told_about(sandbox: Sandbox) -> Generator[None]:
    """The environment that README tells the reader to set, with this sandbox in it."""
    before = dict(os.environ)
    os.environ |= {"ITSME_TOKEN": sandbox.token, "ITSME_BASE_URL": sandbox.api_url}
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
