"""What became of each mutant, read from the files that mutmut leaves."""

import difflib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from tests.mutants.aside import is_set_aside

FOUND_OUT: Final = (1, 3, 36, 24, -24, 152, 255)
"""mutmut's exit codes of a mutant that was found out: by a test, or by its time limit."""
SURVIVED, NO_TESTS = 0, 33


@frozen(order=True)
class Mutant:
    """One mutation.

    Args:
        file: the source, from the root of the repository.
        function: with its class.
        was: the lines before, without their indentation.
        became: the lines after.
        name: mutmut's own name of it, good until the function changes.
        ended: mutmut's exit code; None: not tried.
        aside: set aside by the rule.
    """

    file: str
    function: str
    was: str
    became: str
    name: str
    ended: int | None
    aside: bool

    @property
    def killed(self) -> bool:
        """Whether something found it out."""
        return self.ended in FOUND_OUT


def mutants(folder: Path) -> Iterator[Mutant]:
    """All of a folder in which mutmut has made some."""
    for path in sorted((folder / "mutants").rglob("*.py.meta")):
        file = path.relative_to(folder / "mutants").as_posix().removesuffix(".meta")
        ended: dict[str, int | None] = _json(path)["exit_code_by_key"]
        if not ended:
            continue
        spans = _json(path.with_suffix(".spans"))["spans"]
        lines = path.with_suffix("").read_text("utf-8").splitlines()
        sources = {name: "\n".join(lines[first - 1 : last]) for name, (first, last) in spans.items()}
        for name, code in ended.items():
            short = name.rpartition(".")[2]
            stem = short.rpartition("__mutmut_")[0]
            original, mutated = sources[f"{stem}__mutmut_orig"], sources[short]
            was, became = _difference(original, mutated)
            yield Mutant(file, _readable(stem), was, became, name, code, is_set_aside(original, mutated))


def _difference(original: str, mutated: str) -> tuple[str, str]:
    """The lines that differ. The first one is the function's name, and differs always."""
    lines = difflib.ndiff(_unnamed(original), _unnamed(mutated))
    changed = [(line[0], line[2:].strip()) for line in lines if line[0] in "+-"]
    was, became = ("\n".join(text for sign, text in changed if sign == wanted) for wanted in "-+")
    return was, became


def _unnamed(source: str) -> list[str]:
    return [re.sub(r"\bxǁ?\w*?__mutmut_\w+", "f", line) for line in source.splitlines()]


def _readable(stem: str) -> str:
    """`x_claim` is claim, `xǁRecordsǁdo` is Records.do."""
    return stem.removeprefix("xǁ").replace("ǁ", ".") if "ǁ" in stem else stem.removeprefix("x_")


def _json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))
