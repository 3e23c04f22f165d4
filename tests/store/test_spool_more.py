"""The spool at its edges: in which order, after how long, how much, and what a disk that does not help is good for."""

from __future__ import annotations

import errno
import hashlib
import os
import time
from pathlib import Path
from typing import NoReturn

import pytest

from itsme_facade import InvalidArguments
from itsme_facade.errors import StoreUnavailable
from itsme_facade.store import spool as module
from itsme_facade.store.spool import Spool, _name

FIRST, SECOND = "0" * 26, "1" * 26
NOW = 1_800_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@pytest.fixture
def spool(folder: Path) -> Spool:
    return Spool(folder)


def logins(spool: Spool) -> list[str]:
    return [each.login_id for each in spool.entries()]


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


@pytest.mark.parametrize("mode", [0o700, 0o711, 0o755])
def test_a_folder_that_others_may_only_look_into_is_good_enough(tmp_path: Path, mode: int) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own").chmod(mode)
    Spool(tmp_path / "own").put(FIRST, b"sealed", True)


def test_answers_come_in_the_order_they_were_put_whoever_they_are_of(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_at(spool, monkeypatch, SECOND, 1)
    put_at(spool, monkeypatch, FIRST, 2)
    put_at(spool, monkeypatch, SECOND, 16)
    assert logins(spool) == [SECOND, FIRST, SECOND]


def test_answers_of_two_logins_may_be_put_in_the_same_microsecond(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_at(spool, monkeypatch, FIRST, 1)
    put_at(spool, monkeypatch, SECOND, 1)
    assert sorted(logins(spool)) == [FIRST, SECOND]


def test_an_answer_whose_writer_was_killed_has_its_place_in_the_order(
    spool: Spool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_at(spool, monkeypatch, SECOND, 1)
    (whole,) = folder.iterdir()
    part = whole.rename(folder / f".{whole.name}.part")
    put_at(spool, monkeypatch, FIRST, 2)
    aged(part, 61, monkeypatch)
    assert logins(spool) == [SECOND, FIRST]


def test_what_a_killed_writer_left_counts_from_a_minute_on_and_if_broken_lies_there_for_a_day(
    spool: Spool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool.put(FIRST, b"sealed", True)
    (whole,) = folder.iterdir()
    part = whole.rename(folder / f".{whole.name}.part")
    aged(part, 59, monkeypatch)
    assert logins(spool) == []
    aged(part, 60, monkeypatch)
    assert logins(spool) == [FIRST]
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

    spool.put(FIRST, b"sealed", True)
    broken = folder / f".{SECOND}-{0:016x}-00000000.part"
    broken.write_bytes(b"broken")
    aged(broken, 100_000, monkeypatch)
    monkeypatch.setattr(Path, "unlink", refused)
    assert logins(spool) == [FIRST]


def test_an_answer_of_some_megabytes_comes_back_whole(spool: Spool) -> None:
    sealed = os.urandom(3 << 20)
    spool.put(FIRST, sealed, True)
    (entry,) = spool.entries()
    assert hashlib.sha256(entry.sealed).digest() == hashlib.sha256(sealed).digest()


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
    spool.put(FIRST, b"sealed", True)
    (entry,) = spool.entries()
    spool.remove(entry)
    assert spool.entries() == []


def test_a_spool_says_where_it_is_and_names_its_argument(tmp_path: Path) -> None:
    assert repr(Spool(tmp_path / "spool")) == f"Spool({str(tmp_path / 'spool')!r})"
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(InvalidArguments) as caught:
        Spool(tmp_path / "file" / "spool")
    assert [problem.argument for problem in caught.value.problems] == ["spool_dir"]


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


def test_a_disk_that_takes_nothing_is_told_with_the_login_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    spool = Spool(tmp_path / "spool")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreUnavailable, match=f"{FIRST} \\(ENOSPC\\)") as caught:
        spool.put(FIRST, b"sealed", bound=True)
    assert "Make room" in caught.value.advice
    assert list((tmp_path / "spool").glob(".*.part")) == []


def test_a_spool_takes_an_answer_of_a_login_and_of_nothing_else(tmp_path: Path) -> None:
    with pytest.raises(InvalidArguments) as caught:
        Spool(tmp_path / "spool").put("../out", b"sealed", bound=True)
    assert [problem.argument for problem in caught.value.problems] == ["login_id"]
