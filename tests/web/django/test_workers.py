"""Several processes serve one project, set by the environment alone: each login is read and delivered once."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from django.db import connections

from itsme_facade.sandbox import Sandbox
from tests.store.logins import new_id
from tests.web.django import project
from tests.web.django.site import Visitor

if TYPE_CHECKING:
    from tests.engines.postgres import Postgres

WORKERS, CALLBACKS = 3, 24


@pytest.fixture(params=["sqlite", "postgresql"])
def entry(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """The database of the project."""
    if request.param == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "database.sqlite3")}
    server: Postgres = request.getfixturevalue("postgres")
    name = f"django{new_id()}"
    server.create(name)
    return project.of_postgres(server, name)


@pytest.fixture
def visitor(sandbox: Sandbox, entry: dict[str, Any], tmp_path: Path) -> Iterator[Visitor]:
    """A browser at a site of several processes."""
    project.add_database("workers", entry)
    project.migrate("workers")
    connections["workers"].close()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        site = f"http://127.0.0.1:{listener.getsockname()[1]}"
        setting = project.setting(sandbox, site)
        known = {f"ITSME_{name}": setting[name] for name in ("TOKEN", "BASE_URL", "KEYS", "REDIRECT_URL")}
        environment = {
            **os.environ,
            **known,
            "ITSME_TEST_FOLDER": str(tmp_path),
            "ITSME_TEST_POSTGRES": str(entry.get("HOST", "")),
            "ITSME_TEST_NAME": entry["NAME"],
            "DJANGO_SETTINGS_MODULE": "tests.web.django.settings",
        }
        application = "django.core.wsgi:get_wsgi_application()"
        command = [sys.executable, "-m", "gunicorn", "--workers", str(WORKERS), "--threads", "4", "--preload"]
        command += ["--bind", f"fd://{listener.fileno()}", "--no-control-socket", "--log-level", "warning", application]
        with subprocess.Popen(command, env=environment, pass_fds=[listener.fileno()]) as server:
            try:
                with Visitor(site, sandbox) as visitor:
                    wait_for(visitor)
                    yield visitor
            finally:
                server.terminate()
                server.wait(30)
    project.forget_database("workers")


def wait_for(visitor: Visitor) -> None:
    for _ in range(300):
        try:
            visitor.get("/who")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the site does not start")


def test_of_many_callbacks_at_once_one_reads_and_all_lead_on(visitor: Visitor) -> None:
    way_back = ""
    for _ in range(3):
        login = visitor.start(next="/inside")
        visitor.sandbox.person("lucas").phone.approve(login)
        way_back = visitor.way_back(login)
        cookies = dict(visitor.cookies)

        def come_back(_: int, way_back: str = way_back, cookies: dict[str, str] = cookies) -> str:
            # Each a browser window of its own, with the same cookies.
            with httpx.Client(base_url=visitor.base_url, cookies=cookies, timeout=60.0, trust_env=False) as window:
                return str(window.get(way_back).headers["location"])

        with ThreadPoolExecutor(CALLBACKS) as windows:
            locations = set(windows.map(come_back, range(CALLBACKS)))
        assert locations == {"/inside"}
        assert visitor.sandbox.transaction(login).reads == 1
    assert visitor.get(way_back).headers["location"] == "/inside"
    assert visitor.who() == "user=1 itsme=1"
