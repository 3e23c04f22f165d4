"""A return address on this machine: it waits for one browser to come back with one state, and does nothing else."""

from __future__ import annotations

import hmac
import secrets
from functools import partial
from html import escape
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import ThreadingMixIn
from threading import Thread
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlsplit

from itsme_facade.commands.saying import Stop
from itsme_facade.flow.messages import language
from itsme_facade.flow.requests import is_looking_ahead, state_in
from itsme_facade.web.headers import NOT_KEPT, preferred_language

if TYPE_CHECKING:
    from collections.abc import Callable

_HOST: Final = "127.0.0.1"
_PATH: Final = "/itsme/back"
_PATIENCE: Final = 10.0
_WORDS: Final = {
    "en": ("You can go back to the terminal", "itsme has sent you back. The rest is shown in the terminal."),
    "nl": ("Je kunt terug naar de terminal", "itsme heeft je teruggestuurd. De rest zie je in de terminal."),
    "fr": ("Vous pouvez retourner au terminal", "itsme vous a renvoyé ici. La suite s'affiche dans le terminal."),
    "de": ("Sie können zum Terminal zurückkehren", "itsme hat Sie zurückgeschickt. Alles Weitere steht im Terminal."),
}
_WRONG: Final = {
    "en": ("This is not the login that is waited for", "Open the address that the terminal shows."),
    "nl": ("Dit is niet de login waarop gewacht wordt", "Open het adres dat in de terminal staat."),
    "fr": ("Ce n'est pas la connexion attendue", "Ouvrez l'adresse affichée dans le terminal."),
    "de": ("Das ist nicht die erwartete Anmeldung", "Öffnen Sie die Adresse, die im Terminal steht."),
}
_HEADERS: Final = NOT_KEPT | {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "connection": "close",
}


class ReturnAddress:
    """Listens on loopback for the browser that comes back from itsme, for as long as its block runs.

    Args:
        port: the port; 0 takes a free one.
        locale: the language of its page; None goes by the browser's.
        came_back: is called once the browser with the right state has its page, each time that it comes.

    Raises:
        Stop: the port is taken.
    """

    def __init__(self, port: int, locale: str | None, came_back: Callable[[], None]) -> None:
        self._state = secrets.token_urlsafe(32)
        self._locale = locale
        self._came_back = came_back
        try:
            self._server = _Server((_HOST, port), partial(_Handler, address=self))
        except OSError as error:
            raise Stop(
                f"Port {port} of {_HOST} cannot be listened on ({error.strerror}).",
                "Choose another --port; without it a free one is taken.",
            ) from None
        self.url = f"http://{_HOST}:{self._server.server_port}{_PATH}?state={self._state}"
        """Where itsme sends the browser. It holds the state, so it is for itsme alone."""

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def asked(self, browser: _Handler) -> None:
        """Answers one request."""
        parts = urlsplit(browser.path)
        language_of_page = language(self._locale or preferred_language(browser.headers.get("accept-language", "")))
        # A page elsewhere could make a name of its own lead here; it would come by that name.
        by_name = browser.headers.get("host", "") == f"{_HOST}:{self._server.server_port}"
        if not by_name or parts.path != _PATH:
            browser.answer(404, language_of_page, _WRONG)
        elif browser.command != "GET" or is_looking_ahead(browser.command, dict(browser.headers.items())):
            browser.answer(503, language_of_page, _WRONG)  # after a 204 Chromium never comes back
        elif not hmac.compare_digest((state_in(parts.query) or "").encode(), self._state.encode()):
            browser.answer(400, language_of_page, _WRONG)
        else:
            browser.answer(200, language_of_page, _WORDS)
            self._came_back()


class _Server(ThreadingMixIn, HTTPServer):
    daemon_threads = True
    block_on_close = False  # a browser may hold a connection open that it never uses
    allow_reuse_address = False

    def server_bind(self) -> None:
        # HTTPServer's own asks the name service who we are, which may take seconds.
        socket_address: Any = self.server_address
        self.socket.bind(socket_address)
        self.server_name, self.server_port = self.socket.getsockname()[:2]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hangs up is no business of the terminal's."""


class _Handler(BaseHTTPRequestHandler):
    timeout = _PATIENCE
    server_version = "itsme"
    sys_version = ""

    def __init__(self, *about: Any, address: ReturnAddress) -> None:
        self._address = address
        super().__init__(*about)

    def do_GET(self) -> None:
        self._address.asked(self)

    do_HEAD = do_POST = do_GET  # noqa: N815 - as above

    def answer(self, status: int, locale: str, words: dict[str, tuple[str, str]]) -> None:
        """Sends a page that holds nothing of the request."""
        title, text = (escape(part) for part in words[locale])
        page = (
            f'<!doctype html><html lang="{locale}"><meta charset="utf-8"><title>{title}</title>'
            f'<meta name="viewport" content="width=device-width"><main><h1>{title}</h1><p>{text}</p></main></html>'
        ).encode()
        self.send_response(status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        if status == 503:
            self.send_header("retry-after", "1")
        self.send_header("content-length", str(len(page)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(page)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that http.server has
        """Says nothing: the address holds the state."""
