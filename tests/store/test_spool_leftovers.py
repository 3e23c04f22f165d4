"""What else lies in the folder: what a killed writer left counts if it is whole, what is not its own is left alone."""

import os
import signal
import time
from pathlib import Path
from typing import NoReturn

import pytest

from itsme_facade.errors import StoreUnavailable
from itsme_facade.store.spool import Spool
from tests.store.spooling import LOGIN, OTHER, aged, child, contents, logins, put_at

KILL = """
really = os.fsync
def last_words(file):
    really(file)
    os.kill(os.getpid(), signal.SIGKILL)
os.fsync = last_words
spool.put(LOGIN, b"sealed", True)
"""


def test_a_writer_killed_between_writing_and_renaming_has_kept_it_all_the_same(spool: Spool, folder: Path) -> None:
    assert child(KILL, folder).returncode == -signal.SIGKILL
    [part] = folder.iterdir()
    assert part.suffix == ".part"
    assert contents(spool) == []  # its writer might be at work still
    minutes_ago = time.time() - 120
    os.utime(part, (minutes_ago, minutes_ago))
    assert contents(spool) == [(LOGIN, b"sealed", True)]
    spool.remove(LOGIN)
    assert list(folder.iterdir()) == []


def test_a_writer_killed_in_the_middle_leaves_nothing_that_counts(spool: Spool, folder: Path) -> None:
    program = """
really = os.write
def half(file, content):
    really(file, content[: len(content) // 2])
    os.kill(os.getpid(), signal.SIGKILL)
os.write = half
spool.put(LOGIN, b"sealed" * 100, True)
"""
    assert child(program, folder).returncode == -signal.SIGKILL
    [half] = folder.iterdir()
    for ago in (0, 120):
        os.utime(half, (time.time() - ago, time.time() - ago))
        assert contents(spool) == []
        assert half.exists()
    os.utime(half, (0, 0))
    assert contents(spool) == []
    assert not half.exists()


def test_an_answer_whose_writer_was_killed_has_its_place_in_the_order(
    spool: Spool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_at(spool, monkeypatch, OTHER, 1)
    (whole,) = folder.iterdir()
    part = whole.rename(folder / f".{whole.name}.part")
    put_at(spool, monkeypatch, LOGIN, 2)
    aged(part, 61, monkeypatch)
    assert logins(spool) == [OTHER, LOGIN]


def test_what_a_killed_writer_left_counts_from_a_minute_on_and_if_broken_lies_there_for_a_day(
    spool: Spool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool.put(LOGIN, b"sealed", True)
    (whole,) = folder.iterdir()
    part = whole.rename(folder / f".{whole.name}.part")
    aged(part, 59, monkeypatch)
    assert logins(spool) == []
    aged(part, 60, monkeypatch)
    assert logins(spool) == [LOGIN]
    part.write_bytes(b"broken")
    aged(part, 86_400, monkeypatch)
    assert logins(spool) == []
    assert part.exists()
    aged(part, 86_401, monkeypatch)
    assert logins(spool) == []
    assert not part.exists()


def test_what_is_broken_and_cannot_be_removed_keeps_nobody_from_their_own(
    spool: Spool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> NoReturn:
        raise PermissionError

    spool.put(LOGIN, b"sealed", True)
    broken = folder / f".{OTHER}-{0:016x}-00000000.part"
    broken.write_bytes(b"broken")
    aged(broken, 100_000, monkeypatch)
    monkeypatch.setattr(Path, "unlink", refused)
    assert logins(spool) == [LOGIN]


def test_what_is_not_its_own_is_left_alone(spool: Spool, folder: Path, tmp_path: Path) -> None:
    spool.put(LOGIN, b"sealed", True)
    [whole] = folder.iterdir()
    outside = tmp_path / "outside"
    outside.write_bytes(whole.read_bytes())
    times = [f"{number:016x}-00000000" for number in range(8)]
    (folder / f"{OTHER}-{times[0]}").symlink_to(outside)
    (folder / f"{OTHER}-{times[1]}").mkdir()
    os.mkfifo(folder / f"{OTHER}-{times[2]}")  # whoever opened it would wait for ever
    (folder / f"{OTHER}-{times[3]}").write_bytes(whole.read_bytes()[:-1])
    (folder / f"{OTHER}-{times[4]}").write_bytes(whole.read_bytes().replace(b"spool 1 1", b"spool 2 1"))
    (folder / f"{OTHER}-{times[5]}").write_bytes(b"")
    (folder / f"{OTHER}-{times[6]}").symlink_to(folder / "nowhere")
    for name in ("README", "lost+found", ".nfs0001", "-", "\n", f"{LOGIN}-{times[0]}.bak", "x" * 200):
        (folder / name).write_bytes(whole.read_bytes())
    before = sorted(file.name for file in folder.iterdir())
    assert contents(spool) == [(LOGIN, b"sealed", True)]
    spool.remove(OTHER)
    assert sorted(file.name for file in folder.iterdir()) == before


def test_a_link_laid_where_it_would_write_is_not_followed(
    spool: Spool, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def foreseen(_: int) -> str:
        return "00000000"

    monkeypatch.setattr(time, "time_ns", lambda: 1_000)
    monkeypatch.setattr("secrets.token_hex", foreseen)
    victim = tmp_path / "victim"
    victim.write_bytes(b"untouched")
    (folder / f".{LOGIN}-{1:016x}-00000000.part").symlink_to(victim)
    with pytest.raises(StoreUnavailable, match=r"EEXIST|ELOOP"):
        spool.put(LOGIN, b"sealed", True)
    assert victim.read_bytes() == b"untouched"
