"""The project's site, served over loopback, and browsers that visit it."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import httpx
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application

from itsme_facade.sandbox import Sandbox


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the base class calls it
        """Prints nothing."""


class _Server(ThreadedWSGIServer):
    daemon_threads = False  # waited for at the end


@contextmanager
def served() -> Generator[str]:
    """Serves the project for as long as the block lasts; gives its address."""
    server = _Server(("127.0.0.1", 0), _Quiet)
    server.set_app(get_wsgi_application())
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Visitor(httpx.Client):
    """A browser: it keeps cookies, and follows redirects only when told to."""

    def __init__(self, site: str, sandbox: Sandbox, **options: Any) -> None:
        super().__init__(base_url=site, timeout=30.0, trust_env=False, **options)
        self.sandbox = sandbox

    def token(self, page: str = "/") -> str:
        """The CSRF token in a form of a page."""
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get(page).text)
        assert found is not None
        return found[1]

    def post_form(self, path: str, page: str = "/", **fields: str) -> httpx.Response:
        """Sends a form of a page."""
        return self.post(path, data={"csrfmiddlewaretoken": self.token(page), **fields})

    def start(self, **fields: str) -> str:
        """Presses the button; gives the address of itsme's page."""
        answer = self.post_form("/itsme/start", **fields)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    def way_back(self, login: str) -> str:
        """Where itsme sends the browser back to, path and query."""
        request = self.sandbox.world.transaction(login.rpartition("/")[2]).request
        return str(httpx.URL(request.redirect_url).raw_path, "ascii")

    def log_in(self, person: str = "lucas", **fields: str) -> httpx.Response:
        """The whole way, up to the answer to the callback."""
        login = self.start(**fields)
        self.sandbox.person(person).phone.approve(login)
        return self.get(self.way_back(login))

    def who(self) -> str:
        """Who is signed in, as the site says it."""
        return self.get("/who").text
