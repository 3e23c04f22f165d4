"""The example applications, each started by its one command, and a login through the local sandbox that comes along."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from tests.web.browsers import EveryNameIsHere, fields_of

ROOT = Path(__file__).resolve().parents[2]
ALWAYS_APPROVES = "+32470000023"


@contextmanager
def running(example: str) -> Generator[tuple[str, str, list[str]]]:
    """Its address, the sandbox's, and a list that has all it has printed once it has ended."""
    command = [sys.executable, "-W", "error", str(ROOT / "examples" / example / "app.py"), "--port", "0"]
    printed: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                printed.append(line)
                if line.startswith("Ctrl-C"):
                    break
            site, itsme = re.findall(r"http://\w+\.localhost:\d+", "".join(printed))[:2]
            yield site, itsme, printed
        finally:
            process.send_signal(signal.SIGINT)
            rest, _ = process.communicate(timeout=20)
            printed.append(rest)
    assert process.returncode == 0


def go_through_itsme(browser: httpx.Client, location: str) -> str:
    """Give the number on the login page and follow it; says where it sends the browser back to."""
    page = browser.post(location, data=fields_of(browser.get(location)) | {"phoneNumber": ALWAYS_APPROVES})
    for _ in range(50):
        if page.is_redirect:
            break
        seconds, _, address = page.headers["refresh"].partition("; url=")
        time.sleep(min(float(seconds), 0.5))
        page = browser.get(urljoin(location, address))
    return page.headers["location"]


def log_in(browser: httpx.Client, site: str, itsme: str) -> str:
    fields = fields_of(browser.get(site))
    location = browser.post(f"{site}/itsme/start", data=fields).headers["location"]
    assert location.startswith(itsme)
    callback = go_through_itsme(browser, location)
    assert callback.startswith(f"{site}/itsme/back?state=")
    return browser.get(callback, follow_redirects=True).text


@pytest.mark.parametrize("example", ["fastapi_shop", "flask_library"])
def test_an_example_runs_by_one_command_and_keeps_states_out_of_its_log(example: str) -> None:
    with (
        running(example) as (site, itsme, printed),
        httpx.Client(transport=EveryNameIsHere(), headers={"accept": "text/html"}) as browser,
    ):
        shown = log_in(browser, site, itsme)
        if example == "fastapi_shop":
            assert "You are signed in, Emma." in shown
            assert "one beer is on its way" in browser.get(f"{site}/beer").text
        else:
            assert "Your itsme is not linked yet" in shown
        style = re.findall(r'<link rel="stylesheet" href="([^"]*)">', shown)
        assert browser.get(urljoin(site, style[0])).headers["content-type"].startswith("text/css")
    log = "".join(printed)
    assert "/itsme/back?state=- HTTP" in log
    assert not re.search(r"state=[^-]", log)
    assert "Traceback" not in log
