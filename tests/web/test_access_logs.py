"""Access logs without the state of a login, as uvicorn, gunicorn and werkzeug write them."""

import io
import logging
import logging.config
import re
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn.config

from itsme_facade.sandbox import Sandbox
from itsme_facade.web.access_logs import ACCESS_LOGS, HideStates, hide_states
from tests.web.browsers import approved, free_port, state_of
from tests.web.shops import open_shop

GUNICORN = """
from flask import Flask
from itsme_facade.web.access_logs import hide_states
hide_states()
app = Flask(__name__)
app.add_url_rule("/itsme/back", view_func=lambda: "here")
"""


def show_states() -> None:
    for name in ACCESS_LOGS:
        logger = logging.getLogger(name)
        for each in [each for each in logger.filters if isinstance(each, HideStates)]:
            logger.removeFilter(each)


@pytest.fixture(autouse=True)
def undo() -> Generator[None]:
    """Before as well: an application that another test has started in this process may have hidden them."""
    show_states()
    yield
    show_states()


def test_uvicorn_writes_no_state(sandbox: Sandbox) -> None:
    written = io.StringIO()
    config: dict[str, Any] = dict(uvicorn.config.LOGGING_CONFIG)
    formatter = logging.config.DictConfigurator(config).configure_formatter({**config["formatters"]["access"]})
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter)
    logger = logging.getLogger("uvicorn.access")
    logger.addHandler(handler)
    level, logger.level = logger.level, logging.INFO
    try:
        with open_shop(sandbox) as shop, shop.browser() as browser:
            first = approved(sandbox, browser.start().headers["location"])
            browser.get(first)
            hide_states()
            hide_states()
            second = approved(sandbox, browser.start().headers["location"])
            browser.get(second)
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
    # The first one shows that there is something to hide.
    assert state_of(first) in written.getvalue()
    assert state_of(second) not in written.getvalue()
    assert '"GET /itsme/back?state=- HTTP/1.1" 303' in written.getvalue()


def ask_when_it_listens(url: str) -> httpx.Response:
    end = time.monotonic() + 20
    while True:
        try:
            return httpx.get(url, headers={"referer": "https://cm.example/?state=very.secret"}, trust_env=False)
        except httpx.ConnectError:
            assert time.monotonic() < end
            time.sleep(0.05)


def test_gunicorn_writes_no_state(tmp_path: Path) -> None:
    (tmp_path / "site_of_test.py").write_text(GUNICORN, "utf-8")
    address = f"127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "gunicorn", "site_of_test:app", "--bind", address, "--access-logfile", "-"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            answer = ask_when_it_listens(f"http://{address}/itsme/back?state=very.secret&ec=0")
            assert answer.text == "here"
        finally:
            process.send_signal(signal.SIGTERM)
            written, _ = process.communicate(timeout=30)
    assert "very.secret" not in written
    assert re.search(r'"GET /itsme/back\?state=-&ec=0 HTTP/1\.1" 200', written)


def test_werkzeug_writes_no_state(caplog: pytest.LogCaptureFixture) -> None:
    hide_states("werkzeug")
    caplog.set_level(logging.INFO)
    logging.getLogger("werkzeug").info('%s - - [%s] "GET /itsme/back?state=a.b HTTP/1.1" %s', "1.2.3.4", "now", 303)
    assert '"GET /itsme/back?state=- HTTP/1.1" 303' in caplog.text


def test_other_records_stay_as_they_are(caplog: pytest.LogCaptureFixture) -> None:
    hide_states("werkzeug")
    caplog.set_level(logging.INFO)
    logging.getLogger("werkzeug").info("%(a)s and %(b)d", {"a": "one", "b": 2})
    logging.getLogger("werkzeug").info({"an": "object"})
    assert "one and 2" in caplog.text
    assert "{'an': 'object'}" in caplog.text
