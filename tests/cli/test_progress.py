"""Whoever waits for longer than a second is told what for, and whoever does not is told nothing."""

import time
from threading import Event

import pytest

from itsme_facade.commands import doctor, store
from itsme_facade.commands.checks.finding import Finding, ok
from itsme_facade.commands.progress import progress
from itsme_facade.commands.reading import Reading
from itsme_facade.sandbox import Sandbox
from itsme_facade.store import MemoryStore, opening
from tests.cli.command import Terminal


def test_what_is_quick_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(lambda: "Looking"):
        pass
    assert capsys.readouterr() == ("", "")


def test_what_takes_longer_than_a_second_says_so_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(lambda: "Looking\x1b[2J"):
        time.sleep(1.3)
    assert capsys.readouterr() == ("", "Looking�[2J\n")


def test_a_result_and_an_error_come_back_from_the_thread_that_asks() -> None:
    assert Reading(lambda: 7).result(lambda: "") == 7
    with pytest.raises(ZeroDivisionError):
        Reading(lambda: 1 // 0).result(lambda: "")
    assert not Reading(Event().is_set).interrupted


def test_a_slow_api_shows_a_moving_line_at_a_terminal(sandbox: Sandbox, there: dict[str, str]) -> None:
    sandbox.faults.next(call="create", delay=1.6)
    with Terminal("login", "--phone", "+32400000002", env=there) as terminal:
        terminal.see("Asking for a new transaction")
        terminal.see("(cancelled)")
        code, seen = terminal.end()
    assert code == 3
    assert "\x1b[2K" in seen
    assert terminal.plain.count("(cancelled)") == 1


def test_many_checks_that_take_a_little_each_are_a_wait_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def look() -> list[Finding]:
        time.sleep(0.3)
        return [ok("Part", "well")]

    monkeypatch.setattr(doctor, "_checks", lambda: [(f"part {number}", look) for number in range(5)])
    assert doctor.doctor.callback is not None
    assert doctor.doctor.callback(as_json=True) == 0
    assert capsys.readouterr().err.startswith("Looking: part ")


class Slow(MemoryStore):
    def open(self) -> None:
        time.sleep(1.3)


def open_slowly(_url: str, **_: object) -> Slow:
    return Slow()


def test_a_store_that_is_slow_to_open_is_a_wait_before_the_question_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(opening, "open_store", open_slowly)
    store.store_group(["purge", "--url", "redis://shop", "--yes", "--json"], standalone_mode=False)
    assert capsys.readouterr() == ('{"erased": 0}\n', "Opening the store\n")
