"""Ctrl-C stops `itsme login` between two reads, cuts none off, and says what may have been consumed."""

import time

from itsme_facade.sandbox import Sandbox
from tests.cli.command import EMMA, IGNORES, Terminal


def test_ctrl_c_while_waiting_says_that_nothing_was_consumed(sandbox: Sandbox, there: dict[str, str]) -> None:
    with Terminal("login", "--phone", IGNORES, env=there) as terminal:
        terminal.see("left (Ctrl-C stops)")
        time.sleep(0.7)  # between two reads
        terminal.type("\x03")
        code, _ = terminal.end()
    assert code == 130
    assert "Stopped. Nothing was consumed" in terminal.plain
    assert "Traceback" not in terminal.plain
    assert not sandbox.transactions[-1].given


def test_ctrl_c_does_not_cut_a_read_off_and_what_it_brings_is_shown(sandbox: Sandbox, there: dict[str, str]) -> None:
    sandbox.faults.next(call="status", delay=2.5)
    with Terminal("login", "--phone", EMMA, env=there) as terminal:
        terminal.see("left (Ctrl-C stops)")
        terminal.type("\x03")
        terminal.see("Finishing the read")
        code, _ = terminal.end()
    assert code == 130
    assert "Emma" in terminal.plain
    assert "just after the data had been given out" in terminal.plain


def test_a_second_ctrl_c_cuts_it_off_and_says_what_that_may_mean(sandbox: Sandbox, there: dict[str, str]) -> None:
    sandbox.faults.next(call="status", delay=5)
    with Terminal("login", "--phone", EMMA, env=there) as terminal:
        terminal.see("left (Ctrl-C stops)")
        terminal.type("\x03")
        terminal.see("Finishing the read")
        terminal.type("\x03")
        code, _ = terminal.end()
    assert code == 130
    assert "may have gone out" in terminal.plain


def test_ctrl_c_at_the_prompt_says_that_nothing_was_consumed(sandbox: Sandbox) -> None:
    with Terminal("login", env={"ITSME_BASE_URL": sandbox.api_url}) as terminal:
        terminal.see("API token:")
        terminal.type("\x03")
        code, _ = terminal.end()
    assert code == 130
    assert "Nothing was consumed" in terminal.plain
