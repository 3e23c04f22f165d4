"""An answer that no store took is on this machine's disk, sealed, for this user alone, until a store has taken it."""

import hashlib
import os
import stat
import threading
import time
from pathlib import Path

import pytest

from itsme_facade.errors import InvalidArguments
from itsme_facade.store.spool import Spool, Spooled
from tests.store.spooling import LOGIN, OTHER, child, contents, logins, put_at


def test_an_answer_comes_back_as_it_was_put(spool: Spool, folder: Path) -> None:
    sealed = bytes(range(256)) * 30
    spool.put(LOGIN, sealed, True)
    spool.put(OTHER, b"", False)
    assert contents(Spool(folder)) == [(LOGIN, sealed, True), (OTHER, b"", False)]


def test_an_answer_of_some_megabytes_comes_back_whole(spool: Spool) -> None:
    sealed = os.urandom(3 << 20)
    spool.put(LOGIN, sealed, True)
    (entry,) = spool.entries()
    assert hashlib.sha256(entry.sealed).digest() == hashlib.sha256(sealed).digest()


def test_two_answers_of_one_login_are_both_kept_in_the_order_they_came(spool: Spool) -> None:
    for number in range(5):
        spool.put(LOGIN, b"sealed %d" % number, number % 2 == 0)
        time.sleep(0.001)
    assert [sealed for _, sealed, _ in contents(spool)] == [b"sealed %d" % number for number in range(5)]


def test_answers_come_in_the_order_they_were_put_whoever_they_are_of(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_at(spool, monkeypatch, OTHER, 1)
    put_at(spool, monkeypatch, LOGIN, 2)
    put_at(spool, monkeypatch, OTHER, 16)
    assert logins(spool) == [OTHER, LOGIN, OTHER]


def test_answers_of_two_logins_may_be_put_in_the_same_microsecond(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_at(spool, monkeypatch, LOGIN, 1)
    put_at(spool, monkeypatch, OTHER, 1)
    assert sorted(logins(spool)) == [LOGIN, OTHER]


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


@pytest.mark.parametrize("mode", [0o700, 0o711, 0o755])
def test_a_folder_that_others_may_only_look_into_is_good_enough(tmp_path: Path, mode: int) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own").chmod(mode)
    Spool(tmp_path / "own").put(LOGIN, b"sealed", True)


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "own").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "own")
    with pytest.raises(InvalidArguments, match="not a link"):
        Spool(tmp_path / "link")
    for wrong in ("file", "file/below"):
        with pytest.raises(InvalidArguments, match="cannot be made"):
            Spool(tmp_path / wrong)


def test_a_spool_says_where_it_is_and_names_its_argument(tmp_path: Path) -> None:
    assert repr(Spool(tmp_path / "spool")) == f"Spool({str(tmp_path / 'spool')!r})"
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(InvalidArguments) as caught:
        Spool(tmp_path / "file" / "spool")
    assert [problem.argument for problem in caught.value.problems] == ["spool_dir"]


@pytest.mark.parametrize("login_id", ["", "../up", "a/b", "/etc/passwd", "UPPER", "a\0b", "a" * 65, ".hidden", "a-b"])
def test_an_id_that_could_lead_out_of_the_folder_is_refused(spool: Spool, folder: Path, login_id: str) -> None:
    with pytest.raises(InvalidArguments, match="login_id"):
        spool.put(login_id, b"sealed", True)
    assert list(folder.iterdir()) == []
    spool.remove(Spooled(login_id, b"", True, f"../{login_id}"))
    assert folder.exists()


def test_a_spool_takes_an_answer_of_a_login_and_of_nothing_else(tmp_path: Path) -> None:
    with pytest.raises(InvalidArguments) as caught:
        Spool(tmp_path / "spool").put("../out", b"sealed", bound=True)
    assert [problem.argument for problem in caught.value.problems] == ["login_id"]


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


def test_nothing_sealed_is_shown(spool: Spool) -> None:
    spool.put(LOGIN, b"do-not-show", True)
    assert "do-not-show" not in repr(spool.entries()) + repr(spool)
