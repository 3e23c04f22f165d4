"""`python -m itsme_facade.demo`, which is `make demo`: real processes, ended as a person ends them."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.demo.browsers import Browser
from tests.programs import python

COMMAND = [sys.executable, "-W", "error", "-m", "itsme_facade.demo"]


@contextmanager
def demo(
    *arguments: str, start_new_session: bool = False, env: dict[str, str] | None = None
) -> Generator[tuple[subprocess.Popen[str], str]]:
    """The process, and what it printed until it was ready."""
    with subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=start_new_session,
        env={**os.environ, **(env or {})},
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


def answers(number: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", number)) == 0


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
        assert not any(answers(port(url)) for url in addresses.values())


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


@pytest.mark.parametrize("missing", ["uvicorn", "fastapi", "django", "sqlalchemy", "itsdangerous"])
def test_without_the_extra_it_says_which_one_it_needs(missing: str) -> None:
    run = "runpy.run_module('itsme_facade.demo', run_name='__main__')"
    ended = python("-c", f"import runpy, sys; sys.modules[{missing!r}] = None; {run}")
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert "pip install 'itsme-facade[demo]'" in line


def test_when_it_is_killed_nothing_is_left_running_or_lying_about(tmp_path: Path) -> None:
    with demo("--port", "0", env={"TMPDIR": str(tmp_path)}) as (process, printed):
        ports = [port(url) for url in addresses_in(printed).values()]
        assert [*tmp_path.iterdir()]
        process.kill()
        process.wait(timeout=20)
        deadline = time.monotonic() + 20
        while any(answers(each) for each in ports) or [*tmp_path.iterdir()]:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_ctrl_c_goes_to_all_of_its_terminal_and_ends_it_cleanly() -> None:
    with demo("--port", "0", start_new_session=True) as (process, printed):
        os.killpg(process.pid, signal.SIGINT)
        assert process.stderr is not None
        assert (process.wait(timeout=20), process.stderr.read()) == (0, "")
        assert not any(answers(port(url)) for url in addresses_in(printed).values())


def test_it_logs_each_login_under_its_reference_and_nothing_secret() -> None:
    with demo("--port", "0") as (process, printed):
        addresses = addresses_in(printed)
        references: dict[str, str] = {}
        for name in ("Shop", "Bank"):
            with Browser(addresses[name]) as site:
                page = site.follow("/itsme/back?state=made-up")
                references[name.lower()] = re.findall("<code>(.*)</code>", page.text)[0]
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        logged = process.stderr.read()
    for name, reference in references.items():
        assert re.search(rf"^{name}: {reference}: unknown", logged, re.MULTILINE)
    assert "made-up" not in logged
