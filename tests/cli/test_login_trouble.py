"""What goes wrong at the API while `itsme login` runs: told with what to do, or waited out; what came is kept."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from itsme_facade.sandbox import Sandbox
from tests.cli.command import EMMA, Terminal, itsme, two_lines
from tests.programs import python


def test_an_api_that_is_away_or_refuses_gives_1(sandbox: Sandbox, there: dict[str, str]) -> None:
    assert "not reached" in two_lines(itsme("login", env=there | {"ITSME_BASE_URL": "http://127.0.0.1:9/"}), code=1)[0]
    sandbox.faults.next(call="create", status=403, message="the token is not known")
    assert "the token is not known" in two_lines(itsme("login", env=there), code=1)[0]


APPLICATIONS = re.compile(r"`(message|raw|retry_safe)`|show the person|accept_loss")


@pytest.mark.parametrize("fault", [{"status": 403}, {"status": 500}, {"status": 418}, {"body": "malformed"}], ids=str)
def test_what_to_do_is_said_to_somebody_at_a_terminal_and_not_to_a_program(
    fault: dict[str, Any], sandbox: Sandbox, there: dict[str, str]
) -> None:
    sandbox.faults.next(call="create", **fault)
    wrong, advice = two_lines(itsme("login", env=there), code=1)
    assert not APPLICATIONS.search(wrong + advice)
    away = two_lines(itsme("login", env=there | {"ITSME_BASE_URL": "http://127.0.0.1:9/"}), code=1)[1]
    assert "itsme doctor" in away


def test_trouble_on_the_way_is_waited_out(sandbox: Sandbox, there: dict[str, str]) -> None:
    sandbox.faults.next(call="status", status=503)
    ended = itsme("login", "--phone", EMMA, "--json", env=there)
    assert json.loads(ended.stdout)["outcome"] == "given"


def test_data_that_a_broken_read_took_is_said_to_be_lost_and_what_came_of_it_is_kept(
    sandbox: Sandbox, there: dict[str, str], tmp_path: Path
) -> None:
    sandbox.faults.next(call="status", drop="within-answer")
    ended = itsme("login", "--phone", EMMA, env=there, cwd=tmp_path)
    assert ended.returncode == 1
    assert "lost on the way" in ended.stderr
    [kept] = tmp_path.iterdir()
    assert kept.name in ended.stderr
    assert kept.read_bytes().startswith(b'{"status":"success"')


def test_reads_that_all_broke_leave_a_doubt_that_is_told(sandbox: Sandbox, there: dict[str, str]) -> None:
    sandbox.faults.next(call="status", drop="instead-of-answer", times=100)
    ended = itsme("login", "--phone", EMMA, "--timeout", "1", env=there)
    assert ended.returncode == 1
    assert "may have gone out" in ended.stderr
    assert "Nothing was consumed" not in ended.stderr
    with Terminal("login", "--phone", EMMA, env=there) as terminal:
        terminal.see("does not answer just now")
        terminal.type("\x03")
        code, _ = terminal.end()
    assert code == 130
    assert "Stopped. A read broke" in terminal.plain
    sandbox.faults.clear()


def test_what_cannot_be_kept_here_is_kept_where_temporary_files_are(
    sandbox: Sandbox, there: dict[str, str], tmp_path: Path
) -> None:
    sandbox.faults.next(call="status", body="malformed")
    (tmp_path / "gone").mkdir()
    (tmp_path / "temporary").mkdir()
    program = f"import os; os.rmdir({str(tmp_path / 'gone')!r}); from itsme_facade.cli import main; main()"
    ended = python(
        "-P",  # as the installed command: without the folder that will be gone on the path of imports
        "-c",
        program,
        "login",
        "--phone",
        EMMA,
        cwd=tmp_path / "gone",
        env=there | {"TMPDIR": str(tmp_path / "temporary")},
    )
    assert ended.returncode == 1
    [kept] = (tmp_path / "temporary").rglob("*.json")
    assert str(kept) in ended.stderr
    assert b"Emma" in kept.read_bytes()


def test_an_answer_that_cannot_be_read_is_kept(sandbox: Sandbox, there: dict[str, str], tmp_path: Path) -> None:
    sandbox.faults.next(call="status", body="malformed")
    ended = itsme("login", "--phone", EMMA, env=there, cwd=tmp_path)
    assert ended.returncode == 1
    [kept] = tmp_path.iterdir()
    assert kept.name in ended.stderr
    assert kept.stat().st_mode & 0o777 == 0o600
    assert b"Emma" in kept.read_bytes()
    assert "Emma" not in ended.stderr + ended.stdout
