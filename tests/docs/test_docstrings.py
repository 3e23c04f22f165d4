"""The examples in docstrings run and give what they show."""

import sys
from pathlib import Path
from typing import Any

import pytest
from sybil import Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers.rest import DocTestParser

from tests.docs.pages import PACKAGE

HOME = PACKAGE.parent
MODULES = sorted(
    path.relative_to(HOME).as_posix() for path in PACKAGE.rglob("*.py") if ">>> " in path.read_text("utf-8")
)


def examples_in(path: Path) -> list[Any]:
    sybil = Sybil(parsers=[DocTestParser()], path=str(HOME), document_types={".py": PythonDocStringDocument})
    return list(sybil.parse(path).examples())


@pytest.mark.parametrize("module", MODULES)
def test_every_example_in_a_docstring_gives_what_it_shows(module: str) -> None:
    examples = examples_in(HOME / module)
    for example in examples:
        example.evaluate()
    assert len(examples) == (HOME / module).read_text("utf-8").count(">>> ")


def test_a_wrong_example_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])  # sybil imports the module first
    wrong = tmp_path / "wrong_example.py"
    wrong.write_text('"""\n>>> 1 + 1\n3\n"""\n', "utf-8")
    (example,) = examples_in(wrong)
    with pytest.raises(Exception, match="Expected:\n    3\nGot:\n    2"):
        example.evaluate()
