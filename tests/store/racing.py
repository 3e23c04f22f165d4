"""Processes that try to take the same steps at once: `tests.store.worker`, and what speaks as it does."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

from itsme_facade.store import Phase
from itsme_facade.store.base import Store
from tests.store.logins import started, there

WORKERS = 8
IDS = [f"login{number}" for number in range(5)]


@contextmanager
def workers(module: str, *arguments: str, **variables: str) -> Generator[list[subprocess.Popen[str]]]:
    """Processes that all begin to open the store at once."""
    command = [sys.executable, "-m", module, *arguments, *IDS]
    pipe, environment = subprocess.PIPE, {**os.environ, **variables}
    processes = [
        subprocess.Popen(command, text=True, stdin=pipe, stdout=pipe, stderr=pipe, env=environment)
        for _ in range(WORKERS)
    ]
    try:
        yield processes
    finally:
        for worker in processes:
            worker.kill()
            worker.communicate()


def one_takes_each_step(processes: list[subprocess.Popen[str]], opened: Callable[[], Store]) -> None:
    """Lets them go when all are ready. The store that logins are put in is opened here, after all of theirs."""
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()[1]
    store = opened()
    for login_id in IDS:
        started(store, login_id=login_id)
    got: list[list[list[bool]]] = []
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        got.append(json.loads(out))
    for number, login_id in enumerate(IDS):
        taken = [worker[number] for worker in got]
        assert [sum(step) for step in zip(*taken, strict=True)] == [1, 1, 1, 1]
        assert (there(store, login_id).phase, there(store, login_id).version) == (Phase.DELIVERED, 5)
