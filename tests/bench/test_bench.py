import sys
from pathlib import Path

import pytest

from tests.bench.bars import bars
from tests.bench.drops import Drop, drops
from tests.bench.measuring import SMALLEST, measure
from tests.bench.page import page

pytestmark = pytest.mark.repository


def test_a_small_run_fills_every_row_of_the_page() -> None:
    found = measure(SMALLEST, Path(sys.executable))
    text = page(found)
    for bar in bars(found):
        row = next(line for line in text.splitlines() if line.startswith(f"| {bar.what} |"))
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert len(cells) == 5
        assert all(cells)
        assert any(character.isdigit() for character in cells[3])
    assert len(bars(found)) == 5


def test_a_read_that_is_sent_again_in_secret_is_told_from_one_that_is_not() -> None:
    assert Drop(reads=2, ended="answer").hidden
    found = drops(Path(sys.executable), "async", ["httpx", "facade"])
    assert found["httpx"].reads == 1
    assert not found["httpx"].hidden
    assert found["facade"].ended == "Success, lost"
    assert not found["facade"].hidden
