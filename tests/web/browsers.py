"""Browsers, servers and people for the tests of the web room: real HTTP over loopback, cookies kept as browsers do."""

import re
import socket
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from html import unescape
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import httpx
import uvicorn
from werkzeug.serving import WSGIRequestHandler, make_server

from itsme_facade.sandbox import Sandbox

PERSON = "lucas"


class Browser(httpx.Client):
    """One browser: it keeps cookies, says what it prefers, and follows nothing by itself."""

    def __init__(self, url: str, language: str = "en", **headers: str) -> None:
        accepts = {"accept": "text/html,*/*;q=0.8", "accept-language": language}
        super().__init__(base_url=url, headers={**accepts, **headers}, trust_env=False, timeout=20)

    def fields(self, page: str = "/") -> dict[str, str]:
        """The hidden fields of a page's form."""
        return fields_of(self.get(page))

    def start(self, page: str = "/", **changed: str) -> httpx.Response:
        """Press the button on a page."""
        shown = self.get(page)
        (action,) = re.findall(r'<form class="itsme-form" method="post" action="([^"]*)"', shown.text)
        return self.post(unescape(action), data=fields_of(shown) | changed)

    def clone(self) -> Self:
        """Another browser of the same kind, without any cookie."""
        return type(self)(str(self.base_url), self.headers["accept-language"])

    def log_in(self, sandbox: Sandbox, page: str = "/", **changed: str) -> httpx.Response:
        """From the button to where the callback leads."""
        return self.get(approved(sandbox, self.start(page, **changed).headers["location"]))


def fields_of(page: httpx.Response) -> dict[str, str]:
    """The hidden fields of a page's form."""
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page.text)
    return {name: unescape(value) for name, value in found}


def callback_of(sandbox: Sandbox, location: str) -> str:
    """Where CM would send the browser back to, as a path of the site."""
    address = urlsplit(sandbox.world.transaction(location.rpartition("/")[2]).request.redirect_url)
    return f"{address.path}?{address.query}"


def approved(sandbox: Sandbox, location: str, person: str = PERSON) -> str:
    """Let a person approve, and say where the browser is sent back to."""
    sandbox.person(person).phone.approve(location)
    return callback_of(sandbox, location)


def state_of(callback: str) -> str:
    return parse_qs(urlsplit(callback).query)["state"][0]


def login_of(callback: str) -> str:
    return state_of(callback).partition(".")[0]


@contextmanager
def served(app: Any, port: int = 0, **options: Any) -> Generator[str]:
    """An ASGI application on uvicorn, in a thread of its own; gives its address."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, loop="asyncio", lifespan="on", **options))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            thread.join(0.005)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)


@contextmanager
def served_by_threads(app: Any, **options: Any) -> Generator[str]:
    """A WSGI application on werkzeug's server; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet, **options)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
        pass


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def secrets_in(text: str, secrets: Mapping[str, str]) -> list[str]:
    """Which of some secrets stand in a text."""
    return [name for name, secret in secrets.items() if secret in text]


class EveryNameIsHere(httpx.HTTPTransport):
    """Finds names under .localhost as browsers do, whatever the machine's resolver says: on this machine."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        here = request.url.copy_with(host="127.0.0.1")
        return super().handle_request(
            httpx.Request(
                request.method, here, headers=request.headers, stream=request.stream, extensions=request.extensions
            )
        )
