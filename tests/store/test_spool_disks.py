"""A disk that fails, is full or goes away, or takes a little at a time: nothing half kept counts, and it is told."""

import errno
import os
import stat
from pathlib import Path
from typing import NoReturn

import pytest

from itsme_facade.errors import StoreUnavailable
from itsme_facade.store import spool as module
from itsme_facade.store.spool import Spool, _name
from tests.store.spooling import LOGIN, child, contents


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


def test_a_disk_that_takes_nothing_is_told_with_the_login_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    spool = Spool(tmp_path / "spool")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreUnavailable, match=f"{LOGIN} \\(ENOSPC\\)") as caught:
        spool.put(LOGIN, b"sealed", bound=True)
    assert "Make room" in caught.value.advice
    assert list((tmp_path / "spool").glob(".*.part")) == []


def test_a_disk_that_takes_a_little_at_a_time_gets_it_all(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    really = os.write

    def a_little(file: int, content: memoryview) -> int:
        return really(file, content[:7])

    monkeypatch.setattr(os, "write", a_little)
    spool.put(LOGIN, b"sealed" * 20, False)
    assert contents(spool) == [(LOGIN, b"sealed" * 20, False)]


def test_a_folder_that_has_gone_is_told(spool: Spool, folder: Path) -> None:
    folder.rmdir()
    for act in (spool.entries, lambda: spool.put(LOGIN, b"sealed", True)):
        with pytest.raises(StoreUnavailable, match="ENOENT"):
            act()


def test_a_folder_that_cannot_be_read_may_be_tried_again(spool: Spool, folder: Path) -> None:
    folder.rmdir()
    with pytest.raises(StoreUnavailable) as caught:
        spool.entries()
    assert caught.value.retry_safe is True


def test_where_a_folder_cannot_be_opened_as_on_windows_an_answer_is_kept_all_the_same(
    spool: Spool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = os.open

    class Windows:
        """Its `os`, as far as it is another one."""

        name = "nt"

        def __getattr__(self, name: str) -> object:
            return getattr(os, name)

        @staticmethod
        def open(path: Path, *arguments: int) -> int:
            if path == folder:
                raise PermissionError
            return really(path, *arguments)

    monkeypatch.setattr(module, "os", Windows())
    spool.put(LOGIN, b"sealed", True)
    (entry,) = spool.entries()
    spool.remove(entry)
    assert spool.entries() == []


@pytest.mark.parametrize(
    ("error", "named"),
    [
        (OSError(errno.ENOSPC, "full"), "ENOSPC"),
        (OSError(99_999, "odd"), "OSError"),
        (PermissionError(), "PermissionError"),
    ],
)
def test_what_a_disk_says_is_named_by_its_code_or_its_kind(error: OSError, named: str) -> None:
    assert _name(error) == named
