"""The `itsme` command as a whole: help, wrong words, what is not installed."""

import pytest

from tests.cli.command import itsme, two_lines
from tests.programs import python


def test_help_names_every_subcommand() -> None:
    ended = itsme("--help")
    assert ended.returncode == 0
    for subcommand in ("login", "register", "status", "doctor", "people", "sandbox", "keys", "store"):
        assert f"\n  {subcommand}" in ended.stdout


@pytest.mark.parametrize("arguments", [(), ("keys",), ("store",)], ids=["itsme", "keys", "store"])
def test_without_a_word_it_helps(arguments: tuple[str, ...]) -> None:
    ended = itsme(*arguments)
    assert ended.returncode == 2
    assert "Usage: itsme" in ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("arguments", "named", "where"),
    [
        (("frob",), "frob", "itsme --help"),
        (("store", "frob"), "frob", "itsme store --help"),
        (("store", "purge", "--frob"), "--frob", "itsme store purge --help"),
        (("store", "sweep", "--limit", "0"), "--limit", "itsme store sweep --help"),
        (("keys", "new", "more"), "more", "itsme keys new --help"),
        (("sandbox", "--frob"), "--frob", "itsme sandbox --help"),
        (("login", "frob"), "frob", "itsme login --help"),
    ],
)
def test_a_wrong_word_gets_two_lines_and_the_code_2(arguments: tuple[str, ...], named: str, where: str) -> None:
    wrong, advice = two_lines(itsme(*arguments))
    assert named in wrong
    assert where in advice


@pytest.mark.parametrize("command", ["login", "register", "status"])
def test_an_option_that_is_there_to_be_refused_is_not_proposed(command: str) -> None:
    assert "'--token'" not in two_lines(itsme(command, "--tok", "x"))[0]


def test_a_password_typed_in_the_wrong_place_is_not_shown_again() -> None:
    ended = itsme("store", "stats", "postgresql://shop:geh@im:x@db/shop")
    assert "shop:***@db" in two_lines(ended)[0]
    assert "geh" not in ended.stderr


WITHOUT = """
import sys
hidden = sys.argv.pop(1)

class Hidden:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] == hidden:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Hidden)
from itsme_facade.cli import main
main()
"""


@pytest.mark.parametrize(
    ("hidden", "arguments", "extra"),
    [
        ("click", ["--help"], "cli"),
        ("cryptography", ["keys", "new"], "store"),
        ("cryptography", ["keys", "rotate"], "store"),
        ("sqlalchemy", ["store", "stats", "--url", "postgresql://host/shop"], "store"),
        ("psycopg", ["store", "stats", "--url", "postgresql://host/shop"], "postgres"),
        ("redis", ["store", "stats", "--url", "redis://host"], "redis"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value[:2]),
)
def test_what_is_not_installed_is_named_with_its_extra(hidden: str, arguments: list[str], extra: str) -> None:
    ended = python("-c", WITHOUT, hidden, *arguments, env={"ITSME_KEYS": "x"})
    assert ended.returncode == 1
    assert f"pip install 'itsme-facade[{extra}]'" in ended.stderr
    assert "Traceback" not in ended.stderr


ALONE = """
import sys
left_out = {"cryptography", "limits", "sqlalchemy", "starlette", "uvicorn", "jinja2", "msgspec", "redis", "django",
            "flask", "rich"}

class LeftOut:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in left_out:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, LeftOut)
from itsme_facade.cli import main
main()
"""


def test_logging_in_and_the_doctor_need_no_more_than_click(there: dict[str, str]) -> None:
    ended = python("-c", ALONE, "login", "--phone", "+32400000001", "--no-browser", env=there)
    assert (ended.returncode, ended.stdout.splitlines()[0]) == (0, "Identity")
    ended = python("-c", ALONE, "doctor", env=there)
    assert ended.returncode == 0
    assert "could not be looked at" not in ended.stdout
    ended = python("-c", ALONE, "doctor", env=there | {"ITSME_KEYS": "x", "ITSME_STORE_URL": "redis://127.0.0.1:9"})
    assert ended.stdout.count("pip install 'itsme-facade[") == 2
    ended = python("-c", ALONE, "people", env=there)
    assert (ended.returncode, "lucas" in ended.stdout) == (0, True)


def test_help_and_keys_load_no_store_and_no_server() -> None:
    program = (
        "import sys\nsys.argv = ['itsme', '--help']\nfrom itsme_facade.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = ('sqlalchemy', 'redis', 'starlette', 'uvicorn', 'cryptography', 'rich', 'httpx', 'django')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    assert python("-c", program).stdout.splitlines()[-1] == "[]"
