"""The rule that sets mutants aside takes words only, and every survivor that is listed is one that could be made."""

from pathlib import Path

import pytest

from tests.mutants.aside import is_set_aside
from tests.mutants.mutant import NO_TESTS, SURVIVED, Mutant
from tests.mutants.places import MUTATED, TESTS, configuration
from tests.mutants.report import table, wrongs
from tests.mutants.survivors import Survivor, known_survivors

KILLED = 1
KNOWN = Survivor("itsme_facade/dates.py", "f", "a < b", "a <= b", "they are never the same")


def mutant(*, ended: int | None, became: str = "a <= b", aside: bool = False) -> Mutant:
    return Mutant("itsme_facade/dates.py", "f", "a < b", became, "itsme_facade.dates.x_f__mutmut_1", ended, aside)


def function(body: str) -> str:
    return f"def f(a, b):\n    {body}"


@pytest.mark.parametrize(
    ("was", "became"),
    [
        ('raise ValueError("it is wrong")', 'raise ValueError("XXit is wrongXX")'),
        ('raise ValueError("wrong")', "raise ValueError(None)"),
        ('raise ValueError(f"wrong: {a}")', 'raise ValueError(f"WRONG: {a}")'),
        ('a = "the person has gone"', 'a = "THE PERSON HAS GONE"'),
        ('_log.warning("%s is gone", a)', '_log.warning("%s is gone", None)'),
        ('return Problem("keys", "not one")', 'return Problem("keys", None)'),
        ('raise Gone(advice="Wait a little.", safe=a)', "raise Gone(advice=None, safe=a)"),
        ('return cast("int", a)', "return cast(None, a)"),
        ("return zip(a, b, strict=True)", "return zip(a, b, strict=False)"),
        ("return zip(a, b, strict=True)", "return zip(a, b, )"),
        ('return a.decode("utf-8")', 'return a.decode("UTF-8")'),
        ('return a.decode("latin-1")', 'return a.decode("LATIN-1")'),
    ],
)
def test_what_only_people_read_and_what_has_no_effect_is_set_aside(was: str, became: str) -> None:
    assert is_set_aside(function(was), function(became))


@pytest.mark.parametrize(
    ("was", "became"),
    [
        ('return "cancelled"', 'return "CANCELLED"'),
        ('raise Declined("too young", a)', "raise Declined(b)"),
        ('raise ValueError("wrong")', 'raise TypeError("wrong")'),
        ("return zip(a, b, strict=True)", "return zip(a, strict=True)"),
        ('return Problem("keys", "not one")', 'return Problem("XXkeysXX", "not one")'),
        ('raise Gone(advice="Wait a little.", safe=a)', 'raise Gone(advice="Wait a little.", safe=None)'),
        ("return a < b", "return a <= b"),
        ("return a", "return None"),
        ('return a.decode("utf-8")', "return a.decode(None)"),
        ('return a.decode("latin-1")', 'return a.decode("XXlatin-1XX")'),
        ('return a.decode("ascii", "replace")', 'return a.decode("ascii", "REPLACE")'),
        ('return a.find("ascii")', 'return a.find("ASCII")'),
        ('return a("one two") or b', 'return a("one two") and b'),
    ],
)
def test_what_a_program_can_tell_is_tried(was: str, became: str) -> None:
    assert not is_set_aside(function(was), function(became))


@pytest.mark.repository
def test_every_survivor_is_listed_with_code_that_is_there_and_a_reason(repository: Path) -> None:
    for survivor in known_survivors():
        source = (repository / survivor.file).read_text("utf-8")
        name = survivor.function.rpartition(".")[2]
        assert f"def {name}(" in source, survivor
        assert all(line.strip() in source for line in survivor.was.splitlines() if "def f(" not in line), (
            f"this code has changed, so take it off the list: {survivor}"
        )
        assert survivor.became != survivor.was
        assert " " in survivor.reason, f"why may it survive? {survivor}"


def test_no_survivor_is_listed_twice() -> None:
    listed = [(each.file, each.function, each.was, each.became) for each in known_survivors()]
    assert len(listed) == len(set(listed))


def test_a_run_is_good_when_all_are_killed_but_the_few_that_are_listed() -> None:
    found = [mutant(ended=KILLED)] * 20 + [mutant(ended=SURVIVED), mutant(ended=SURVIVED, aside=True)]
    assert list(wrongs(found, [KNOWN], all_wanted=True)) == []


@pytest.mark.parametrize("ended", [SURVIVED, NO_TESTS])
def test_a_survivor_that_is_not_listed_fails_the_run_and_is_shown(ended: int) -> None:
    found = [mutant(ended=KILLED)] * 40 + [mutant(ended=ended, became="a > b")]
    (wrong,) = wrongs(found, [], all_wanted=True)
    assert "not listed" in wrong
    assert "+ a > b" in wrong


def test_more_survivors_than_one_in_twenty_fail_the_run_even_if_each_is_listed() -> None:
    found = [mutant(ended=KILLED)] * 18 + [mutant(ended=SURVIVED)]
    assert list(wrongs(found, [KNOWN], all_wanted=True)) == ["5.3% survive, more than 5%"]


def test_a_run_that_was_not_finished_and_a_list_that_is_out_of_date_are_not_good() -> None:
    found = [mutant(ended=KILLED), mutant(ended=None, became="a > b")]
    first, second = wrongs(found, [KNOWN], all_wanted=True)
    assert first.startswith("1 mutants were not tried")
    assert "does not survive: itsme_facade/dates.py, f" in second
    assert list(wrongs(found, [KNOWN], all_wanted=False)) == []


def test_the_table_counts_every_mutant_once() -> None:
    found = [mutant(ended=KILLED), mutant(ended=SURVIVED), mutant(ended=None), mutant(ended=34, aside=True)]
    _, line, everything = table(found)
    assert line.split() == ["itsme_facade/dates.py", "1", "1", "1", "1"]
    assert everything.split() == ["all", "1", "1", "1", "1"]


@pytest.mark.repository
def test_every_path_that_is_mutated_and_every_test_that_is_run_is_there(repository: Path) -> None:
    for pattern in MUTATED:
        assert list(repository.glob(pattern)), pattern
    for path in TESTS:
        assert (repository / path).exists(), path
    assert '"itsme_facade/flow/*.py"' in configuration()
