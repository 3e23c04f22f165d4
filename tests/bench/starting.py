"""What starting costs: imports, the first client and the second, the first answer, each time in a new process."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.bench.processes import ROOT, process, url_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

IMPORTS: Mapping[str, str] = {
    "httpx": "import httpx",
    "facade": "from itsme_facade import Itsme",
    "generated": "from cm_itsme_client.api.transactions import create_transaction, get_status",
    "httpx2": "import httpx2",
    "pybankid": "from bankid import BankIDClient",
    "stripe": "from stripe import StripeClient",
    "auth0": "from auth0.management import Auth0",
    "openai": "from openai import OpenAI",
}
CLIENTS: Mapping[str, str] = {
    "httpx": "httpx.Client()",
    "facade": "Itsme('00000000-0000-0000-0000-000000000000')",
}
_CONTENDERS = {"httpx": "Httpx", "facade": "Facade"}


@dataclass(frozen=True)
class Starts:
    """Milliseconds, round by round; only what the page shows is measured for both clients."""

    imports: dict[str, list[float]]
    first_client: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    second_client: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    first_answer: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    tls_context: list[float] = field(default_factory=list[float])


def starts(python: Path, names: Sequence[str], import_rounds: int, client_rounds: int) -> Starts:
    """Measures imports in `import_rounds`, the clients in `client_rounds`."""
    clients = list(CLIENTS)
    found = Starts(_empty(names), _empty(clients), _empty(clients), _empty(clients))
    for name in names:  # once before, so that compiled files are there and disks are warm
        milliseconds(python, IMPORTS[name])
    for number in range(import_rounds):
        for name in names if number % 2 else reversed(names):
            found.imports[name] += milliseconds(python, IMPORTS[name])
    with process(python, "tests.bench.server") as server:
        url = url_of(server)
        for _ in range(client_rounds):
            for name in clients:
                make = CLIENTS[name]
                _, first, second = milliseconds(python, IMPORTS[name], f"one = {make}", f"two = {make}")
                found.first_client[name].append(first)
                found.second_client[name].append(second)
                call = f"one = contenders.{_CONTENDERS[name]}({url!r}); one.status(one.create())"
                found.first_answer[name].append(milliseconds(python, "from tests.bench import contenders", call)[1])
            found.tls_context.append(milliseconds(python, "import httpx", "httpx.create_ssl_context()")[1])
    return found


def milliseconds(python: Path, *statements: str) -> list[float]:
    """How long each statement takes, one after another in one new process, net of starting Python."""
    lines = ["import time", "times = [time.perf_counter()]"]
    for statement in statements:
        lines += [statement, "times.append(time.perf_counter())"]
    lines.append("print([1000 * (after - before) for before, after in zip(times, times[1:])])")
    ended = subprocess.run(
        [python, "-c", "\n".join(lines)],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return list(json.loads(ended.stdout))


def _empty(names: Sequence[str]) -> dict[str, list[float]]:
    return {name: [] for name in names}
