"""The sandbox from the command line, as a real process."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import httpx
import pytest

ITSME = [str(Path(sys.executable).parent / "itsme"), "sandbox"]
MODULE = [sys.executable, "-m", "itsme_facade.sandbox"]


@contextmanager
def running(*command: str) -> Generator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """Starts a program and reads what it prints until it has said everything."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            said: list[str] = []
            assert process.stdout is not None
            for line in process.stdout:
                said.append(line.rstrip("\n"))
                if "Ctrl-C" in line:
                    break
            rows = dict(re.split(r" {2,}", line, maxsplit=1) for line in said if re.search(r"\w {2,}\S", line))
            yield process, rows | {"everything": "\n".join(said)}
        finally:
            process.kill()


@pytest.mark.parametrize("command", [ITSME, MODULE], ids=["itsme", "module"])
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_answers_and_ends_cleanly(command: list[str], ending: signal.Signals) -> None:
    with running(*command, "--port", "0") as (process, said):
        body = {"token": said["API token"], "service": "login", "redirectUrl": "https://shop.example/"}
        created = httpx.post(f"{said['API']}/transactions", json=body)
        assert created.status_code == 200
        assert httpx.get(f"{said['Control']}/transactions").json()["transactions"][0]["status"] == "open"
        process.send_signal(ending)
        rest, errors = process.communicate(timeout=10)
        assert (process.returncode, errors) == (0, "")
        assert created.json()["transactionToken"] not in rest


def test_the_printed_command_lets_somebody_approve_by_themselves() -> None:
    with running(*MODULE, "--port", "0") as (_, said):
        body = {"token": said["API token"], "service": "login", "redirectUrl": "https://shop.example/"}
        always = f"{said['Control']}/people/lucas/always"
        assert f'-d \'{{"behaviour": "approve"}}\' {always}' in said["everything"]
        assert httpx.post(always, json={"behaviour": "approve"}).status_code == 200
        created = httpx.post(f"{said['API']}/transactions", json=body | {"phoneNumber": "+32471234567"}).json()
        assert httpx.get(f"{said['API']}/status/{created['transactionToken']}").json()["status"] == "success"
        assert httpx.get(f"{said['Pages']}/phone/lucas").status_code == 200
        assert f"{said['Pages']}/phone/lucas\n" in said["everything"]


def test_people_a_seed_a_time_and_a_language_can_be_chosen(tmp_path: Path) -> None:
    file = tmp_path / "people.toml"
    file.write_text('[eva]\nphone_number = "+352621123456"\nbehaviour = "approve"\n', encoding="utf-8")
    tokens: list[str] = []
    for _ in range(2):
        options = ["--port", "0", "--people", str(file), "--seed", "7", "--clock", "2030-02-01T10:00+01:00"]
        with running(*MODULE, *options, "--language", "nl") as (_, said):
            assert httpx.get(f"{said['Control']}/clock").json()["now"].startswith("2030-02-01T09:00:")
            people = httpx.get(f"{said['Control']}/people").json()["people"]
            assert {"lucas", "eva"} < {person["id"] for person in people}
            body = {"token": said["API token"], "service": "login", "redirectUrl": "https://shop.example/"}
            created = httpx.post(f"{said['API']}/transactions", json=body).json()
            tokens.append(created["transactionToken"])
            assert httpx.get(created["authenticationUrl"]).headers["content-language"] == "nl"
    assert tokens[0] == tokens[1]


def test_with_a_control_token_it_listens_on_every_address_and_prints_the_token() -> None:
    with running(*MODULE, "--port", "0", "--host", "0.0.0.0", "--control-token", "draw") as (_, said):  # noqa: S104 - is tried
        headers = {"authorization": f"Bearer {said['Control token']}", "host": "sandbox.example"}
        assert httpx.get(f"{said['Control']}/people", headers=headers).status_code == 200
        headers["authorization"] += "x"
        assert httpx.get(f"{said['Control']}/people", headers=headers).status_code == 403


def ended(*command: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, timeout=30, check=False, env={**os.environ, **(env or {})}
    )


def test_a_host_that_is_not_loopback_is_refused_in_one_line_and_what_to_do_in_another() -> None:
    result = ended(*ITSME, "--host", "192.0.2.1")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        "itsme: 192.0.2.1 is not a loopback address: without a control token the sandbox serves this machine only\n"
        "  `itsme sandbox --help` says what can be chosen; --port 0 takes a free port.\n"
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--clock", "tomorrow"], "'tomorrow' is no time in ISO 8601, such as 2026-01-31T09:00+01:00"),
        (["--clock", "0001-01-01"], "'0001-01-01' is no time in ISO 8601"),
        (["--language", "es"], "'es' is not one of 'en', 'nl', 'fr', 'de'"),
        (["--people", "/nowhere/people.toml"], "does not exist"),
        (["--host", "192.0.2.1", "--control-token", "short"], "a control token is 16 or more ASCII characters"),
    ],
    ids=["clock", "early", "language", "people", "token"],
)
def test_an_option_that_cannot_be_is_told_in_a_line(options: list[str], message: str) -> None:
    result = ended(*MODULE, *options)
    assert (result.returncode, result.stdout) in ((1, ""), (2, ""))
    assert message in result.stderr.splitlines()[-1]


def test_a_file_of_people_that_cannot_be_used_is_told_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "people.toml"
    file.write_text('[eva]\nphone_number = "12"\nage = 3\n', encoding="utf-8")
    result = ended(*MODULE, "--people", str(file))
    assert result.returncode == 1
    [line] = result.stderr.splitlines()
    assert line.startswith(f"Error: {file}: ")
    assert "no field is called 'age'" in line


def test_a_taken_port_is_told_in_one_line() -> None:
    with running(*MODULE, "--port", "0") as (_, said):
        port = str(httpx.URL(said["API"]).port)
        result = ended(*MODULE, "--port", port)
    assert result.returncode == 1
    assert result.stderr == f"Error: cannot listen on 127.0.0.1 port {port}: Address already in use\n"


def test_itsme_tells_its_version_and_its_commands() -> None:
    assert ended(ITSME[0], "--version").stdout == f"itsme, version {version('itsme-facade')}\n"
    assert re.search(r"sandbox +Run a local itsme", ended(ITSME[0], "--help").stdout)
    assert "--port" in ended(*ITSME, "--help").stdout


@pytest.mark.parametrize(
    ("missing", "command", "extra"), [("click", "--version", "cli"), ("starlette", "sandbox", "sandbox")]
)
def test_a_missing_extra_gives_one_line_that_says_which_to_install(missing: str, command: str, extra: str) -> None:
    # None in sys.modules is how Python itself marks a module that is not there.
    program = f"import sys; sys.modules[{missing!r}] = None; sys.argv[1:] = [{command!r}]\n"
    result = ended(sys.executable, "-c", program + "from itsme_facade.cli import main; main()")
    assert result.returncode == 1
    [line] = result.stderr.splitlines()
    assert f"pip install 'itsme-facade[{extra}]'" in line
