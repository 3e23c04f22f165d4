"""Servers within a test's own process: how long it takes to start one, to make it as new, and to stop it.

`python -m tests.bench.sandbox.in_process NAME` does it once and prints an `InProcess` as JSON. Importing is not in it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from tests.bench.contenders import BODY
from tests.bench.processes import ROOT
from tests.bench.sandbox import mocks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_TRANSACTIONS = 100
_CREATE = ("POST", "/itsme/v1/transactions", json.dumps(BODY))


@dataclass(frozen=True)
class InProcess:
    """Milliseconds; there is no `reset` where there is none to call."""

    start: float
    stop: float
    reset: float | None


class Subject(Protocol):
    """A server in a thread of this process. Made before the clock starts, with everything imported."""

    first: ClassVar[tuple[str, ...]]
    """The first request: method, path, and JSON for the body if there is one."""

    def start(self) -> int:
        """Starts it; returns its port."""
        ...

    def stop(self) -> None:
        """Stops it; when this returns, it is gone."""
        ...


class Resettable(Subject, Protocol):
    """One that can be made as new."""

    def use(self) -> None:
        """Gives it something to forget."""
        ...

    def reset(self) -> None:
        """Makes it as new."""
        ...


class Sandbox:
    first: ClassVar[tuple[str, ...]] = _CREATE

    def __init__(self) -> None:
        self._make: Any = import_module("itsme_facade.sandbox").Sandbox

    def start(self) -> int:
        self._sandbox = self._make().start()
        return int(self._sandbox.url.rpartition(":")[2])

    def use(self) -> None:
        port = int(self._sandbox.url.rpartition(":")[2])
        for _ in range(_TRANSACTIONS):
            mocks.ask(port, *_CREATE)

    def reset(self) -> None:
        self._sandbox.reset()

    def stop(self) -> None:
        self._sandbox.stop()


class Uvicorn:
    first: ClassVar[tuple[str, ...]] = _CREATE

    def __init__(self) -> None:
        self._uvicorn: Any = import_module("uvicorn")
        self._make_app: Any = import_module("tests.bench.sandbox.bare_starlette").make_app

    def start(self) -> int:
        config = self._uvicorn.Config(self._make_app(), port=0, http="h11", loop="asyncio", log_level="warning")
        self._server = self._uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.0005)
        return int(self._server.servers[0].sockets[0].getsockname()[1])

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()


class Moto:
    first: ClassVar[tuple[str, ...]] = ("GET", "/moto-api/data.json")

    def __init__(self) -> None:
        self._make: Any = import_module("moto.server").ThreadedMotoServer

    def start(self) -> int:
        self._server = self._make(ip_address="127.0.0.1", port=0, verbose=False)
        self._server.start()
        self._port = int(self._server.get_host_and_port()[1])
        return self._port

    def use(self) -> None:
        mocks.ask(self._port, "PUT", "/bench", headers=mocks.SIGNED)
        for number in range(_TRANSACTIONS):
            mocks.ask(self._port, "PUT", f"/bench/{number}", json.dumps(BODY), headers=mocks.SIGNED)

    def reset(self) -> None:
        mocks.ask(self._port, "POST", "/moto-api/reset")

    def stop(self) -> None:
        self._server.stop()


class OidcProviderMock:
    first: ClassVar[tuple[str, ...]] = ("GET", "/.well-known/openid-configuration")

    def __init__(self) -> None:
        self._run: Any = import_module("oidc_provider_mock").run_server_in_thread

    def start(self) -> int:
        self._running = self._run(port=0)
        return int(self._running.__enter__().server_port)

    def stop(self) -> None:
        self._running.__exit__(None, None, None)


SUBJECTS: dict[str, type[Subject]] = {
    "sandbox": Sandbox,
    "uvicorn": Uvicorn,
    "moto": Moto,
    "oidc-provider-mock": OidcProviderMock,
}


def in_process(python: Path, names: Sequence[str], rounds: int) -> dict[str, list[InProcess]]:
    """Measures each in each round, every time in a new process."""
    found: dict[str, list[InProcess]] = {name: [] for name in names}
    for number in range(rounds):
        for name in names if number % 2 else reversed(names):
            ended = subprocess.run(
                [python, "-m", "tests.bench.sandbox.in_process", name],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                check=True,
            )
            found[name].append(InProcess(**json.loads(ended.stdout.splitlines()[-1])))
    return found


def measure(subject: Subject) -> InProcess:
    """Starts it, has it answer, makes it as new if that can be done, and stops it."""
    begun = time.perf_counter()
    port = subject.start()
    mocks.ask(port, *subject.first)
    started = time.perf_counter()
    reset = _reset(subject)
    stopping = time.perf_counter()
    subject.stop()
    return InProcess(_milliseconds(begun, started), _milliseconds(stopping, time.perf_counter()), reset)


def _reset(subject: Any) -> float | None:
    if not hasattr(subject, "reset"):
        return None
    subject.use()
    begun = time.perf_counter()
    subject.reset()
    return _milliseconds(begun, time.perf_counter())


def _milliseconds(begun: float, ended: float) -> float:
    return 1000 * (ended - begun)


if __name__ == "__main__":
    print(json.dumps(asdict(measure(SUBJECTS[sys.argv[1]]()))))
