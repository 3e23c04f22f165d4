"""`itsme status` takes the token in confidence, asks first, and keeps the answer before it shows anything."""

import json
import os
import re
import time
from pathlib import Path

import pytest

from itsme_facade import Itsme
from itsme_facade.commands.answer_file import AnswerFile
from itsme_facade.commands.saying import Failed
from itsme_facade.raw import RawAnswer
from itsme_facade.sandbox import Sandbox
from tests.cli.command import Terminal, itsme, two_lines

EMMA, REFUSES = "+32470000023", "+32470000020"


@pytest.fixture
def at(sandbox: Sandbox) -> dict[str, str]:
    return {"ITSME_BASE_URL": sandbox.api_url}


def token(sandbox: Sandbox, phone: str | None = EMMA) -> str:
    with Itsme(sandbox.token, base_url=sandbox.api_url) as client:
        started = client.login("https://shop.example/itsme/back", scopes=["profile"], phone_number=phone)
    return started.transaction_token


def test_the_token_comes_from_standard_input_and_the_answer_goes_to_a_file_of_ones_own(
    sandbox: Sandbox, at: dict[str, str], tmp_path: Path
) -> None:
    secret = token(sandbox)
    ended = itsme("status", "-", "--yes", "--json", env=at, typed=f"{secret}\n", cwd=tmp_path)
    assert ended.returncode == 0
    found = json.loads(ended.stdout)
    assert (found["status"], found["outcome"]) == ("success", "given")
    assert found["identity"]["name"]["full"] == "Emma Janssens"
    [kept] = tmp_path.iterdir()
    assert re.fullmatch(r"itsme-answer-\d{8}-\d{6}\.json", kept.name)
    assert found["raw"] == kept.name
    assert kept.name in ended.stderr
    assert kept.stat().st_mode & 0o777 == 0o600
    assert json.loads(kept.read_bytes())["name"]["fullName"] == "Emma Janssens"
    assert secret not in ended.stdout + ended.stderr + kept.read_text(encoding="utf-8")


def test_the_token_comes_from_a_file(sandbox: Sandbox, at: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "token").write_text(token(sandbox), encoding="utf-8")
    ended = itsme("status", "--file", str(tmp_path / "token"), "--yes", env=at, cwd=tmp_path)
    assert ended.returncode == 0
    assert re.search(r"^Name full +Emma Janssens$", ended.stdout, re.MULTILINE)
    assert "personal data" in ended.stderr


def test_the_token_comes_from_a_prompt_that_does_not_show_it(
    sandbox: Sandbox, at: dict[str, str], tmp_path: Path
) -> None:
    secret = token(sandbox)
    with Terminal("status", env=at, cwd=tmp_path) as terminal:
        terminal.see("Transaction token:")
        terminal.type(f"{secret}\n")
        terminal.see("[y/N]:")
        assert sandbox.transactions[-1].reads == 0
        terminal.type("y\n")
        code, seen = terminal.end()
    assert code == 0
    assert "Emma Janssens" in terminal.plain
    assert secret not in seen


def test_whoever_says_no_has_read_nothing(sandbox: Sandbox, at: dict[str, str], tmp_path: Path) -> None:
    secret = token(sandbox)
    with Terminal("status", env=at, cwd=tmp_path) as terminal:
        terminal.see("Transaction token:")
        terminal.type(f"{secret}\n")
        terminal.see("given out once")
        terminal.type("n\n")
        code, _ = terminal.end()
    assert code == 1
    assert "Nothing was read." in terminal.plain
    assert sandbox.transactions[-1].reads == 0
    assert list(tmp_path.iterdir()) == []


def test_with_nobody_to_ask_it_reads_nothing(sandbox: Sandbox, at: dict[str, str], tmp_path: Path) -> None:
    wrong, advice = two_lines(itsme("status", "-", env=at, typed=token(sandbox), cwd=tmp_path))
    assert "nobody to ask" in wrong
    assert "--yes" in advice
    assert sandbox.transactions[-1].reads == 0


def test_a_token_on_the_command_line_is_refused_and_not_shown_again(sandbox: Sandbox, at: dict[str, str]) -> None:
    secret = token(sandbox)
    for arguments in ((secret,), ("--token", secret), (f"--token={secret}",), ("-", secret), ("--yes", secret)):
        ended = itsme("status", *arguments, env=at)
        wrong, advice = two_lines(ended)
        assert "`ps` keep it" in wrong
        assert "--file" in advice
        assert secret not in ended.stderr
    assert sandbox.transactions[-1].reads == 0


@pytest.mark.parametrize(
    ("arguments", "typed", "named"),
    [
        (("-", "--yes"), "", "no transaction token"),
        (("-", "--yes"), "two words", "no transaction token"),
        (("-", "--yes"), "x" * 600, "no transaction token"),
        (("--yes",), "", "nobody to ask"),
        (("--yes", "--file", "/nowhere"), "", "No such file"),
        (("-", "--yes", "--file", "/nowhere"), "", "both say"),
        (("-", "--yes", "--base-url", "ftp://x"), "abc", "--base-url"),
    ],
)
def test_bad_input_gets_two_lines_and_2(
    arguments: tuple[str, ...], typed: str, named: str, at: dict[str, str], tmp_path: Path
) -> None:
    assert named in two_lines(itsme("status", *arguments, env=at, typed=typed, cwd=tmp_path))[0]
    assert list(tmp_path.iterdir()) == []


def test_a_file_for_the_answer_that_cannot_be_made_costs_nothing(
    sandbox: Sandbox, at: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "there").write_text("mine", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    secret = token(sandbox)
    for name in ("there", "link", "no/folder"):
        ended = itsme("status", "-", "--yes", "--raw", str(tmp_path / name), env=at, typed=secret)
        wrong, advice = two_lines(ended)
        assert "cannot be made" in wrong
        assert "Nothing was read" in advice
    assert (tmp_path / "there").read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "elsewhere").exists()
    assert sandbox.transactions[-1].reads == 0


def test_the_file_can_be_chosen(sandbox: Sandbox, at: dict[str, str], tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    assert itsme("status", "-", "--yes", "--raw", str(kept), env=at, typed=token(sandbox)).returncode == 0
    assert b"Emma" in kept.read_bytes()


def test_two_answers_of_one_second_have_files_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(time, "strftime", "itsme-answer-20260101-000000".format)
    for number in range(3):
        with AnswerFile() as file:
            file.keep(RawAnswer(b"%d" % number))
    assert sorted(path.read_text() for path in tmp_path.iterdir()) == ["0", "1", "2"]


def test_the_bytes_and_their_name_are_forced_to_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forced: list[bool] = []
    real = os.fsync

    def fsync(file: int) -> None:
        forced.append(os.path.isdir(f"/proc/self/fd/{file}"))  # noqa: PTH112 - a descriptor, not a path
        real(file)

    monkeypatch.setattr(os, "fsync", fsync)
    with AnswerFile(tmp_path / "kept") as file:
        assert file.keep(RawAnswer(b"{}"))
    assert forced == [False, True]


def test_a_disk_that_is_full_is_said(tmp_path: Path) -> None:
    with AnswerFile(tmp_path / "kept") as file:
        os.dup2(os.open("/dev/full", os.O_WRONLY), file._file)
        with pytest.raises(Failed, match="did not take the answer"):
            file.keep(RawAnswer(b"{}"))


def test_a_status_that_is_open_or_refused_gives_3(sandbox: Sandbox, at: dict[str, str], tmp_path: Path) -> None:
    ended = itsme("status", "-", "--yes", "--json", env=at, typed=token(sandbox, None), cwd=tmp_path)
    assert ended.returncode == 3
    assert json.loads(ended.stdout)["status"] == "open"
    ended = itsme("status", "-", "--yes", env=at, typed=token(sandbox, REFUSES), cwd=tmp_path)
    assert ended.returncode == 3
    assert "(cancelled)" in ended.stderr


def test_a_second_read_says_whether_data_is_gone_if_it_knows_what_was_asked(
    sandbox: Sandbox, at: dict[str, str], tmp_path: Path
) -> None:
    secret = token(sandbox)
    assert itsme("status", "-", "--yes", env=at, typed=secret, cwd=tmp_path).returncode == 0
    ended = itsme("status", "-", "--yes", env=at, typed=secret, cwd=tmp_path)
    assert ended.returncode == 0
    assert "perhaps none was asked for" in ended.stderr
    ended = itsme("status", "-", "--yes", "--scope", "profile", env=at, typed=secret, cwd=tmp_path)
    assert ended.returncode == 1
    assert "given out before" in ended.stderr


def test_an_answer_that_cannot_be_read_is_in_the_file(sandbox: Sandbox, at: dict[str, str], tmp_path: Path) -> None:
    secret = token(sandbox)
    sandbox.faults.next(call="status", body="malformed")
    ended = itsme("status", "-", "--yes", env=at, typed=secret, cwd=tmp_path)
    assert ended.returncode == 1
    [kept] = tmp_path.iterdir()
    assert b"Emma" in kept.read_bytes()
    assert "Emma" not in ended.stderr + ended.stdout


def test_an_api_that_is_away_gives_1_and_leaves_no_file(sandbox: Sandbox, tmp_path: Path) -> None:
    ended = itsme("status", "-", "--yes", "--base-url", "http://127.0.0.1:9/", typed=token(sandbox), cwd=tmp_path)
    assert "not reached" in two_lines(ended, code=1)[0]
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_does_not_cut_the_read_off(sandbox: Sandbox, at: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "token").write_text(token(sandbox), encoding="utf-8")
    sandbox.faults.next(call="status", delay=3)
    arguments = ("--file", str(tmp_path / "token"), "--raw", str(tmp_path / "kept"), "--yes")
    with Terminal("status", *arguments, env=at) as terminal:
        terminal.see("Reading the status")
        terminal.type("\x03")
        code, _ = terminal.end()
    assert code == 130
    assert "had been read already" in terminal.plain
    assert b"Emma" in (tmp_path / "kept").read_bytes()
