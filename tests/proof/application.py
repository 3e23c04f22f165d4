"""What a worker process does: an application with a flow, told through a pipe what its browsers do."""

from __future__ import annotations

import json
import logging
import os
import resource
import signal
import threading
import time
from collections import Counter
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING, Any

from attrs import asdict, evolve

from itsme_facade import Identity, Timeouts
from itsme_facade.flow import Flow
from itsme_facade.flow.limits import StartLimits
from itsme_facade.store import open_store
from tests.proof import django_project
from tests.proof.points import Points, WatchedItsme, WatchedStore, watch_spool

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from multiprocessing.connection import Connection
    from pathlib import Path

    from itsme_facade.flow.events import Event
    from itsme_facade.store import Store
    from tests.proof.workers import Setup

REDIRECT_URL = "https://shop.example/itsme/back"


class Application:
    """The application in a worker process: a flow, and a handler that notes whom it was given."""

    def __init__(self, setup: Setup, connection: Connection) -> None:
        self._setup, self._connection = setup, connection
        self.points = Points(self._pause)
        self._raises = 0
        self._request: Callable[[], AbstractContextManager[None]] = nullcontext
        watch_spool(self.points)
        client = WatchedItsme(setup.token, base_url=setup.base_url, timeout=Timeouts(total=5.0))
        client.points = self.points
        self.flow = Flow(
            client,
            WatchedStore(self._store(), self.points),
            setup.key,
            REDIRECT_URL,
            self._take,
            on_event=self._note,
            limits=_limits(setup.limits),
            spool_dir=setup.spool,
        )
        room = evolve(self.flow._room, read_lease=setup.read_lease, delivery_lease=setup.delivery_lease, patience=0.2)
        self.flow._room = room if setup.lives is None else evolve(room, lives=setup.lives)
        self.flow.open()

    def start(self, **wish: Any) -> dict[str, Any]:
        with self._request():
            departure = self.flow.start(**wish)
        return {
            "login_id": departure.login_id,
            "location": departure.location,
            "cookies": {each.name: each.value for each in departure.set_cookies if each.max_age},
        }

    def finish(
        self, query: str, cookies: dict[str, str], method: str = "GET", headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        with self._request():
            return _plain(self.flow.finish(method, query, cookies, headers or {}))

    def resume(self, login_id: str, cookies: dict[str, str]) -> dict[str, Any]:
        with self._request():
            return _plain(self.flow.resume("GET", login_id, cookies, {}))

    def sweep(self, limit: int = 100) -> dict[str, Any]:
        with self._request():
            return asdict(self.flow.sweep(limit))

    def phase(self, login_id: str) -> str | None:
        """How far a login is, by the store."""
        with self._request():
            record = self.flow._store.look(login_id).record
        return None if record is None else record.phase.value

    def burst(self, query: str, cookies: dict[str, str], times: int, threads: int, at: float) -> dict[str, int]:
        """Many callbacks of one login at once, beginning at a time that other processes were told as well."""
        kinds: Counter[str] = Counter()
        lock = threading.Lock()

        def visit() -> None:
            time.sleep(max(0.0, at - time.time()))
            for _ in range(times // threads):
                try:
                    kind = self.finish(query, cookies)["kind"]
                except Exception as error:  # noqa: BLE001 - told to the test
                    kind = type(error).__name__
                with lock:
                    kinds[kind] += 1

        visitors = [threading.Thread(target=visit) for _ in range(threads)]
        for visitor in visitors:
            visitor.start()
        for visitor in visitors:
            visitor.join()
        return dict(kinds)

    def arm(self, point: str, what: str) -> None:
        self.points.arm(point, what)

    def disarm(self) -> None:
        self.points.disarm()

    def handler(self, *, raises: int) -> None:
        """The handler will raise so many times."""
        self._raises = raises

    def full_disk(self, beyond: int) -> None:
        """From now on, no file of this process can grow beyond so many bytes."""
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (beyond, hard))

    def _store(self) -> Store:
        if django_project.is_named_by(self._setup.url):
            self._request = django_project.request
            return django_project.store(self._setup.url)
        return open_store(self._setup.url, prefix=self._setup.prefix)

    def _take(self, identity: Identity, login_id: str) -> str:
        self.points.reach("before-work")
        if self._raises:
            self._raises -= 1
            raise LookupError(f"no room for {identity.name.full if identity.name else None}")
        write(self._setup.folder / "given", {"login_id": login_id, "user_id": identity.user_id, "pid": os.getpid()})
        self.points.reach("after-work")
        return f"user-{login_id}"

    def _note(self, event: Event) -> None:
        write(self._setup.folder / "events", asdict(event))

    def _pause(self, point: str) -> None:
        self._connection.send(("paused", point))
        then, full_disk = self._connection.recv()
        if then:
            self.points.arm(then, "kill")
        if full_disk:
            self.full_disk(full_disk)


def write(path: Path, entry: dict[str, Any]) -> None:
    """Adds a line to a file that several processes write to: one write, so lines stay whole."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, json.dumps(entry).encode() + b"\n")
    finally:
        os.close(file)


def lines(path: Path) -> list[dict[str, Any]]:
    """What was written so."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _limits(storage: str | None) -> StartLimits | None:
    """Wide enough that everybody gets in, so that everything is counted."""
    if storage is None:
        return None
    return StartLimits(browser="1000 per hour", address="1000 per hour", number="1000 per hour", storage=storage)


def _plain(outcome: Any) -> dict[str, Any]:
    cookies = {each.name: each.value for each in outcome.set_cookies if each.max_age}
    told = {
        name: getattr(outcome, name) for name in ("reference", "reason", "signs_in", "code") if hasattr(outcome, name)
    }
    return {"kind": outcome.kind, "login_id": outcome.login_id, "next": outcome.next, "cookies": cookies, **told}


def serve(setup: Setup, connection: Connection) -> None:
    """A worker process, from its beginning to its end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if setup.clock_ahead:
        real = time.time
        time.time = lambda: real() + setup.clock_ahead
    log = setup.folder / f"log-{os.getpid()}" if setup.log else os.devnull
    logging.basicConfig(filename=log, level=logging.DEBUG if setup.log else logging.CRITICAL)
    if setup.trace:
        _trace_into(setup.folder / f"trace-{os.getpid()}")
    try:
        application = Application(setup, connection)
    except Exception as error:  # noqa: BLE001 - told to the test, which cannot see it otherwise
        connection.recv()
        connection.send(("raised", (type(error).__name__, str(error))))
        return
    with suppress(EOFError, OSError):
        while True:
            name, arguments = connection.recv()
            try:
                came = ("done", getattr(application, name)(**arguments))
            except Exception as error:  # noqa: BLE001 - told to the test
                logging.getLogger("application").info("%s raised %s", name, type(error).__name__)
                came = ("raised", (type(error).__name__, str(error)))
            connection.send(came)


def _trace_into(path: Path) -> None:
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor

    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter(out=path.open("a", encoding="utf-8"))))
    trace.set_tracer_provider(provider)
