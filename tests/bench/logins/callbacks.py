"""How long a browser that comes back waits for its redirect, with many others at the same time."""

from __future__ import annotations

import json
import selectors
import socket
import time
from dataclasses import asdict, dataclass
from statistics import median, quantiles
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.bench.processes import process
from tests.bench.sandbox.mocks import ask
from tests.bench.sandbox.serving import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.bench.logins.places import Places

_PATIENCE = 30.0  # seconds


@dataclass(frozen=True)
class Crowd:
    """How many browsers come back at the same time, and how many more after each of them, one after another."""

    rounds: int
    browsers: int
    each: int


@dataclass(frozen=True)
class Waits:
    """Milliseconds from callback to redirect, round by round: the median, and what 99 of 100 do not exceed."""

    middle: list[float]
    ninety_ninth: list[float]
    a_second: list[float]
    """Callbacks a second."""


class WrongAnswer(Exception):
    """A callback was not answered by a redirect to where the person wanted to go."""


def wait_for_callbacks(python: Path, places: Places, crowd: Crowd) -> Waits:
    """Starts logins, has everybody approve, and then has them all come back at once."""
    port = free_port()
    waits = Waits([], [], [])
    with process(python, "tests.bench.logins.site", json.dumps(asdict(places)), str(port)) as site:
        site.line()
        _round(port, crowd)  # connections and whatever else the first ones bring in
        for _ in range(crowd.rounds):
            found, seconds = _round(port, crowd)
            waits.middle.append(1000 * median(found))
            waits.ninety_ninth.append(1000 * quantiles(found, n=100)[98])
            waits.a_second.append(len(found) / seconds)
    return waits


def _round(port: int, crowd: Crowd) -> tuple[list[float], float]:
    requests = iter(_callbacks(port, crowd.browsers * crowd.each))
    browsers = [_Browser(port, requests) for _ in range(crowd.browsers)]
    with selectors.DefaultSelector() as selector:
        for browser in browsers:
            selector.register(browser.socket, selectors.EVENT_READ, browser)
        begun = time.perf_counter()
        for browser in browsers:
            browser.go()
        waiting = len(browsers)
        while waiting:
            ready = selector.select(_PATIENCE)
            if not ready:
                raise WrongAnswer(f"nothing came back for {_PATIENCE:.0f} seconds")
            waiting -= sum(key.data.receive() for key, _ in ready)
        seconds = time.perf_counter() - begun
    for browser in browsers:
        browser.socket.close()
    return [wait for browser in browsers for wait in browser.waits], seconds


def _callbacks(port: int, number: int) -> list[bytes]:
    """Requests of browsers that come back, each with a login of its own that the person has approved."""
    text, _ = ask(port, "GET", f"/prepare?logins={number}")
    requests: list[bytes] = []
    logins: list[dict[str, str]] = json.loads(text)
    for login in logins:
        page = urlsplit(login["location"])
        _, back = ask(page.port or 80, "GET", page.path)  # the login page sends a person who has approved back
        target = urlsplit(back)
        requests.append(
            f"GET {target.path}?{target.query} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {login['cookie']}\r\n"
            "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\nAccept-Language: nl-BE,nl;q=0.9\r\n\r\n".encode()
        )
    return requests


class _Browser:
    """One connection, which stays open: whoever is next uses it when the one before has been answered."""

    def __init__(self, port: int, requests: Iterator[bytes]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.waits: list[float] = []
        self._requests = requests
        self._received, self._begun = b"", 0.0

    def go(self) -> bool:
        """Sends the next callback; returns whether there is none."""
        request = next(self._requests, None)
        if request is None:
            return True
        self._received, self._begun = b"", time.perf_counter()
        self.socket.sendall(request)
        return False

    def receive(self) -> bool:
        """Takes in what has come; returns whether there is nothing more to do."""
        data = self.socket.recv(65_536)
        self._received += data
        head, end, _ = self._received.partition(b"\r\n\r\n")
        if data and not end:
            return False
        self.waits.append(time.perf_counter() - self._begun)
        lines = head.lower().split(b"\r\n")
        if not lines[0].startswith(b"http/1.1 303") or b"location: /" not in lines:
            raise WrongAnswer(lines[0].decode())
        return self.go()
