"""What the tests of the spool do to it: put answers aside at a time, let files grow old, write in another process."""

import os
import subprocess
import time
from pathlib import Path

import pytest

from itsme_facade.store.spool import Spool
from tests.programs import python

LOGIN = "01jd0000000000000000000001"
OTHER = "01jd0000000000000000000002"
NOW = 1_800_000_000


def contents(spool: Spool) -> list[tuple[str, bytes, bool]]:
    """What is in it, without the names of the files."""
    return [(each.login_id, each.sealed, each.bound) for each in spool.entries()]


def logins(spool: Spool) -> list[str]:
    """Whose answers are in it, in the order in which they come."""
    return [each.login_id for each in spool.entries()]


def child(program: str, *arguments: object, limits: str = "") -> subprocess.CompletedProcess[str]:
    """Runs a program that has `spool`, `LOGIN` and `os`, in a process of its own."""
    begin = f"import os, signal, sys\nfrom itsme_facade.store.spool import Spool\n{limits}\n"
    begin += f"spool, LOGIN = Spool(sys.argv[1]), {LOGIN!r}\n"
    return python("-c", begin + program, *map(str, arguments))


def put_at(spool: Spool, monkeypatch: pytest.MonkeyPatch, login_id: str, microseconds: int) -> None:
    """Puts an answer aside at a time, with what is else random in a name always the same."""

    def same(_: int) -> str:
        return "00000000"

    with monkeypatch.context() as patch:
        patch.setattr(time, "time_ns", lambda: microseconds * 1_000)
        patch.setattr("secrets.token_hex", same)
        spool.put(login_id, b"sealed", True)


def aged(file: Path, seconds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stops the clock when a file is so old."""
    os.utime(file, (NOW - seconds, NOW - seconds))
    monkeypatch.setattr(time, "time", lambda: float(NOW))
