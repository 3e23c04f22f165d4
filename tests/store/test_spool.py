"""An answer that no store took is on this machine's disk, sealed, for this user alone, until a store has taken it."""

from __future__ import annotations

import os
import signal
import stat
import threading
import time
from typing import TYPE_CHECKING, NoReturn

import pytest

from itsme_facade.errors import InvalidArguments, StoreUnavailable
from itsme_facade.store.spool import Spool, Spooled
from tests.programs import python

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

LOGIN = "01jd0000000000000000000001"
OTHER = "01jd0000000000000000000002"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the spool is; not there yet."""
    return tmp_path / "var" / "spool"


@pytest.fixture
def spool(folder: Path) -> Spool:
    """An empty one."""
    return Spool(folder)


def contents(spool: Spool) -> list[tuple[str, bytes, bool]]:
    """What is in it, without the names of the files."""
    return [(each.login_id, each.sealed, each.bound) for each in spool.entries()]


def child(program: str, *arguments: object, limits: str = "") -> subprocess.CompletedProcess[str]:
    """Runs a program that has `spool`, `LOGIN` and `os`, in a process of its own."""
    begin = f"import os, signal, sys\nfrom itsme_facade.store.spool import Spool\n{limits}\n"
    begin += f"spool, LOGIN = Spool(sys.argv[1]), {LOGIN!r}\n"
    return python("-c", begin + program, *map(str, arguments))


def test_an_answer_comes_back_as_it_was_put(spool: Spool, folder: Path) -> None:
    sealed = bytes(range(256)) * 30
    spool.put(LOGIN, sealed, True)
    spool.put(OTHER, b"", False)
    assert contents(Spool(folder)) == [(LOGIN, sealed, True), (OTHER, b"", False)]


def test_two_answers_of_one_login_are_both_kept_in_the_order_they_came(spool: Spool) -> None:
    for number in range(5):
        spool.put(LOGIN, b"sealed %d" % number, number % 2 == 0)
        time.sleep(0.001)
    assert [sealed for _, sealed, _ in contents(spool)] == [b"sealed %d" % number for number in range(5)]


def test_an_entry_is_removed_alone_and_a_login_as_a_whole(spool: Spool) -> None:
    spool.put(LOGIN, b"first", False)
    entry = spool.entries()[0]
    spool.put(LOGIN, b"second", False)
    spool.put(OTHER, b"another", False)
    spool.remove(entry)
    spool.remove(entry)  # another process was faster
    assert {sealed for _, sealed, _ in contents(spool)} == {b"second", b"another"}
    spool.put(LOGIN, b"third", False)
    spool.remove(LOGIN)
    assert contents(spool) == [(OTHER, b"another", False)]
    spool.remove(LOGIN)


def test_only_this_user_may_read_and_nobody_else_write(folder: Path) -> None:
    before = os.umask(0)
    try:
        Spool(folder).put(LOGIN, b"sealed", True)
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()] == [0o600]


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702, 0o1777])
def test_a_folder_that_others_may_write_to_is_refused(tmp_path: Path, mode: int) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(mode)
    with pytest.raises(InvalidArguments, match="others may write"):
        Spool(shared)
    Spool(shared / "own").put(LOGIN, b"sealed", True)


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "own").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "own")
    with pytest.raises(InvalidArguments, match="not a link"):
        Spool(tmp_path / "link")
    for wrong in ("file", "file/below"):
        with pytest.raises(InvalidArguments, match="cannot be made"):
            Spool(tmp_path / wrong)


def test_file_and_folder_are_forced_to_disk_around_the_renaming(
    spool: Spool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, list[bool]]] = []
    really = os.fsync

    def counted(file: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(file).st_mode) else "file"
        if kind == "file":
            assert os.fstat(file).st_size > 64, "forced to disk before it was written"
        seen.append((kind, [name.name.startswith(".") for name in folder.iterdir()]))
        really(file)

    monkeypatch.setattr(os, "fsync", counted)
    spool.put(LOGIN, b"sealed", True)
    assert seen == [("file", [True]), ("folder", [False])]
    spool.remove(LOGIN)
    assert seen[2:] == [("folder", [])]


def test_a_disk_that_fails_at_the_last_moment_is_told(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: int) -> NoReturn:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(StoreUnavailable, match=f"answer of login {LOGIN} .EIO."):
        spool.put(LOGIN, b"sealed", True)
    assert contents(spool) == []


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


def test_a_full_disk_is_told_and_leaves_nothing_behind(spool: Spool, folder: Path) -> None:
    # A file that may not grow past a limit fails as a full disk does: partly written first, then with an error.
    limits = "import resource\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    limits += "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))"
    ended = child('spool.put(LOGIN, b"sealed-answer" * 1000, True)', folder, limits=limits)
    assert "StoreUnavailable" in ended.stderr
    assert f"did not take the answer of login {LOGIN} (EFBIG)" in ended.stderr
    assert "Make room on the disk" in ended.stderr
    assert list(folder.iterdir()) == []
    assert child('spool.put(LOGIN, b"small", True)', folder, limits=limits).returncode == 0
    assert contents(spool) == [(LOGIN, b"small", True)]


def test_a_disk_that_takes_a_little_at_a_time_gets_it_all(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    really = os.write

    def a_little(file: int, content: memoryview) -> int:
        return really(file, content[:7])

    monkeypatch.setattr(os, "write", a_little)
    spool.put(LOGIN, b"sealed" * 20, False)
    assert contents(spool) == [(LOGIN, b"sealed" * 20, False)]


@pytest.mark.parametrize("login_id", ["", "../up", "a/b", "/etc/passwd", "UPPER", "a\0b", "a" * 65, ".hidden", "a-b"])
def test_an_id_that_could_lead_out_of_the_folder_is_refused(spool: Spool, folder: Path, login_id: str) -> None:
    with pytest.raises(InvalidArguments, match="login_id"):
        spool.put(login_id, b"sealed", True)
    assert list(folder.iterdir()) == []
    spool.remove(Spooled(login_id, b"", True, f"../{login_id}"))
    assert folder.exists()


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


def test_several_processes_and_threads_share_it(spool: Spool, folder: Path) -> None:
    program = 'for number in range(50): spool.put(LOGIN, b"%d-%d" % (os.getpid(), number), True)'
    threads = [threading.Thread(target=child, args=(program, folder)) for _ in range(3)]
    for thread in threads:
        thread.start()
    taken: list[bytes] = []
    while any(thread.is_alive() for thread in threads) or spool.entries():
        for entry in spool.entries():
            spool.remove(entry)
            taken.append(entry.sealed)
    assert len(taken) == len(set(taken)) == 150


def test_a_folder_that_has_gone_is_told(spool: Spool, folder: Path) -> None:
    folder.rmdir()
    for act in (spool.entries, lambda: spool.put(LOGIN, b"sealed", True)):
        with pytest.raises(StoreUnavailable, match="ENOENT"):
            act()


def test_nothing_sealed_is_shown(spool: Spool) -> None:
    spool.put(LOGIN, b"do-not-show", True)
    assert "do-not-show" not in repr(spool.entries()) + repr(spool)
