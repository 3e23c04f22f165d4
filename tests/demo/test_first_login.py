"""The main job, run as a person runs it."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

from tests.programs import python

MODULE = "itsme_facade.demo.first_login"
WITHOUT_RICH = "import runpy, sys; sys.modules['rich'] = sys.modules['rich.console'] = None; "
RUN = f"runpy.run_module({MODULE!r}, run_name='__main__', alter_sys=True)"


def identities(output: str) -> list[dict[str, str]]:
    """The tables, as labels and values."""
    parts = re.split(r"^(?:Register|Log in|What this shows).*$", output, flags=re.MULTILINE)[1:3]
    return [dict(re.findall(r"^  ([A-Z][\w -]*?)  +(\S.*?)\r?$", part, re.MULTILINE)) for part in parts]


def on_a_terminal(*command: str, env: dict[str, str]) -> tuple[int, str]:
    """Runs it with a pseudo-terminal as its output."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, *command],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env={**{k: v for k, v in os.environ.items() if k != "NO_COLOR"}, "TERM": "xterm-256color", **env},
    ) as process:
        os.close(theirs)
        chunks: list[bytes] = []
        while True:
            try:
                chunk = os.read(ours, 65536)
            except OSError:  # Linux says so when the other end is closed
                break
            if not chunk:
                break
            chunks.append(chunk)
        os.close(ours)
        return process.wait(timeout=30), b"".join(chunks).decode()


def test_it_registers_a_person_and_logs_the_same_person_in() -> None:
    ended = python("-W", "error", "-m", MODULE)
    assert (ended.returncode, ended.stderr) == (0, "")
    registered, logged_in = identities(ended.stdout)
    assert registered["Full name"] == "Lucas Maes"
    assert registered["Birth date"] == "1974-01-31"
    assert registered["Street"] == "Rue Neuve 1"
    assert registered["User id"] == logged_in["User id"]
    assert "The userId is the same both times" in ended.stdout


def test_the_login_shows_what_its_scopes_gave_and_nothing_else() -> None:
    ended = python("-m", MODULE)
    registered, logged_in = identities(ended.stdout)
    assert logged_in["E-mail address"] == registered["E-mail address"]
    assert set(registered) - set(logged_in) == {"Phone number", "Street", "Postal code", "City", "Country"}


def test_every_step_is_shown_with_the_time_it_took() -> None:
    ended = python("-m", MODULE)
    steps = re.findall(r"^  (\w.*?) +(\d+\.\d) ms$", ended.stdout, re.MULTILINE)
    words = [what.partition(" ")[0] for what, _ in steps]
    assert words == ["created", "opened", "wrote", "was", "asked"] * 2
    assert all(0 < float(milliseconds) < 30_000 for _, milliseconds in steps)


def test_it_says_what_a_second_read_gives() -> None:
    ended = python("-m", MODULE)
    last = ended.stdout.rstrip().splitlines()[-1]
    assert "Outcome.ALREADY_GIVEN" in last
    assert "once" in last


def test_no_transaction_token_is_shown() -> None:
    assert not re.search(r"[A-Za-z0-9]{64}", python("-m", MODULE).stdout)


def test_a_pipe_gets_plain_text() -> None:
    assert "\x1b" not in python("-m", MODULE).stdout


def test_a_terminal_gets_colour_and_the_same_words() -> None:
    code, output = on_a_terminal("-W", "error", "-m", MODULE, env={})
    assert code == 0
    assert "\x1b[1;36m" in output
    plain = re.sub(r"\x1b\[[0-9;]*m", "", output)
    registered, logged_in = identities(plain)
    assert registered["User id"] == logged_in["User id"]
    assert registered["Full name"] == "Lucas Maes"


def test_a_terminal_gets_plain_text_when_no_color_is_set() -> None:
    code, output = on_a_terminal("-m", MODULE, env={"NO_COLOR": "1"})
    assert code == 0
    assert "\x1b" not in output


def test_a_terminal_gets_plain_text_when_rich_is_not_installed() -> None:
    code, output = on_a_terminal("-c", WITHOUT_RICH + RUN, env={})
    assert code == 0, output
    assert "\x1b" not in output
    assert "Lucas Maes" in output


def test_somebody_with_an_odd_name_can_be_shown_on_a_console_that_lacks_the_letters() -> None:
    ended = python("-m", MODULE, "non-ascii", env={"PYTHONIOENCODING": "ascii"})
    assert ended.returncode == 0, ended.stderr
    assert "T?nka" in ended.stdout


def test_a_refusal_ends_with_exit_code_1_and_a_line_that_says_so() -> None:
    ended = python("-m", MODULE, "refuses")
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert "'cancelled'" in line
    assert "start again" in line


def test_somebody_who_never_answers_ends_it_without_waiting() -> None:
    ended = python("-m", MODULE, "never-comes-back")
    assert ended.returncode == 1
    assert "'expired'" in ended.stderr


def test_a_person_who_does_not_exist_gets_the_list_of_those_who_do() -> None:
    ended = python("-m", MODULE, "nobody")
    assert ended.returncode == 1
    assert "'nobody'" in ended.stderr
    assert "lucas" in ended.stderr


def test_without_the_sandbox_extra_it_says_what_to_install() -> None:
    ended = python("-c", "import runpy, sys; sys.modules['starlette'] = None; " + RUN)
    assert ended.returncode == 1
    assert "pip install 'itsme-facade[sandbox]'" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_it_works_away_from_the_repository(tmp_path: Path) -> None:
    ended = python("-m", MODULE, cwd=tmp_path, env={"HTTP_PROXY": "http://127.0.0.1:9", "NO_PROXY": ""})
    assert ended.returncode == 0, ended.stderr
    assert list(tmp_path.iterdir()) == []
