"""What was found is drawn, said in words, and a bar that is missed shows."""

import datetime as dt
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.bench.drawing import LIGHT, svg, write_plots
from tests.bench.drops import Drop
from tests.bench.logins.callbacks import Crowd, Waits
from tests.bench.logins.measuring import LoginFindings
from tests.bench.logins.memory import OpenLogins
from tests.bench.logins.places import ENGINES
from tests.bench.logins.racing import Raced
from tests.bench.measuring import About, Findings
from tests.bench.plots import Plot, facade_plots, login_plots
from tests.bench.rounds import Rates
from tests.bench.starting import Starts

pytestmark = pytest.mark.repository

FILLED = re.compile(r"fill: var\(--(\w+)\)")


def found(facade: float) -> Findings:
    """The facade does `facade` times the calls of bare httpx; aiohttp does more, and re-sends."""
    rates = Rates({"httpx": [1000.0, 900.0], "facade": [1000 * facade, 1000 * facade], "aiohttp": [5000.0, 4000.0]})
    drops = {"httpx": Drop(1, "x"), "facade": Drop(2, "Success, lost"), "aiohttp": Drop(2, "answer")}
    times = {"httpx": [40.0], "facade": [30.0]}
    about = About(dt.datetime.now(dt.UTC), "here", "3", 0.0, {})
    return Findings(about, rates, drops, {1: rates, 100: rates}, drops, Starts(times, times, times, times, [20.0]))


def logins(whole: float, last: float) -> LoginFindings:
    """So many whole logins a second beside 1000 of each that they are made of; the crowd's last waits `last` ms."""
    rates = {"httpx": [1000.0]}
    for engine in ENGINES:
        rates |= {
            f"bare {engine}": [2000.0],
            f"turns {engine}": [700.0],
            f"store {engine}": [1500.0],
            f"login {engine}": [whole],
        }
    waits = Waits([100.0], [last], [700.0])
    raced = Raced(rates, {}, {})
    return LoginFindings({}, {1: raced}, {1: raced}, raced, waits, Crowd(1, 100, 1), OpenLogins(10, 1.0, 2.0))


def colours(plot: Plot) -> set[str]:
    return set(FILLED.findall(svg(plot)))


def test_a_missed_bar_shows_in_colour_and_in_words() -> None:
    met, missed = facade_plots(found(1.5))[0], facade_plots(found(0.5))[0]
    assert "the facade 1.58, clears the bar of ≥ 1.0" in met.words
    assert "the facade 0.53, misses the bar of ≥ 1.0" in missed.words
    assert "missed" not in colours(met)
    assert "ours" not in colours(missed)
    assert {"ours", "base", "peer"} <= colours(met)
    assert {"missed", "base", "peer"} <= colours(missed)
    assert "misses" not in svg(met)
    assert "0.53, misses ≥ 1.0</text>" in svg(missed)


def test_the_line_of_a_whole_login_is_where_the_bar_would_just_be_met() -> None:
    met, missed = login_plots(logins(600, 450))[0], login_plots(logins(400, 450))[0]
    for plot, cleared in ((met, True), (missed, False)):
        ours = [row for row in plot.panels[0].rows if row.kind == "ours"]
        assert len(ours) == len(ENGINES)
        assert [row.line for row in ours] == [pytest.approx(500)] * len(ENGINES)
        assert [row.missed for row in ours] == [not cleared] * len(ENGINES)


def test_a_crowd_that_waits_too_long_is_said_to() -> None:
    assert "99th percentile 450 ms: 4.50, clears the bar of ≤ 5" in login_plots(logins(600, 450))[1].words
    assert "99th percentile 700 ms: 7.00, misses the bar of ≤ 5" in login_plots(logins(600, 700))[1].words


def test_one_who_sends_a_read_again_in_secret_is_marked() -> None:
    labels = [row.label for row in facade_plots(found(1.5))[0].panels[0].rows]
    assert labels == ["bare httpx", "the facade", "aiohttp (re-sends)"]


def test_the_same_figures_make_the_same_picture_with_nothing_from_elsewhere(tmp_path: Path) -> None:
    first, second = ([svg(plot) for plot in facade_plots(found(1.5))] for _ in range(2))
    assert first == second
    for drawn in first:
        root = ET.fromstring(drawn)  # noqa: S314 - made here
        assert (root.get("role"), bool(root.get("aria-label"))) == ("img", True)
        assert not re.search(r"(?:href|src)=\"(?!#)|url\((?!#)|@import", drawn)
        assert str(dt.datetime.now(dt.UTC).year) not in drawn
        rest = drawn.partition("</style>")[2]
        assert not [colour for colour in LIGHT.values() if colour in rest]
    (tmp_path / "gone.svg").touch()
    write_plots(tmp_path, facade_plots(found(1.5)))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["awaiting.svg", "blocking.svg"]
