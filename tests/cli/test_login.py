"""`itsme login` and `itsme register` do a real one from the terminal, and give nothing away."""

import json
import re
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from itsme_facade.sandbox import Sandbox
from tests.cli.command import EMMA, IGNORES, at_a_terminal, itsme, read_address, running

CANCELS, FAILS, EXPIRES = (f"+3240000000{last}" for last in (2, 3, 4))


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


def test_a_terminal_counts_down_and_a_pipe_gets_plain_lines(there: dict[str, str]) -> None:
    code, seen = at_a_terminal("login", "--phone", IGNORES, "--timeout", "3", env=there)
    assert code == 3
    assert {"0:03", "0:02", "0:01"} <= set(re.findall(r"0:0\d", seen))
    ended = itsme("login", "--phone", IGNORES, "--timeout", "3", env=there)
    assert re.search(r"^Waiting for the person: 0:0\d left", ended.stderr, re.MULTILINE)
    assert "\x1b" not in ended.stderr
    assert len(ended.stderr.splitlines()) == 5
