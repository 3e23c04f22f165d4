"""`itsme keys` makes and rotates keys, and shows no key but as its result."""

import json
from pathlib import Path

import pytest
from cryptography.fernet import Fernet, MultiFernet

from itsme_facade.store.sealing import Seal
from tests.cli.command import at_a_terminal, itsme, two_lines


def key() -> str:
    return Fernet.generate_key().decode()


def test_a_new_key_is_printed_alone_and_seals() -> None:
    one, other = itsme("keys", "new"), itsme("keys", "new")
    assert (one.returncode, one.stderr) == (0, "")
    assert one.stdout != other.stdout
    sealed = Seal(one.stdout).seal(b"x", login_id="a", purpose="answer")
    assert Seal(one.stdout).open(sealed, login_id="a", purpose="answer") == b"x"


def test_a_person_is_told_what_to_do_with_it() -> None:
    code, seen = at_a_terminal("keys", "new")
    assert code == 0
    assert "ITSME_KEYS" in seen


@pytest.mark.parametrize("where", ["environment", "file", "standard input"])
@pytest.mark.parametrize("between", [",", "\n", ", ", " "])
def test_rotating_puts_a_new_key_in_front_of_the_present_ones(where: str, between: str, tmp_path: Path) -> None:
    present = [key(), key()]
    text = between.join(present) + ("\n" if between == "\n" else "")
    match where:
        case "environment":
            ended = itsme("keys", "rotate", env={"ITSME_KEYS": text})
        case "file":
            (tmp_path / "keys").write_text(text, encoding="utf-8")
            ended = itsme("keys", "rotate", str(tmp_path / "keys"))
        case _:
            ended = itsme("keys", "rotate", "-", typed=text)
    assert (ended.returncode, ended.stderr) == (0, "")
    fresh, *rest = ended.stdout.strip().split(",")
    assert rest == present
    assert fresh not in present
    sealed = Fernet(present[1]).encrypt(b"x")
    assert MultiFernet([Fernet(each) for each in ended.stdout.strip().split(",")]).decrypt(sealed) == b"x"


def test_programs_get_the_keys_as_a_list() -> None:
    present = key()
    (fresh,) = json.loads(itsme("keys", "new", "--json").stdout)["keys"]
    newest, *rest = json.loads(itsme("keys", "rotate", "--json", env={"ITSME_KEYS": f"{fresh},{present}"}).stdout)[
        "keys"
    ]
    assert rest == [fresh, present]
    Seal(newest)


def test_old_keys_can_be_dropped() -> None:
    present = [key(), key(), key()]
    ended = itsme("keys", "rotate", "--keep", "1", env={"ITSME_KEYS": ",".join(present)})
    assert ended.stdout.strip().split(",")[1:] == present[:1]


def test_without_a_key_there_is_nothing_to_rotate() -> None:
    wrong, advice = two_lines(itsme("keys", "rotate"))
    assert wrong == "There is no key to rotate."
    assert "itsme keys new" in advice


def test_what_is_no_key_is_named_by_its_place_and_not_shown(tmp_path: Path) -> None:
    present = key()
    ended = itsme("keys", "rotate", env={"ITSME_KEYS": f"{present},geheim-en-kort"})
    wrong, _ = two_lines(ended)
    assert "key 2 of 2" in wrong
    assert present not in ended.stderr
    assert "geheim" not in ended.stderr
    (tmp_path / "keys").write_bytes(b"\xff\xfe\x00")
    assert "no text" in two_lines(itsme("keys", "rotate", str(tmp_path / "keys")))[0]


def test_a_key_typed_where_a_file_belongs_is_not_shown_again() -> None:
    typed = next(each for each in iter(key, "") if not each.startswith("-"))  # else it would be an option
    ended = itsme("keys", "rotate", typed)
    assert "No such file" in two_lines(ended)[0]
    assert typed not in ended.stderr
    assert typed[:-1] not in ended.stderr
