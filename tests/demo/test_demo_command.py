"""`python -m itsme_facade.demo`, which is `make demo`: real processes, ended as a person ends them."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

import httpx
import pytest

from tests.programs import python

COMMAND = [sys.executable, "-W", "error", "-m", "itsme_facade.demo"]


@contextmanager
def demo(*arguments: str) -> Generator[tuple[subprocess.Popen[str], str]]:
    """The process, and what it printed until it was ready."""
    with subprocess.Popen(
        [*COMMAND, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        printed = ""
        for line in process.stdout:
            printed += line
            if line.startswith("Ctrl-C"):
                break
        try:
            yield process, printed
        finally:
            process.kill()


def addresses_in(printed: str) -> dict[str, str]:
    """The three addresses, by name."""
    return dict(re.findall(r"^  (\w+) +(http://\S+)", printed, re.MULTILINE))


def port(url: str) -> int:
    return int(url.rpartition(":")[2])


def look(url: str) -> httpx.Response:
    """Open a page as a browser does, which finds names under .localhost by itself."""
    there = httpx.URL(url)
    return httpx.get(there.copy_with(host="127.0.0.1"), headers={"host": there.netloc.decode()}, trust_env=False)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_where_everything_is_and_ends_cleanly_when_told_to(number: signal.Signals) -> None:
    with demo("--port", "0") as (process, printed):
        addresses = addresses_in(printed)
        assert set(addresses) == {"Shop", "Bank", "Sandbox"}
        for name in ("Shop", "Bank"):
            url = addresses[name]
            assert re.fullmatch(rf"http://{name.lower()}\.localhost:\d+", url)
            assert look(url).status_code == 200
        process.send_signal(number)
        assert process.stderr is not None
        assert (process.wait(timeout=20), process.stderr.read()) == (0, "")
        for url in addresses.values():
            with socket.socket() as probe:
                assert probe.connect_ex(("127.0.0.1", port(url))) != 0


def test_the_steps_to_try_name_a_phone_that_is_there_and_its_number() -> None:
    with demo("--port", "0") as (_, printed):
        phone = re.search(r"http://\S+/phone/\w+", printed)
        assert phone is not None
        page = look(phone[0])
        assert page.status_code == 200
        for text in ("Lucas Maes", "+32471234567"):
            assert text in printed
            assert text in page.text


def test_a_port_that_is_taken_gives_way_to_a_free_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, demo("--port", str(taken.getsockname()[1])) as (_, printed):
        ports = {port(url) for url in addresses_in(printed).values()}
        assert len(ports) == 3
        assert taken.getsockname()[1] not in ports


def test_without_the_extra_it_says_which_one_it_needs() -> None:
    run = "import runpy, sys; sys.modules['uvicorn'] = None; runpy.run_module('itsme_facade.demo', run_name='__main__')"
    ended = python("-c", run)
    assert ended.returncode == 1
    assert "pip install 'itsme-facade[sandbox]'" in ended.stderr
    assert "Traceback" not in ended.stderr
