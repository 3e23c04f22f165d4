"""Servers in processes of their own: how soon they answer, what memory they take, how many calls they do."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from tests.bench.processes import ROOT, Process, process
from tests.bench.sandbox.load import Order, Pair, Share
from tests.bench.sandbox.mocks import MOCKS

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

Rounds = dict[str, list[float]]
"""By name, a number for each round."""
_PATIENCE = 30.0  # seconds
_MIB = 1024  # the kernel counts in KiB


@dataclass(frozen=True)
class ServingLoad:
    """How long each server is under load in a round: so many pairs, and no longer than so many seconds."""

    rounds: int
    connections: int
    pairs: int
    seconds: float


@dataclass(frozen=True)
class UnderLoad:
    """What came of a load, by server, round by round.

    Attributes:
        calls: Calls a second.
        busy: The part of its time that the load generator was busy.
        processor: Microseconds of the server's processor time a call; no rounds where they cannot be had.
    """

    calls: Rounds
    busy: Rounds
    processor: Rounds


@dataclass(frozen=True)
class Served:
    """A server that answers, and how it came to that."""

    port: int
    pid: int
    first_answer: float
    """Seconds from its command to its first answer."""

    def processor_seconds(self) -> float | None:
        """Seconds of processor time it has used, or None where the system has no /proc."""
        stat = Path(f"/proc/{self.pid}/stat")
        if not stat.exists():
            return None
        # After the name in brackets, which may hold anything; user and system time are fields 14 and 15.
        fields = stat.read_text("utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """MiB of memory in use: its resident set."""
        return resident(self.pid)


def resident(pid: int) -> float:
    """MiB of memory that a process has in use: its resident set."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        line = next(line for line in status.read_text("utf-8").splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) / _MIB
    found = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(found.stdout) / _MIB


@contextmanager
def served(name: str, python: Path) -> Generator[Served]:
    """Starts a server and waits for its first answer; at the end of the block it is told to end, and waited for.

    Errors: RuntimeError when it ends instead, or does not answer in 30 seconds.
    """
    mock, port = MOCKS[name], free_port()
    command = mock.command(python, port)
    with TemporaryFile() as complaints:
        begun = time.perf_counter()
        started = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=complaints
        )
        try:
            if not _answers(started, port, mock.first.encode()):
                complaints.seek(0)
                raise RuntimeError(f"{name} does not answer. {complaints.read().decode(errors='replace')[-2000:]}")
            yield Served(port, started.pid, time.perf_counter() - begun)
        finally:
            started.terminate()
            try:
                started.wait(10)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait()


@contextmanager
def pinned(which: int) -> Generator[None]:
    """Keeps the processes that are started in the block to one core, where the system can do that."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    all_cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(all_cores)[which]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, all_cores)


@contextmanager
def load_generator(python: Path) -> Generator[Process]:
    """The process that makes the load, on the last core."""
    with ExitStack() as stack:
        with pinned(-1):
            generator = stack.enter_context(process(python, "tests.bench.sandbox.load"))
        yield generator


def share(generator: Process, port: int, pair: Pair, load: ServingLoad) -> Share:
    """Has one share of load carried out."""
    order = Order(port, pair, load.connections, load.pairs, load.seconds)
    return Share(**generator.ask(asdict(order)))


def serve(python: Path, names: Sequence[str], loads: Sequence[ServingLoad]) -> list[UnderLoad]:
    """Measures servers beside each other under each load, all of them on the first core."""
    with ExitStack() as stack:
        generator = stack.enter_context(load_generator(python))
        with pinned(0):
            servers = {name: stack.enter_context(served(name, python)) for name in names}
        pairs = {name: MOCKS[name].pair(server.port) for name, server in servers.items()}
        found: list[UnderLoad] = []
        for load in loads:
            calls: Rounds = {name: [] for name in names}
            busy: Rounds = {name: [] for name in names}
            processor: Rounds = {name: [] for name in names}
            for number in range(load.rounds):
                for name in names if number % 2 else reversed(names):
                    before = servers[name].processor_seconds()
                    done = share(generator, servers[name].port, pairs[name], load)
                    after = servers[name].processor_seconds()
                    calls[name].append(2 * done.pairs / done.seconds)
                    busy[name].append(done.busy)
                    if before is not None and after is not None:
                        all_calls = 2 * (done.pairs + load.connections)  # the unmeasured ones too
                        processor[name].append(1e6 * (after - before) / all_calls)
            found.append(UnderLoad(calls, busy, processor))
        return found


def start_and_stop(python: Path, names: Sequence[str], rounds: int) -> tuple[Rounds, Rounds]:
    """Starts each server anew in each round; the first time, which fills the disk's cache, does not count.

    Returns:
        Seconds from command to first answer, and MiB in use after it.
    """
    seconds: Rounds = {name: [] for name in names}
    memory: Rounds = {name: [] for name in names}
    for number in range(rounds + 1):
        for name in names if number % 2 else reversed(names):
            with served(name, python) as server:
                if number:
                    seconds[name].append(server.first_answer)
                    memory[name].append(server.memory())
    return seconds, memory


def free_port() -> int:
    """A port of the loopback interface that nobody uses right now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _answers(started: subprocess.Popen[bytes], port: int, request: bytes) -> bool:
    deadline = time.perf_counter() + _PATIENCE
    while time.perf_counter() < deadline and started.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE) as connection:
                connection.sendall(request)
                if connection.recv(65536).startswith(b"HTTP/1.1 200"):
                    return True
        except OSError:
            pass
        time.sleep(0.002)
    return False
