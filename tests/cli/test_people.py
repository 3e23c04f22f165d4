"""`itsme people` lists who can log in at the local sandbox."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from itsme_facade.sandbox import MAGIC, Person, Sandbox, default_people
from tests.cli.command import at_a_terminal, itsme, two_lines

NOWHERE = {"ITSME_BASE_URL": "http://127.0.0.1:9/itsme/v1"}


@pytest.fixture(scope="module")
def guarded() -> Iterator[Sandbox]:
    eva = Person(id="eva", phone_number="+352621123456", full_name="Eva", about="Is [bold]new[/bold] \x1b[2J here.")
    with Sandbox(people={"eva": eva}, control_token="geheim-en-lang-genoeg") as running:
        yield running


def test_it_asks_the_sandbox_that_the_environment_leads_to(sandbox: Sandbox, there: dict[str, str]) -> None:
    sandbox.person("lucas").phone.always("approve")
    found = json.loads(itsme("people", "--json", env=there).stdout)
    assert found["source"] == sandbox.control_url
    lucas = next(one for one in found["people"] if one["id"] == "lucas")
    assert (lucas["phone_number"], lucas["behaviour"]) == ("+32471234567", "approve")
    assert lucas["about"].startswith("Everything known")
    assert len(found["people"]) == len(default_people())
    assert [one["phone_number"] for one in found["magic_numbers"]] == [one.number for one in MAGIC.values()]


def test_it_asks_the_one_whose_address_is_given(guarded: Sandbox) -> None:
    ended = itsme("people", "--control-url", guarded.control_url, "--json")
    assert [one["id"] for one in json.loads(ended.stdout)["people"]] == ["eva"]


def test_if_none_runs_it_lists_those_who_come_with_it_and_says_so() -> None:
    ended = itsme("people", "--json", env=NOWHERE)
    assert ended.returncode == 0
    assert json.loads(ended.stdout)["source"] == "built in"
    assert "No sandbox answers at http://127.0.0.1:9/_sandbox." in ended.stderr


def test_the_built_in_people_and_made_up_ones_need_no_sandbox() -> None:
    ended = itsme("people", "--built-in", env=NOWHERE)
    assert (ended.returncode, ended.stderr) == (0, "")
    for one in default_people().values():
        assert f"\n{one.id} " in ended.stdout
        assert one.about in ended.stdout
    assert "+32400000001" in ended.stdout
    one, other = (json.loads(itsme("people", "--seed", "7", "--count", "3", "--json").stdout) for _ in range(2))
    assert one == other
    assert len(one["people"]) == 3


def test_at_a_terminal_what_somebody_is_called_commands_nothing(guarded: Sandbox) -> None:
    code, seen = at_a_terminal("people", "--control-url", guarded.control_url)
    assert code == 0
    assert "\x1b[2J" not in seen
    assert "[bold]new[/bold]" in seen
    assert "\x1b[2J" not in itsme("people", "--control-url", guarded.control_url).stdout


@pytest.mark.parametrize(
    ("arguments", "named", "code"),
    [
        (("--control-url", "http://127.0.0.1:9/_sandbox"), "No sandbox answers", 1),
        (("--control-url", "nonsense"), "no address", 2),
        (("--control-url", "http://[::1"), "no address", 2),
        (("--seed", "x"), "--seed", 2),
        (("--seed", "1", "--count", "0"), "--count", 2),
        (("lucas",), "lucas", 2),
    ],
)
def test_what_cannot_be_asked_gets_two_lines(arguments: tuple[str, ...], named: str, code: int) -> None:
    assert named in two_lines(itsme("people", *arguments), code)[0]


def test_what_is_no_sandbox_is_told(sandbox: Sandbox) -> None:
    assert "no local sandbox" in two_lines(itsme("people", "--control-url", sandbox.url + "/x"), code=1)[0]
    assert "no local sandbox" in two_lines(itsme("people", "--control-url", sandbox.api_url), code=1)[0]


def test_the_address_is_known_from_what_the_sandbox_prints(sandbox: Sandbox, tmp_path: Path) -> None:
    ended = itsme("people", "--control-url", f"{sandbox.control_url}/", "--json", cwd=tmp_path)
    assert json.loads(ended.stdout)["source"] == sandbox.control_url
