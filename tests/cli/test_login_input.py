"""What `itsme login` is given that is wrong or missing is named in two lines, and where it takes the token from."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from itsme_facade.sandbox import Sandbox
from tests.cli.command import EMMA, Terminal, itsme, two_lines


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
