"""The example bank: its own tests pass, and one command starts it beside a sandbox."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx

MANAGE = Path(__file__).parents[3] / "examples" / "django_bank" / "manage.py"


def environment() -> dict[str, str]:
    left_out = ("DJANGO_SETTINGS_MODULE", "BANK_FOLDER")
    return {name: value for name, value in os.environ.items() if name not in left_out and not name.startswith("ITSME_")}


def test_the_banks_own_tests_pass() -> None:
    command = [sys.executable, "-W", "error", str(MANAGE), "test", "bank"]
    ended = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False, timeout=100)
    assert ended.returncode == 0, ended.stderr
    assert re.search(r"Ran 5 tests in .*\n\nOK", ended.stderr)


@contextmanager
def demo() -> Generator[tuple[subprocess.Popen[str], list[str]]]:
    """The bank and its sandbox, and what it prints until both are there."""
    command = [sys.executable, "-W", "error", str(MANAGE), "demo", "--port", "0"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=subprocess.STDOUT, text=True, env=environment()) as process:
        try:
            assert process.stdout is not None
            lines: list[str] = []
            while not lines or "Ctrl-C" not in lines[-1]:
                lines.append(process.stdout.readline())
                assert lines[-1], lines
            yield process, lines
        finally:
            process.kill()


class Local(httpx.BaseTransport):
    """Finds names under .localhost where a browser does, whatever this machine's resolver says."""

    def __init__(self) -> None:
        self.inside = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        address = request.url.copy_with(host="127.0.0.1")  # the Host header stays what it was
        return self.inside.handle_request(
            httpx.Request(request.method, address, headers=request.headers, stream=request.stream)
        )

    def close(self) -> None:
        self.inside.close()


def test_one_command_starts_a_bank_that_a_customer_activates_itsme_at() -> None:
    with demo() as (process, lines):
        bank, itsme = (re.findall(r"http://\S+\.localhost:\d+", line)[0] for line in lines[:2])
        found = re.search(r"card (\d+) of \w+, PIN (\d+)", lines[0])
        assert found is not None
        with httpx.Client(base_url=bank, transport=Local()) as browser:
            browser.post("/card", data={"username": found[1], "password": found[2], **fields(browser.get("/").text)})
            login_page = browser.post("/itsme/start", data=fields(browser.get("/").text)).headers["location"]
            assert login_page.startswith(f"{itsme}/login/")
            way_back = approved(browser, itsme, login_page)
            assert way_back.startswith(f"{bank}/itsme/back?state=")
            assert browser.get(way_back).headers["location"] == "/"
            assert "itsme is activated for this card." in browser.get("/").text
            assert "with itsme" in browser.get("/account").text
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert process.stdout is not None
        log = process.stdout.read()
    assert "GET /itsme/back?state=-" in log
    assert way_back.partition("state=")[2] not in log


def fields(page: str) -> dict[str, str]:
    """The hidden fields of the first form."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.partition("</form>")[0]))


def approved(browser: httpx.Client, itsme: str, login_page: str) -> str:
    """Opens the login page and approves on the phone; where the page sends the browser then."""
    assert browser.get(login_page).status_code == 200
    transaction = f"{itsme}/_sandbox/transactions/{login_page.rpartition('/')[2]}"
    assert browser.post(f"{transaction}/approve", json={"person": "lucas"}).status_code == 200
    return str(browser.get(login_page).headers["location"])
