"""What starting costs: imports, the first client and the second, each time in a new process."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.bench.processes import ROOT

BASELINE = "import httpx"
FACADE = "from itsme_facade import Itsme"
IMPORTS: dict[str, str] = {
    "httpx": BASELINE,
    "facade": FACADE,
    "generated": (
        "from cm_itsme_client import Client; from cm_itsme_client.api.transactions import create_transaction, get_status"
    ),
    "pybankid": "from bankid import BankIDClient",
    "stripe": "from stripe import StripeClient",
    "openai": "from openai import OpenAI",
    "auth0": "from auth0.management import Auth0",
    "httpx2": "import httpx2",
}

CLIENTS: dict[str, tuple[str, str]] = {
    "facade": (FACADE, "Itsme('00000000-0000-0000-0000-000000000000')"),
    "httpx": (BASELINE, "httpx.Client()"),
}


def milliseconds(python: Path, *statements: str) -> list[float]:
    """How long each statement takes, one after another in one new process, net of starting Python."""
    lines = ["import time", "times = [time.perf_counter()]"]
    for statement in statements:
        lines += [statement, "times.append(time.perf_counter())"]
    lines.append("print([1000 * (after - before) for before, after in zip(times, times[1:])])")
    ended = subprocess.run(
        [python, "-c", "\n".join(lines)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": ""},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    return list(json.loads(ended.stdout))


def import_times(python: Path, names: Sequence[str], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each import, round by round; a round before them leaves compiled files and warm disks."""
    times: dict[str, list[float]] = {name: [] for name in names}
    for number in range(-1, rounds):
        for name in names if number % 2 else reversed(names):
            (spent,) = milliseconds(python, IMPORTS[name])
            if number >= 0:
                times[name].append(spent)
    return times


def client_times(python: Path, rounds: int) -> Mapping[str, tuple[list[float], list[float]]]:
    """Milliseconds of the first client in a process and of the second, round by round."""
    times: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in CLIENTS}
    for _ in range(rounds):
        for name, (import_it, make) in CLIENTS.items():
            _, first, second = milliseconds(python, import_it, f"one = {make}", f"two = {make}")
            times[name][0].append(first)
            times[name][1].append(second)
    return times
