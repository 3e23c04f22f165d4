"""How a run ended: a table, what is wrong, and whether it is good."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from tests.mutants.mutant import Mutant
from tests.mutants.survivors import MOST, Survivor, unlisted


def table(mutants: Iterable[Mutant]) -> Iterator[str]:
    """A line for each file, and one for all."""
    counts: dict[str, Counter[str]] = {}
    for mutant in mutants:
        for name in (mutant.file, "all"):
            counts.setdefault(name, Counter())[_fate(mutant)] += 1
    counts["all"] = counts.pop("all", Counter())
    yield f"{'':44}{'killed':>8}{'survived':>10}{'set aside':>11}{'not tried':>11}"
    for name, count in counts.items():
        yield f"{name:44}{count['killed']:8}{count['survived']:10}{count['aside']:11}{count['not tried']:11}"


def wrongs(mutants: Sequence[Mutant], known: Sequence[Survivor], *, all_wanted: bool) -> Iterator[str]:
    """What keeps a run from being good; nothing if it is.

    Args:
        mutants: what became of each.
        known: the survivors that are listed.
        all_wanted: whether every one had to be tried.
    """
    fates = Counter(map(_fate, mutants))
    tried = fates["killed"] + fates["survived"]
    if not tried or (all_wanted and fates["not tried"]):
        yield f"{fates['not tried']} mutants were not tried; run it again, it goes on where it stopped"
    survivors = [mutant for mutant in mutants if _fate(mutant) == "survived"]
    for mutant in unlisted(survivors, known):
        yield f"survives and is not listed: {mutant.name}\n    - {mutant.was}\n    + {mutant.became}"
    if tried and len(survivors) / tried > MOST:
        yield f"{len(survivors) / tried:.1%} survive, more than {MOST:.0%}"
    if all_wanted:
        for each in known:
            if not any(each.is_of(mutant) for mutant in survivors):
                yield f"is listed and does not survive: {each.file}, {each.function}\n    + {each.became}"


def _fate(mutant: Mutant) -> str:
    if mutant.aside:
        return "aside"
    if mutant.ended is None:
        return "not tried"
    return "killed" if mutant.killed else "survived"
