"""`itsme login` and `itsme register` do a real one from the terminal, and give nothing away."""

import json
import re
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from itsme_facade.sandbox import Sandbox
from tests.cli.command import Terminal, at_a_terminal, itsme, read_address, running, two_lines
from tests.programs import python

APPROVES, CANCELS, FAILS, EXPIRES, IGNORES = (f"+3240000000{last}" for last in (1, 2, 3, 4, 5))
EMMA = "+32470000023"


def redirect_url(sandbox: Sandbox) -> str:
    """Where the latest transaction's browser is sent."""
    return sandbox.world.transactions()[-1].request.redirect_url


def secrets_of(sandbox: Sandbox) -> list[str]:
    """What nobody but the command and CM may know."""
    states = [parse_qs(urlsplit(each.request.redirect_url).query)["state"][0] for each in sandbox.world.transactions()]
    return [sandbox.token, *states, *(each.token for each in sandbox.world.transactions())]


def wait_for_first_read(sandbox: Sandbox) -> None:
    """Until the status has been asked for once; the next time is 2.5 seconds later."""
    while not sandbox.transactions or not sandbox.transactions[-1].reads:
        time.sleep(0.01)


@pytest.mark.parametrize("service", ["login", "register"])
def test_it_prints_who_it_was_as_a_table(service: str, sandbox: Sandbox, there: dict[str, str]) -> None:
    ended = itsme(service, "--phone", EMMA, "--scope", "profile", "--scope", "email", env=there)
    assert ended.returncode == 0
    rows = dict(re.split(r" {2,}", line) for line in ended.stdout.splitlines()[1:])
    assert rows["User id"] == sandbox.person("approves").user_id()
    assert (rows["Name full"], rows["Email address"]) == ("Emma Janssens", "emma.janssens@mail.example")
    [transaction] = sandbox.transactions
    assert (transaction.service, transaction.scopes) == (service, ("profile", "email"))


def test_with_json_standard_output_holds_one_document_and_nothing_else(there: dict[str, str]) -> None:
    ended = itsme("login", "--phone", EMMA, "--json", env=there)
    found = json.loads(ended.stdout)
    assert (found["status"], found["outcome"], found["service"]) == ("success", "given", "login")
    assert found["identity"]["name"]["full"] == "Emma Janssens"
    assert ended.stderr.startswith("Open this address in a browser:\nhttp://127.0.0.1:")


def test_what_the_screens_speak_and_which_api_is_asked_are_options(sandbox: Sandbox) -> None:
    env = {"ITSME_TOKEN": sandbox.token, "ITSME_ENVIRONMENT": "production"}
    ended = itsme("login", "--phone", EMMA, "--locale", "nl", "--base-url", sandbox.api_url, env=env)
    assert ended.returncode == 0
    assert sandbox.transactions[-1].locale == "nl"


@pytest.mark.parametrize(
    ("number", "word"), [(CANCELS, "cancelled"), (FAILS, "failure"), (EXPIRES, "expired")], ids=lambda value: value
)
def test_a_person_who_does_not_get_through_gives_two_lines_and_3(number: str, word: str, there: dict[str, str]) -> None:
    ended = itsme("login", "--phone", number, env=there)
    assert (ended.returncode, ended.stdout) == (3, "")
    wrong, advice = ended.stderr.splitlines()[-2:]
    assert f"({word})" in wrong
    assert "Start again" in advice
    ended = itsme("login", "--phone", number, "--json", env=there)
    assert ended.returncode == 3
    assert json.loads(ended.stdout) == {"status": word, "identity": None, "service": "login"}


def test_a_person_who_does_nothing_is_waited_for_as_long_as_was_asked(there: dict[str, str]) -> None:
    begun = time.monotonic()
    ended = itsme("login", "--phone", IGNORES, "--timeout", "2", "--json", env=there)
    assert 2 <= time.monotonic() - begun < 15
    assert ended.returncode == 3
    assert json.loads(ended.stdout)["status"] == "open"
    assert "within 2 seconds" in ended.stderr
    assert "Nothing was consumed" in ended.stderr


def test_the_browsers_return_is_noticed_at_once_and_the_page_says_where_to_go_on(
    sandbox: Sandbox, there: dict[str, str]
) -> None:
    with running("login", "--locale", "fr", "--scope", "email", "--json", env=there) as process:
        address = read_address(process)
        wait_for_first_read(sandbox)
        sandbox.person("lucas").phone.approve(address)
        page = httpx.get(redirect_url(sandbox), trust_env=False)
        back = time.monotonic()
        out, _ = process.communicate(timeout=30)
        assert time.monotonic() - back < 2
    assert page.status_code == 200
    assert "Vous pouvez retourner au terminal" in page.text
    assert json.loads(out)["identity"]["email_address"] == "lucas.maes@mail.example"
    assert sandbox.transactions[-1].given
    assert not [secret for secret in secrets_of(sandbox) if secret in page.text]


PERSON = """
import sys, time
import httpx
url = sys.argv[1]
with httpx.Client(follow_redirects=False, trust_env=False) as browser:
    from html.parser import HTMLParser
    from urllib.parse import urljoin
    class Fields(HTMLParser):
        def __init__(self, text):
            super().__init__()
            self.fields = {}
            self.feed(text)
        def handle_starttag(self, tag, attrs):
            found = dict(attrs)
            if tag == "input" and "name" in found:
                self.fields[found["name"]] = found.get("value") or ""
    page = browser.get(url)
    page = browser.post(url, data=Fields(page.text).fields | {"phoneNumber": "+32470000023"})
    for _ in range(100):
        if page.is_redirect and "/itsme/back" in page.headers["location"]:
            break
        time.sleep(0.1)
        page = browser.get(urljoin(url, page.headers.get("location", "")))
    open(sys.argv[2], "w").write(str(browser.get(page.headers["location"]).status_code))
"""


def test_it_opens_the_persons_browser_unless_told_not_to(there: dict[str, str], tmp_path: Path) -> None:
    script = tmp_path / "browser.py"
    script.write_text(PERSON, encoding="utf-8")
    env = there | {"BROWSER": f"{sys.executable} {script} %s {tmp_path / 'opened'}"}
    ended = itsme("login", "--json", "--timeout", "30", env=env)
    assert json.loads(ended.stdout)["identity"]["name"]["full"] == "Emma Janssens"
    while not (tmp_path / "opened").exists() or not (tmp_path / "opened").read_text():
        time.sleep(0.05)
    assert (tmp_path / "opened").read_text() == "200"
    (tmp_path / "opened").unlink()
    assert itsme("login", "--no-browser", "--timeout", "1", env=env).returncode == 3
    assert not (tmp_path / "opened").exists()


def test_no_secret_is_printed_or_on_any_command_line(sandbox: Sandbox, there: dict[str, str]) -> None:
    with running("login", "--scope", "profile", env=there) as process:
        address = read_address(process)
        seen = Path(f"/proc/{process.pid}/cmdline").read_bytes().decode()
        sandbox.person("lucas").phone.approve(address)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0
    known = secrets_of(sandbox)
    assert len(known) == 3
    assert not [secret for secret in known if secret in seen + out + err]


def test_the_token_comes_from_a_file_or_a_prompt_that_does_not_show_it(sandbox: Sandbox, tmp_path: Path) -> None:
    env = {"ITSME_BASE_URL": sandbox.api_url}
    (tmp_path / "token").write_text(f"{sandbox.token}\n", encoding="utf-8")
    assert itsme("login", "--phone", EMMA, "--token-file", str(tmp_path / "token"), env=env).returncode == 0
    assert itsme("login", "--phone", EMMA, "--token-file", "-", env=env, typed=sandbox.token).returncode == 0
    with Terminal("login", "--phone", EMMA, env=env) as terminal:
        terminal.see("API token:")
        terminal.type(f"{sandbox.token}\n")
        code, seen = terminal.end()
    assert code == 0
    assert "Emma Janssens" in seen
    assert sandbox.token not in seen


@pytest.mark.parametrize(
    ("arguments", "env", "named", "advice"),
    [
        ((), {"ITSME_TOKEN": ""}, "no API token", "--token-file"),
        (("--token", "5a0db0c5-0000-4000-8000-000000000001"), {}, "`ps`", "history"),
        (("--token-file", "/nowhere/token"), {}, "No such file", "path"),
        (("--token-file", "/dev/null"), {}, "no API token", "file"),
        ((), {"ITSME_TOKEN": "geheim"}, "ITSME_TOKEN: not a GUID", "Correct"),
        (("--base-url", "http://shop.example/"), {}, "--base-url: not https", "Correct"),
        ((), {"ITSME_BASE_URL": "ftp://x"}, "ITSME_BASE_URL: not https", "Correct"),
        (("--base-url", "https://x.example", "--environment", "sandbox"), {}, "not both", "Correct"),
        (("--phone", "0471234567"), {}, "--phone is not a number", "+32471234567"),
        (("--scope", "shoe-size"), {}, "--scope", "--help"),
        (("--locale", "es"), {}, "--locale", "--help"),
        (("--timeout", "0"), {}, "--timeout", "--help"),
        (("--port", "70000"), {}, "--port", "--help"),
    ],
)
def test_bad_input_gets_two_lines_and_2(
    arguments: tuple[str, ...], env: dict[str, str], named: str, advice: str, there: dict[str, str]
) -> None:
    ended = itsme("login", *arguments, env=there | env)
    wrong, what_to_do = two_lines(ended)
    assert named in wrong
    assert advice in what_to_do
    for typed in ("5a0db0c5", "geheim", "0471234567"):
        assert typed not in ended.stderr


def test_a_taken_port_is_told(sandbox: Sandbox, there: dict[str, str]) -> None:
    port = str(urlsplit(sandbox.url).port)
    assert port in two_lines(itsme("login", "--port", port, env=there))[0]
    assert sandbox.transactions == ()


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


def test_ctrl_c_while_waiting_says_that_nothing_was_consumed(sandbox: Sandbox, there: dict[str, str]) -> None:
    with Terminal("login", "--phone", IGNORES, env=there) as terminal:
        terminal.see("left (Ctrl-C stops)")
        time.sleep(0.7)  # between two reads
        terminal.type("\x03")
        code, _ = terminal.end()
    assert code == 130
    assert "Stopped. Nothing was consumed" in terminal.plain
    assert "Traceback" not in terminal.plain
    assert not sandbox.transactions[-1].given


def test_ctrl_c_does_not_cut_a_read_off_and_what_it_brings_is_shown(sandbox: Sandbox, there: dict[str, str]) -> None:
    sandbox.faults.next(call="status", delay=2.5)
    with Terminal("login", "--phone", EMMA, env=there) as terminal:
        terminal.see("left (Ctrl-C stops)")
        terminal.type("\x03")
        terminal.see("Finishing the read")
        code, _ = terminal.end()
    assert code == 130
    assert "Emma" in terminal.plain
    assert "just after the data had been given out" in terminal.plain


def test_a_second_ctrl_c_cuts_it_off_and_says_what_that_may_mean(sandbox: Sandbox, there: dict[str, str]) -> None:
    sandbox.faults.next(call="status", delay=5)
    with Terminal("login", "--phone", EMMA, env=there) as terminal:
        terminal.see("left (Ctrl-C stops)")
        terminal.type("\x03")
        terminal.see("Finishing the read")
        terminal.type("\x03")
        code, _ = terminal.end()
    assert code == 130
    assert "may have gone out" in terminal.plain


def test_ctrl_c_at_the_prompt_says_that_nothing_was_consumed(sandbox: Sandbox) -> None:
    with Terminal("login", env={"ITSME_BASE_URL": sandbox.api_url}) as terminal:
        terminal.see("API token:")
        terminal.type("\x03")
        code, _ = terminal.end()
    assert code == 130
    assert "Nothing was consumed" in terminal.plain


def test_a_terminal_counts_down_and_a_pipe_gets_plain_lines(there: dict[str, str]) -> None:
    code, seen = at_a_terminal("login", "--phone", IGNORES, "--timeout", "3", env=there)
    assert code == 3
    assert {"0:03", "0:02", "0:01"} <= set(re.findall(r"0:0\d", seen))
    ended = itsme("login", "--phone", IGNORES, "--timeout", "3", env=there)
    assert re.search(r"^Waiting for the person: 0:0\d left", ended.stderr, re.MULTILINE)
    assert "\x1b" not in ended.stderr
    assert len(ended.stderr.splitlines()) == 5
