"""The mutants that survive and may: tests/mutants/survivors.toml, with the reason of each."""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from attrs import frozen

from tests.mutants.mutant import Mutant

SURVIVORS: Final = Path(__file__).with_name("survivors.toml")
MOST: Final = 0.05
"""So many of the mutants that are not set aside may survive."""


@frozen
class Survivor:
    """One that is known, by what it changes: the numbers of mutants change with every line that is written.

    Args:
        file: the source, from the root of the repository.
        function: with its class.
        was: the lines before.
        became: the lines after.
        reason: why no test tells them apart.
    """

    file: str
    function: str
    was: str
    became: str
    reason: str

    def is_of(self, mutant: Mutant) -> bool:
        """Whether it is this one."""
        return (self.file, self.function, self.was, self.became) == (
            mutant.file,
            mutant.function,
            mutant.was,
            mutant.became,
        )


def known_survivors(path: Path = SURVIVORS) -> list[Survivor]:
    """All that are listed.

    Raises:
        TypeError: something is missing, or has a wrong name.
    """
    return [Survivor(**entry) for entry in tomllib.loads(path.read_text("utf-8")).get("survivor", [])]


def unlisted(survivors: Iterable[Mutant], known: Iterable[Survivor]) -> list[Mutant]:
    """Those of which nobody has said why they may survive."""
    known = list(known)
    return [mutant for mutant in survivors if not any(each.is_of(mutant) for each in known)]
