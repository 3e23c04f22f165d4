"""Who follows a page from an empty folder has an application that works, and tests that pass."""

import inspect
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from itsme_facade.sandbox import Sandbox
from itsme_facade.store import new_key
from tests.docs.pages import BLOCKS, ROOT, write_files
from tests.programs import TOOLS, python
from tests.repo import test_extras
from tests.store import test_every_store_keeps
from tests.store.every_store import EVERY_STORE
from tests.web.browsers import Browser, free_port

WITH_PYTEST = [
    "docs/quick-start.md",
    "docs/tutorials/fastapi.md",
    "docs/tutorials/flask.md",
    "docs/how-to/age-gate.md",
    "docs/how-to/another-browser.md",
    "docs/how-to/link-accounts.md",
]
RUN = {
    "docs/quick-start.md": ("uvicorn", "--factory", "shop:make_app", "--port"),
    "docs/tutorials/fastapi.md": ("uvicorn", "--factory", "shop:make_app", "--port"),
    "docs/tutorials/flask.md": ("flask", "--app", "library", "run", "--port"),
    "docs/tutorials/django.md": ("manage.py", "runserver", "--noreload"),
}
"""How each tutorial says that its application is run."""
DJANGO = "docs/tutorials/django.md"
HELD_ELSEWHERE = "docs/testing.md"


def test_every_page_with_files_to_write_is_followed_here() -> None:
    told = {page for page, blocks in BLOCKS.items() if any(kind == "py" for kind, _ in blocks)}
    assert told == {*WITH_PYTEST, DJANGO, HELD_ELSEWHERE}


@pytest.mark.parametrize("page", WITH_PYTEST)
def test_the_tests_of_a_tutorial_pass(page: str, tmp_path: Path) -> None:
    names = write_files(page, tmp_path)
    assert len(names) == sum(kind in {"py", "html"} for kind, _ in BLOCKS[page])
    ended = python("-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=tmp_path)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    tests = sum(text.count("\ndef test_") for _, text in BLOCKS[page])
    assert re.search(rf"^{tests} passed", ended.stdout, re.MULTILINE), ended.stdout


def test_the_django_tutorial_makes_a_project_whose_tests_pass(tmp_path: Path) -> None:
    def manage(*arguments: str) -> str:
        ended = python("manage.py", *arguments, cwd=tmp_path, env=environment)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout + ended.stderr

    with Sandbox() as sandbox:
        environment = {
            "ITSME_TOKEN": sandbox.token,
            "ITSME_BASE_URL": sandbox.api_url,
            "ITSME_KEYS": new_key(),
            "ITSME_REDIRECT_URL": "http://127.0.0.1:8000/itsme/back",
        }
        made = python("-m", "django", "startproject", "bank", ".", cwd=tmp_path)
        assert made.returncode == 0, made.stderr
        write_files(DJANGO, tmp_path)
        manage("migrate")
        assert "no issues" in manage("check")
        told = manage("test")
    assert re.search(r"Ran 2 tests.*\n\nOK", told), told


def test_the_store_on_its_page_does_what_every_store_does(tmp_path: Path) -> None:
    page = "docs/how-to/write-a-store.md"
    whole = next(text for kind, text in BLOCKS[page] if kind == "python" and "class FolderStore" in text)
    made: dict[str, Any] = {"__name__": "folder_store"}
    exec(compile(whole, page, "exec"), made)  # noqa: S102 - a page of this repository
    tests = [
        test
        for module in EVERY_STORE
        for name, test in vars(module).items()
        if name.startswith("test_") and list(inspect.signature(test).parameters) == ["store"]
    ]
    assert len(tests) > 20
    for number, test in enumerate(tests):
        with made["FolderStore"](tmp_path / str(number)) as store:
            test(store)
    for number, odd in enumerate(test_every_store_keeps.ODD_IDS):
        with made["FolderStore"](tmp_path / f"odd-{number}") as store:
            test_every_store_keeps.test_an_id_that_is_none_finds_nothing_and_harms_nothing(store, odd)


@pytest.mark.parametrize("page", RUN)
def test_the_application_of_a_tutorial_runs_as_the_page_says(page: str, tmp_path: Path) -> None:
    command, port = RUN[page], free_port()
    url = f"http://127.0.0.1:{port}"
    if page == DJANGO:
        assert python("-m", "django", "startproject", "bank", ".", cwd=tmp_path).returncode == 0
    write_files(page, tmp_path)
    with Sandbox() as sandbox:
        environment = os.environ | {
            "ITSME_TOKEN": sandbox.token,
            "ITSME_BASE_URL": sandbox.api_url,
            "ITSME_KEYS": new_key(),
            "ITSME_STORE_URL": f"sqlite:///{tmp_path}/logins.db",
            "ITSME_REDIRECT_URL": f"{url}/itsme/back",
            "SHOP_SECRET": "for tests",
            "LIBRARY_SECRET": "for tests",
        }
        if page == DJANGO:
            assert python("manage.py", "migrate", cwd=tmp_path, env=environment).returncode == 0
        module = [] if command[0] == "manage.py" else ["-m"]
        with (
            running([sys.executable, *module, *command, str(port)], tmp_path, environment, url),
            Browser(url) as browser,
        ):
            ended = browser.get(browser.log_in(sandbox).headers["location"])
    assert ended.status_code == 200
    assert any(word in ended.text for word in ("Lucas Maes", "You are signed in", "The account of user"))


COMMANDS_OF = [page for page in RUN if page != DJANGO]


@pytest.mark.parametrize("page", COMMANDS_OF)
def test_the_commands_of_a_tutorial_are_typed_into_a_shell_as_they_stand(page: str, tmp_path: Path) -> None:
    # Where there is no bash, the test above is what can be said.
    if shutil.which("bash") is None:
        return
    write_files(page, tmp_path)
    typed = [line[2:] for kind, text in BLOCKS[page] if kind == "console" for line in text.splitlines()]
    installs, *settings, serves, tests = [line for line in typed if line != "itsme sandbox"]
    assert installs.startswith("pip install ")
    assert {line.partition(" ")[0] for line in settings} == {"export"}
    assert tests == "pytest"
    assert "itsme sandbox" in (ROOT / page).read_text("utf-8")
    # Other ports, since those of the page may be taken, and the shell's own server so that it can be ended.
    port, sandbox_port = free_port(), free_port()
    lines = [line.replace(":8484", f":{sandbox_port}").replace(":8000", f":{port}") for line in settings]
    serves = f"exec {serves.removesuffix(' --port 8000')} --port {port}"
    script = "\n".join([*lines, serves])
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ITSME_")}
    environment["PATH"] = f"{TOOLS}{os.pathsep}{environment['PATH']}"
    url = f"http://127.0.0.1:{port}"
    with (
        Sandbox(port=sandbox_port) as sandbox,
        running(["bash", "-eu", "-c", script], tmp_path, environment, url),
        Browser(url) as browser,
    ):
        ended = browser.get(browser.log_in(sandbox).headers["location"])
    assert ended.status_code == 200


@pytest.mark.parametrize("page", [page for page in COMMANDS_OF if page in WITH_PYTEST])
def test_what_a_tutorial_installs_is_all_that_it_needs(page: str, tmp_path: Path) -> None:
    write_files(page, tmp_path)
    (line,) = [
        line for kind, text in BLOCKS[page] if kind == "console" for line in text.splitlines() if " pip " in line
    ]
    _, _, _, package, *others = shlex.split(line)
    wanted = package.partition("[")[2].rstrip("]").split(",")
    names = {requirement.name for extra in wanted for requirement in test_extras.closure(extra)}
    for other in {*others} - {"httpx2"}:  # not here; Starlette's test client does with httpx as well, and says so
        names |= {other, *test_extras.all_below(other)}
    code = (
        "import pytest\nraise SystemExit(pytest.main(['-q', '-p', 'no:cacheprovider', '-p', 'itsme_facade.testing']))"
    )
    ours = {path.stem for path in tmp_path.iterdir()}
    alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    ended = test_extras.with_names(names, code, tmp_path, also={"_pytest", "py", *ours}, env=alone)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert re.search(r"^[1-9]\d* passed", ended.stdout, re.MULTILINE), ended.stdout


@contextmanager
def running(arguments: list[str], folder: Path, environment: dict[str, str], url: str) -> Generator[None]:
    """A server in a process of its own, up and answering."""
    server = subprocess.Popen(
        arguments, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(600):
            with suppress(httpx.TransportError):
                httpx.get(url, trust_env=False)
                break
            assert server.poll() is None, "it has ended"
            time.sleep(0.05)
        yield
    finally:
        server.terminate()
        server.wait(20)
