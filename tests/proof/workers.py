"""Worker processes of an application: each has a flow of its own, and does what it is told through a pipe.

They are forked from a clean server process, so that one more costs a few hundredths of a second.
"""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import resource
import signal
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from attrs import asdict, evolve, frozen

from itsme_facade import Identity, Timeouts
from itsme_facade.flow import Flow
from itsme_facade.flow.limits import StartLimits
from itsme_facade.store import open_store
from tests.proof.points import Points, WatchedItsme, WatchedStore, watch_spool

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from itsme_facade.flow.events import Event

PATIENCE = 60.0  # seconds; longer than anything here takes on a busy machine
REDIRECT_URL = "https://shop.example/itsme/back"
_CONTEXT = multiprocessing.get_context("forkserver")
# What a worker would import when it first needs it is imported once, where all of them come from.
_CONTEXT.set_forkserver_preload(
    [
        "__main__",
        "tests.proof.workers",
        "itsme_facade.store.sql",
        "itsme_facade.store.redis_store",
        "sqlalchemy.dialects.sqlite.pysqlite",
        "sqlalchemy.dialects.postgresql.psycopg",
        "cryptography.fernet",
        "limits.strategies",
        "opentelemetry.trace",
        "psycopg",
        "itsme_facade.wire.pool",
        "itsme_facade.wire.through",
        "cm_itsme_client.api.transactions.get_status",
        "cm_itsme_client.api.transactions.create_transaction",
        "httpcore",
        "trio",  # because httpcore looks for it
    ]
)
_BOOKS = threading.Lock()
"""A process that starts also looks after those that have ended; two threads that do so at once confuse it."""


@frozen(kw_only=True)
class Setup:
    """What every worker of one application is started with.

    Args:
        url: where the store is.
        prefix: the application's prefix there.
        base_url: where the sandbox is.
        token: the sandbox's API token.
        key: what is sealed with.
        folder: where this application's files are: what it was given, its events, its log, its spool.
        read_lease: seconds.
        delivery_lease: seconds.
        clock_ahead: seconds that this worker's own clock is ahead.
        limits: where starts are counted; None: they are not.
        log: whether everything is logged, into a file.
        trace: whether spans are written, into a file.
    """

    url: str
    prefix: str
    base_url: str
    token: str
    key: str
    folder: Path
    read_lease: float = 10.0
    delivery_lease: float = 30.0
    clock_ahead: float = 0.0
    limits: str | None = None
    log: bool = False
    trace: bool = False

    @property
    def spool(self) -> Path:
        """The spool's folder."""
        return self.folder / "spool"


class Raised(Exception):
    """What a worker's flow raised: the name of its type, and its text."""


class Gone(EOFError):
    """The worker had been killed before it was told anything."""


class Worker:
    """One worker process, seen from the test."""

    def __init__(self, setup: Setup, **differing: Any) -> None:
        self._mine, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_serve, args=(evolve(setup, **differing), theirs), daemon=True)
        with _BOOKS:
            self._process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process.pid is not None
        return self._process.pid

    def ask(self, name: str, /, **arguments: Any) -> Any:
        """Has it do something, and returns what came of it.

        Raises:
            Raised: it raised.
            EOFError: it was killed meanwhile.
        """
        self.tell(name, **arguments)
        return self.answer()

    def tell(self, name: str, /, **arguments: Any) -> None:
        """Has it begin to do something.

        Raises:
            Gone: it had been killed.
        """
        try:
            self._mine.send((name, arguments))
        except BrokenPipeError:
            raise Gone from None

    def answer(self, patience: float = PATIENCE) -> Any:
        """What came of what it was told."""
        if not self._mine.poll(patience):
            raise TimeoutError(f"the worker did not answer within {patience} seconds")
        try:
            how, value = self._mine.recv()
        except ConnectionResetError:
            raise EOFError("the worker was killed") from None
        if how == "raised":
            raise Raised(*value)
        if how == "paused":
            raise AssertionError(f"the worker waits at {value}")
        return value

    def until_paused(self, point: str) -> None:
        """Waits until it says that it has reached the point."""
        assert self._mine.poll(PATIENCE)
        heard = self._mine.recv()
        assert heard == ("paused", point), heard

    def has_answered(self) -> bool:
        """Whether there is something to hear."""
        return self._mine.poll(0)

    def dies_at(self, point: str) -> None:
        """It will be killed when it reaches the point."""
        self.ask("arm", point=point, what="kill")

    def pauses_at(self, point: str) -> None:
        """It will say so, and wait for `go_on`, when it reaches the point."""
        self.ask("arm", point=point, what="pause")

    def go_on(self, then: str = "", full_disk: int = 0) -> None:
        """Ends a pause. It will be killed at the point `then`, or find a full disk, if one of them is given."""
        self._mine.send((then, full_disk))

    def until_dead(self) -> None:
        """Waits until the kill has come, and makes sure that it was one."""
        with _BOOKS:
            self._process.join(PATIENCE)
        assert self._process.exitcode == -signal.SIGKILL, self._process.exitcode

    def until_stopped(self) -> None:
        """Waits until it has stopped itself."""
        end = time.monotonic() + PATIENCE
        while Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "T":
            assert time.monotonic() < end
            time.sleep(0.01)

    def kill(self) -> None:
        """Kills it, whatever it does."""
        self._process.kill()

    def signal(self, number: signal.Signals) -> None:
        """Sends it a signal."""
        os.kill(self.pid, number)

    def close(self) -> None:
        """Ends it."""
        if self._mine.closed:
            return
        self._mine.close()
        with _BOOKS:
            self._process.kill()
            self._process.join(PATIENCE)
            self._process.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Application:
    """The application in a worker process: a flow, and a handler that notes whom it was given."""

    def __init__(self, setup: Setup, connection: Connection) -> None:
        self._setup, self._connection = setup, connection
        self.points = Points(self._pause)
        self._raises = 0
        watch_spool(self.points)
        client = WatchedItsme(setup.token, base_url=setup.base_url, timeout=Timeouts(total=5.0))
        client.points = self.points
        self.flow = Flow(
            client,
            WatchedStore(open_store(setup.url, prefix=setup.prefix), self.points),
            setup.key,
            REDIRECT_URL,
            self._take,
            on_event=self._note,
            limits=_limits(setup.limits),
            spool_dir=setup.spool,
        )
        room = evolve(self.flow._room, read_lease=setup.read_lease, delivery_lease=setup.delivery_lease, patience=0.2)
        self.flow._room = room
        self.flow.open()

    def start(self, **wish: Any) -> dict[str, Any]:
        departure = self.flow.start(**wish)
        return {
            "login_id": departure.login_id,
            "location": departure.location,
            "cookies": {each.name: each.value for each in departure.set_cookies if each.max_age},
        }

    def finish(
        self, query: str, cookies: dict[str, str], method: str = "GET", headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        return _plain(self.flow.finish(method, query, cookies, headers or {}))

    def resume(self, login_id: str, cookies: dict[str, str]) -> dict[str, Any]:
        return _plain(self.flow.resume("GET", login_id, cookies, {}))

    def sweep(self, limit: int = 100) -> dict[str, Any]:
        return asdict(self.flow.sweep(limit))

    def phase(self, login_id: str) -> str | None:
        """How far a login is, by the store."""
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


def _serve(setup: Setup, connection: Connection) -> None:
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
        application = _Application(setup, connection)
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
