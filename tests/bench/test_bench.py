import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from itsme_facade.store.record import Record
from itsme_facade.store.steps import Insert
from tests.bench.bars import bars
from tests.bench.drawing import write_plots
from tests.bench.drops import Drop, drops
from tests.bench.logins.bars import login_bars
from tests.bench.logins.life import AnotherLife, Noted
from tests.bench.logins.measuring import SMALLEST as SMALLEST_LOGINS
from tests.bench.logins.measuring import measure_logins
from tests.bench.measuring import SMALLEST, measure
from tests.bench.page import page
from tests.bench.plots import FOLDER, plots
from tests.bench.sandbox.bars import sandbox_bars
from tests.bench.sandbox.load import Load, Order, WrongAnswer
from tests.bench.sandbox.measuring import SMALLEST as SMALLEST_SANDBOX
from tests.bench.sandbox.measuring import measure_sandbox
from tests.bench.sandbox.mocks import MOCKS
from tests.bench.sandbox.serving import served

pytestmark = pytest.mark.repository

HEADING = re.compile("##").match


@pytest.mark.timeout(300)  # some twenty processes, one after another
def test_a_small_run_fills_every_row_and_every_picture_of_the_page(tmp_path: Path) -> None:
    python = Path(sys.executable)
    found, of_sandbox = measure(SMALLEST, python), measure_sandbox(SMALLEST_SANDBOX, python)
    of_logins = measure_logins(SMALLEST_LOGINS, python)
    lines = page(found, of_sandbox, of_logins).splitlines()
    judged = bars(found) + sandbox_bars(of_sandbox) + login_bars(of_logins)
    assert (len(bars(found)), len(sandbox_bars(of_sandbox)), len(login_bars(of_logins))) == (5, 9, 10)
    for bar in judged:
        (row,) = (line for line in lines if line.startswith(f"| {bar.what} |"))
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert len(cells) == 5
        assert all(cells)
        assert any(character.isdigit() for character in cells[3])
    for name in SMALLEST_SANDBOX.servers:
        (row,) = (line for line in lines if line.startswith(f"| {MOCKS[name].told} |"))
        assert all(any(character.isdigit() for character in cell) for cell in row.strip("|").split("|")[1:])
    for title, number in (("By turns", 3), ("How many in flight", 4), ("Workers", 7), ("One at a time", 3)):
        told = lines[lines.index(f"### {title}") + 1 :]
        filled = [line for line in told[: told.index(next(filter(HEADING, told)))] if line.startswith("| ")][2:]
        assert len(filled) == number
        for row in filled:
            cells = [cell.strip() for cell in row.strip("|").split("|")[1:]]
            assert all(cell == "not measured" or any(map(str.isdigit, cell)) for cell in cells)
            assert any(map(str.isdigit, cells[0]))
    drawn = plots(found, of_sandbox, of_logins)
    write_plots(tmp_path / FOLDER, drawn)
    pictures = dict(re.findall(r"^!\[([^\]]+)\]\((.+)\)$", "\n".join(lines), re.MULTILINE))
    assert sorted(pictures.values()) == sorted(f"{FOLDER}/{path.name}" for path in (tmp_path / FOLDER).iterdir())
    assert len(pictures) == 5
    for words, path in pictures.items():
        (rows,) = ([row for panel in plot.panels for row in panel.rows] for plot in drawn if plot.words == words)
        assert all(f"{row.label} {row.text}" in words for row in rows)
        assert sum(row.judged is not None for row in rows) >= 1
        assert words.count(" the bar of ") == sum(row.judged is not None for row in rows)
        assert all(f">{row.label}</text>" in (tmp_path / path).read_text("utf-8") for row in rows)


def test_what_a_login_does_to_its_store_is_not_compared_with_another_life() -> None:
    with pytest.raises(AnotherLife, match="Insert, Insert"):
        Noted([Insert(Record(login_id="1"), 1.0), Insert(Record(login_id="2"), 1.0)]).kept()


def test_a_server_that_gives_another_answer_than_it_should_is_not_measured() -> None:
    python = Path(sys.executable)
    with served("starlette", python) as server:
        pair = MOCKS["starlette"].pair(server.port)
        order = Order(server.port, pair, connections=2, pairs=4, seconds=10)
        assert Load(order).run().pairs == 4
        with pytest.raises(WrongAnswer, match="Lucas"):
            Load(replace(order, pair=replace(pair, wanted="somebody else"))).run()


def test_the_lock_of_the_mocks_from_npm_pins_each_by_hash_and_names_no_registry() -> None:
    lock = json.loads((Path(__file__).parent / "npm" / "package-lock.json").read_text("utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert len(packages) > 100
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert not any("resolved" in package for package in packages.values())


def test_a_read_that_is_sent_again_in_secret_is_told_from_one_that_is_not() -> None:
    assert Drop(reads=2, ended="answer").hidden
    found = drops(Path(sys.executable), "async", ["httpx", "facade"])
    assert found["httpx"].reads == 1
    assert not found["httpx"].hidden
    assert found["facade"].ended == "Success, lost"
    assert not found["facade"].hidden
