"""The command is quick to help, completes words in three shells, and its --debug gives nothing away."""

import subprocess
import time

import pytest

from tests.cli.command import ITSME, itsme, surroundings
from tests.programs import python


def test_help_comes_at_once() -> None:
    def seconds() -> float:
        begun = time.perf_counter()
        subprocess.run([*ITSME, "--help"], env=surroundings(None), stdout=subprocess.DEVNULL, check=True)
        return time.perf_counter() - begun

    assert min(seconds() for _ in range(7)) < 0.3


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_script(shell: str) -> None:
    ended = itsme(env={"_ITSME_COMPLETE": f"{shell}_source"})
    assert ended.returncode == 0
    assert "_ITSME_COMPLETE" in ended.stdout
    assert f"{shell}_complete" in ended.stdout


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("lo", {"login"}),
        ("st", {"status", "store"}),
        ("store ", {"stats", "sweep", "purge"}),
        ("login --sc", {"--scope"}),
        ("login --locale ", {"en", "nl", "fr", "de"}),
        ("sandbox --control", {"--control-token"}),
        ("doctor --", {"--json", "--debug", "--help"}),
        ("login --to", {"--token-file"}),
        ("status --to", set[str]()),
    ],
)
def test_words_are_completed(typed: str, wanted: set[str]) -> None:
    words = f"itsme {typed}"
    env = {"_ITSME_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    found = {line.partition(",")[2] for line in itsme(env=env).stdout.splitlines() if line}
    assert found == wanted


BROKEN = """
import sys
import itsme_facade.commands.{module} as module
def broken(*arguments, **options):
    geheim = "5a0db0c5-0000-4000-8000-000000000001"
    raise RuntimeError(f"the token is {{geheim}}")
module.{name} = broken
sys.argv = ["itsme", {arguments}]
from itsme_facade.cli import main
main()
"""


def test_what_nobody_expected_is_two_lines_and_nothing_of_what_was_in_its_hands() -> None:
    program = BROKEN.format(module="people", name="_built_in", arguments="'people', '--built-in'")
    ended = python("-c", program)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.splitlines() == [
        "itsme: Something unexpected happened (RuntimeError).",
        "  Add --debug to see where, and report it.",
    ]


@pytest.mark.parametrize("arguments", ["'people', '--built-in', '--debug'", "'--debug', 'people', '--built-in'"])
def test_debug_says_where_without_values(arguments: str) -> None:
    ended = python("-c", BROKEN.format(module="people", name="_built_in", arguments=arguments))
    assert ended.returncode == 1
    assert "Traceback" in ended.stderr
    assert "people.py" in ended.stderr
    assert "builtins.RuntimeError\n" in ended.stderr
    assert "5a0db0c5" not in ended.stderr


def test_debug_shows_what_lies_behind_our_own_errors_and_no_secret() -> None:
    secret = "5a0db0c5-0000-4000-8000-000000000001"
    env = {"ITSME_TOKEN": secret, "ITSME_BASE_URL": "http://127.0.0.1:9/"}
    ended = itsme("login", "--debug", env=env)
    assert ended.returncode == 1
    assert "itsme_facade.errors.NotConnected: " in ended.stderr
    assert "steps.py" in ended.stderr
    assert secret not in ended.stderr
    assert "Traceback" not in itsme("login", env=env).stderr


def test_a_missing_extra_of_the_sandbox_is_named() -> None:
    program = (
        "import sys; sys.modules['starlette'] = None; sys.argv[1:] = [{}]\nfrom itsme_facade.cli import main; main()"
    )
    for arguments in ("'sandbox'", "'people', '--built-in'"):
        ended = python("-c", program.format(arguments))
        assert ended.returncode == 1
        assert "pip install 'itsme-facade[sandbox]'" in ended.stderr
        assert "Traceback" not in ended.stderr


def test_the_sandbox_tells_what_cannot_be_in_two_lines() -> None:
    ended = itsme("sandbox", "--host", "192.0.2.1")
    assert ended.returncode == 2
    wrong, advice = ended.stderr.splitlines()
    assert "192.0.2.1 is not a loopback address" in wrong
    assert "itsme sandbox --help" in advice
