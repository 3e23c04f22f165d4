"""The page's table of exit codes and its list of commands are what the command does."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from itsme_facade.commands import saying
from itsme_facade.sandbox import Sandbox
from tests.cli.command import Terminal, itsme, running, surroundings

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "command-line.md").read_text("utf-8")
TABLE = {int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)}
REACHED = {0, 1, 2, 3, 130}


def test_the_table_has_every_code_and_no_other() -> None:
    stops: list[type[saying.Stop]] = [saying.Stop, *saying.Stop.__subclasses__()]
    assert {0, *(stop.exit_code for stop in stops)} == TABLE == REACHED


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("login", "--phone", "+32400000001"), 0),
        (("register", "--phone", "+32400000001"), 0),
        (("people",), 0),
        (("keys", "new"), 0),
        (("doctor",), 0),
        (("login", "--base-url", "http://127.0.0.1:9/"), 1),
        (("people", "--control-url", "http://127.0.0.1:9/"), 1),
        (("store", "stats", "--url", "redis://127.0.0.1:9/"), 1),
        (("doctor", "--frob"), 2),
        (("status",), 2),
        (("status", "a-token"), 2),
        (("store", "stats"), 2),
        (("keys", "rotate"), 2),
        (("sandbox", "--host", "192.0.2.1"), 2),
        (("sandbox", "--port", "99999"), 2),
        (("frob",), 2),
        (("login", "--phone", "+32400000002"), 3),
        (("login", "--phone", "+32400000003"), 3),
        (("login", "--phone", "+32400000004"), 3),
        (("login", "--timeout", "1"), 3),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else " ".join(value),
)
def test_each_code_means_what_the_table_says(arguments: tuple[str, ...], code: int, there: dict[str, str]) -> None:
    ended = itsme(*arguments, env=there)
    assert ended.returncode == code
    assert "Traceback" not in ended.stderr
    if code == 2:
        wrong, advice = ended.stderr.splitlines()
        assert wrong.startswith("itsme: ")
        assert advice.startswith("  ")


def test_130_is_for_whoever_presses_ctrl_c(sandbox: Sandbox) -> None:
    with Terminal("login", env={"ITSME_BASE_URL": sandbox.api_url}) as terminal:
        terminal.see("API token:")
        terminal.type("\x03")
        assert terminal.end()[0] == 130


@pytest.mark.parametrize(
    "arguments",
    [
        ("login", "--phone", "+32400000001", "--json"),
        ("login", "--phone", "+32400000002", "--json"),
        ("register", "--phone", "+32400000001", "--json"),
        ("people", "--json"),
        ("doctor", "--json"),
        ("keys", "new", "--json"),
    ],
    ids=" ".join,
)
def test_json_is_one_document_on_one_line(arguments: tuple[str, ...], there: dict[str, str]) -> None:
    out = itsme(*arguments, env=there).stdout
    assert len(out.splitlines()) == 1
    assert isinstance(json.loads(out), dict)


COMMANDS = (
    *("login", "register", "status", "doctor", "people", "sandbox"),
    *("store stats", "store sweep", "store purge", "keys new", "keys rotate"),
)


def test_every_command_that_prints_data_knows_json() -> None:
    for command in COMMANDS:
        assert re.search(r"^  --json", itsme(*command.split(), "--help").stdout, re.MULTILINE), command


@pytest.mark.parametrize("command", ["", "store", "keys", *COMMANDS])
def test_help_is_tidy_and_an_option_says_what_it_wants(command: str) -> None:
    ended = itsme(*command.split(), "-h")
    assert ended.returncode == 0
    assert all(len(line) <= 80 for line in ended.stdout.splitlines())
    # What click calls a value of which nobody has said what it is.
    assert re.search(r"INTEGER|FLOAT|RANGE", ended.stdout) is None
    # And what it does with a sentence that is too long for its line.
    assert not any(line.endswith("...") for line in ended.stdout.splitlines()[1:])


def test_help_tells_every_exit_code() -> None:
    told = itsme("--help").stdout.partition("It ends with\n")[2]
    assert {int(code) for code in re.findall(r"^ +(\d+)  ", told, re.MULTILINE)} == TABLE


def test_the_sandbox_says_where_it_is_on_one_line_of_json_and_answers_there() -> None:
    with running("sandbox", "--port", "0", "--json") as process:
        told = json.loads(process.stdout.readline())
        assert httpx.get(f"{told['control_url']}/people", trust_env=False).status_code == 200
        ended = itsme(
            "login", "--phone", "+32400000001", env={"ITSME_TOKEN": told["token"], "ITSME_BASE_URL": told["api_url"]}
        )
        assert ended.returncode == 0
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert process.stdout.read() == ""


def test_the_page_names_every_command_and_every_option_that_it_names_exists() -> None:
    said = itsme("--help").stdout.partition("Commands:\n")[2].partition("\n\n")[0]
    commands = set(re.findall(r"^  (\w+)", said, re.MULTILINE))
    rows = dict(re.findall(r"^\| `itsme (\w+)[^`]*` \| (.*) \|$", PAGE, re.MULTILINE))
    assert set(rows) == commands
    for name, section in re.findall(r"^## itsme (\w+).*?\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL):
        whole = [command.split() for command in COMMANDS if command.split()[0] == name]
        helped = "".join(itsme(*command, "--help").stdout for command in whole)
        for option in set(re.findall(r"`(--[a-z-]+)", section)):
            assert option in helped, (name, option)


def test_a_reader_that_leaves_early_gets_no_traceback() -> None:
    program = f"'{sys.executable}' -c 'from itsme_facade.cli import main; main()' people --built-in | head -n 1"
    ended = subprocess.run(
        ["sh", "-c", program], env=surroundings(None), capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.stdout.startswith("People of the local sandbox")
    assert "Traceback" not in ended.stderr
