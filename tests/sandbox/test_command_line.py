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
            yield (
                process,
                dict(re.split(r" {2,}", line, maxsplit=1) for line in said if re.search(r"\w {2,}\S", line)),
            )
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


def test_the_printed_command_approves() -> None:
    with running(*MODULE, "--port", "0") as (_, said):
        body = {"token": said["API token"], "service": "login", "redirectUrl": "https://shop.example/"}
        url = httpx.post(f"{said['API']}/transactions", json=body | {"phoneNumber": "+32471234567"}).json()
        approve = f"{said['Control']}/transactions/{url['authenticationUrl'].rpartition('/')[2]}/approve"
        assert httpx.post(approve, headers={"content-type": "application/json"}).json()["status"] == "success"


def ended(*command: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, timeout=30, check=False, env={**os.environ, **(env or {})}
    )


def test_a_host_that_is_not_loopback_is_refused_in_one_line() -> None:
    result = ended(*ITSME, "--host", "192.0.2.1")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        "Error: 192.0.2.1 is not a loopback address: without a control token the sandbox serves this machine only\n"
    )


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
