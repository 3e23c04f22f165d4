"""`itsme store` looks into a store, sweeps it and empties it."""

import json
import re
from pathlib import Path

import pytest

from itsme_facade.store import Lives, SqlStore
from itsme_facade.store.record import Phase, Record
from tests.cli.command import at_a_terminal, itsme, said_beside, two_lines

LOGIN = "01jd00000000000000000000a"


def login(place: int) -> str:
    return f"{LOGIN}{place}"


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A SQLite store with a login that has only begun, one with an identity to deliver, and two that are over."""
    url = f"sqlite:///{tmp_path / 'logins.db'}"
    with SqlStore(url) as store:
        for place in (1, 2):
            store.add(Record(login_id=login(place)))
        store.claim(login(2), bound=True)
        store.capture(login(2), b"sealed", bound=True)
    over = SqlStore(url)
    over.lives = Lives(open=0.0, undelivered=0.0, finished=0.0)
    with over:
        over.add(Record(login_id=login(3)))
        with SqlStore(url) as store:
            store.add(Record(login_id=login(4)))
            store.claim(login(4), bound=True)
        over.capture(login(4), b"sealed", bound=True)
    return url


def test_stats_count_by_phase_in_plain_lines_where_nobody_looks(url: str) -> None:
    ended = itsme("store", "stats", "--url", url)
    assert (ended.returncode, said_beside(ended)) == (0, [])
    rows = dict(re.split(r" {2,}", line) for line in ended.stdout.splitlines()[1:])
    assert rows["Started"] == "2"
    assert rows["Captured"] == "2"
    assert rows["Delivered"] == "0"
    assert (rows["Overdue"], rows["Expired"]) == ("1", "2")
    assert "\x1b" not in ended.stdout


def test_stats_as_json_hold_every_phase(url: str) -> None:
    found = json.loads(itsme("store", "stats", "--json", env={"ITSME_STORE_URL": url}).stdout)
    assert {phase.value for phase in Phase} | {"overdue", "expired", "oldest_seconds"} == set(found)
    assert (found["started"], found["captured"], found["overdue"], found["expired"]) == (2, 2, 1, 2)
    assert 0 <= found["oldest_seconds"] < 60


def test_at_a_terminal_stats_are_a_table_in_colour_unless_no_color_is_set(url: str) -> None:
    code, seen = at_a_terminal("store", "stats", "--url", url)
    assert code == 0
    assert "Unfinished logins" in seen
    assert "\x1b[" in seen
    code, seen = at_a_terminal("store", "stats", "--url", url, env={"NO_COLOR": "1"})
    assert code == 0
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", seen)


def test_sweep_erases_what_is_over_and_names_what_waits_for_the_application(url: str) -> None:
    ended = itsme("store", "sweep", "--url", url, "--json")
    assert json.loads(ended.stdout) == {"erased": 2, "erased_with_identity": [login(4)], "due": [login(2)]}
    again = itsme("store", "sweep", "--url", url)
    assert "Erased                0" in again.stdout
    assert "--app" in again.stderr
    with SqlStore(url) as store:
        assert store.look(login(2)).record is not None


def test_purge_asks_first_and_says_what_would_be_gone(url: str) -> None:
    code, seen = at_a_terminal("store", "purge", "--url", url, typed="n\n")
    assert code == 1
    assert "Logins there: 4, with an identity nobody has taken: 2." in seen
    assert "Nothing was erased." in seen
    code, seen = at_a_terminal("store", "purge", "--url", url, typed="y\n")
    assert code == 0
    assert json.loads(itsme("store", "stats", "--url", url, "--json").stdout)["started"] == 0


def test_purge_erases_without_asking_when_told_yes(url: str) -> None:
    ended = itsme("store", "purge", "--url", url, "--yes", "--json")
    assert json.loads(ended.stdout) == {"erased": 4}


def test_purge_without_anybody_to_ask_does_nothing(url: str) -> None:
    wrong, advice = two_lines(itsme("store", "purge", "--url", url))
    assert "nobody to ask" in wrong
    assert "--yes" in advice
    assert json.loads(itsme("store", "stats", "--url", url, "--json").stdout)["started"] == 2


@pytest.mark.parametrize(("age", "erased"), [("1h", 0), ("2d", 0), ("90m", 0), ("0s", 4), ("0", 4)])
def test_purge_spares_what_is_younger(url: str, age: str, erased: int) -> None:
    ended = itsme("store", "purge", "--url", url, "--yes", "--json", "--older-than", age)
    assert json.loads(ended.stdout) == {"erased": erased}


@pytest.mark.parametrize("age", ["never", "-1h", "1w", "1.5h", "", "9" * 30])
def test_an_age_that_cannot_be_read_is_refused(url: str, age: str) -> None:
    wrong, advice = two_lines(itsme("store", "purge", "--url", url, "--yes", f"--older-than={age}"))
    assert "--older-than" in wrong
    assert "30m" in advice
    assert json.loads(itsme("store", "stats", "--url", url, "--json").stdout)["started"] == 2


def test_another_applications_logins_are_not_touched(url: str) -> None:
    with SqlStore(url, prefix="bank_") as store:
        store.add(Record(login_id=login(5)))
    ended = itsme("store", "purge", "--url", url, "--prefix", "bank_", "--yes", "--json")
    assert json.loads(ended.stdout) == {"erased": 1}
    assert json.loads(itsme("store", "stats", "--url", url, "--json").stdout)["started"] == 2


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("", "No store is named."),
        ("memory:", "memory store"),
        ("sqlite:////nowhere/logins.db", "no such SQLite file"),
        ("mysql://shop:geheim@db/shop", "supported"),
        ("shop:geheim@db", "supported"),
    ],
)
def test_a_store_that_cannot_be_looked_into_gets_two_lines(url: str, named: str) -> None:
    ended = itsme("store", "stats", env={"ITSME_STORE_URL": url})
    wrong, advice = two_lines(ended)
    assert named in wrong
    assert advice
    assert "geheim" not in ended.stderr


@pytest.mark.parametrize("url", ["postgresql://shop:geheim@127.0.0.1:9/shop", "redis://:geheim@127.0.0.1:9/0"])
def test_a_store_that_is_down_is_said_without_its_password(url: str) -> None:
    ended = itsme("store", "stats", "--url", url)
    two_lines(ended, code=1)
    assert "geheim" not in ended.stderr


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "logins.db").write_text("these are no logins" * 100, encoding="utf-8")
    two_lines(itsme("store", "stats", "--url", f"sqlite:///{tmp_path / 'logins.db'}"), code=1)
