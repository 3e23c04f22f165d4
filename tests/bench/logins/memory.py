"""What open logins cost a process in memory: `python -m tests.bench.logins.memory PLACES STORE NUMBER` prints it."""

from __future__ import annotations

import gc
import json
import os
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from itsme_facade import Itsme
from itsme_facade.flow import Flow
from itsme_facade.store import MemoryStore, SqlStore, new_key
from tests.bench.contenders import REDIRECT_URL, SCOPES, TOKEN
from tests.bench.logins.places import Places
from tests.bench.processes import process
from tests.bench.sandbox.serving import resident

if TYPE_CHECKING:
    from pathlib import Path

    from itsme_facade.store.base import Store

_BEFORE = 200
"""Logins that are there before it is counted: they bring in whatever the first ones need."""


@dataclass(frozen=True)
class OpenLogins:
    """KiB of a process's memory for each login that is open: beyond its store, and with a store in memory."""

    number: int
    beyond_the_store: float
    with_the_store: float


def open_logins(python: Path, places: Places, number: int) -> OpenLogins:
    """Has a process for each kind of store start so many logins, which nobody finishes."""
    kib: list[float] = []
    for store in ("sqlite", "memory"):
        text = json.dumps(asdict(places))
        with process(python, "tests.bench.logins.memory", text, store, str(number)) as measured:
            kib.append(1024 * measured.line() / number)
    return OpenLogins(number, *kib)


def main(places: Places, kind: str, number: int) -> None:
    """Starts logins of different people at different addresses, each in a browser of its own."""
    store: Store = MemoryStore() if kind == "memory" else SqlStore(f"sqlite:///{places.sqlite}.open")
    flow = Flow(Itsme(TOKEN, base_url=places.sandbox), store, new_key(), REDIRECT_URL, _nobody, scopes=SCOPES)
    with flow:
        for each in range(-_BEFORE, 0):
            _start(flow, each)
        gc.collect()
        before = resident(os.getpid())
        for each in range(number):
            _start(flow, each)
        gc.collect()
        print(json.dumps(resident(os.getpid()) - before), flush=True)


def _start(flow: Flow, number: int) -> None:
    address = f"198.18.{number // 250 % 250}.{number % 250}"
    flow.start(phone_number=f"+3249{number % 10_000_000:07d}", next=f"/orders/{number}", locale="nl", address=address)


def _nobody(_identity: Any, _login_id: str) -> str:
    raise AssertionError("nobody comes back")


if __name__ == "__main__":
    main(Places(**json.loads(sys.argv[1])), sys.argv[2], int(sys.argv[3]))
