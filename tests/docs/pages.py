"""The pages people read, and how the examples in them are run."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

from itsme_facade.sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[2]
WRITTEN_BY_PROGRAMS = {"benchmarks.md"}
PAGES = sorted(
    page.relative_to(ROOT).as_posix()
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    if page.name not in WRITTEN_BY_PROGRAMS
)


def run_examples(page: str) -> int:
    """Runs a page's Python blocks in their order, in one namespace; returns how many there were."""
    sybil = Sybil(parsers=[PythonCodeBlockParser()], path=str(ROOT))
    document = sybil.parse(ROOT / page)
    examples: list[Any] = list(document.examples())
    for example in examples:
        example.evaluate()
    return len(examples)


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
