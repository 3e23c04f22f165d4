"""Counting in memory: as the `limits` library's own counters do, without their thread, and without growing for ever."""

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from itsme_facade.flow.counters import Counters

BEGUN = 1_800_000_000.0


class Now:
    """A clock that stands still until it is told to go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = BEGUN
        monkeypatch.setattr(time, "time", lambda: self.now)


@given(
    hits=st.lists(st.tuples(st.floats(0, 50), st.integers(0, 2)), max_size=60),
    limit=st.integers(1, 8),
)
def test_the_same_starts_are_let_through_as_by_the_librarys_own(hits: list[tuple[float, int]], limit: int) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        theirs = MemoryStorage()
        theirs.timer.join()
        clock = Now(monkeypatch)
        monkeypatch.setattr(theirs, "_MemoryStorage__schedule_expiry", lambda: None)
        item = RateLimitItemPerMinute(limit)
        both = [SlidingWindowCounterRateLimiter(storage) for storage in (Counters(), theirs)]
        for later, who in hits:
            clock.now += later
            ours, own = (limiter.hit(item, str(who)) for limiter in both)
            assert ours == own
            ours_known, own_known = (limiter.get_window_stats(item, str(who)) for limiter in both)
            assert ours_known.remaining == own_known.remaining
            assert ours_known.reset_time == pytest.approx(own_known.reset_time)


def test_what_is_over_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, counters = Now(monkeypatch), Counters()
    for number in range(50_000):
        clock.now += 0.1
        assert counters.acquire_sliding_window_entry(f"starts/{number}", 1, 60)
    # Two minutes are 1,200 of them; twice that many may pile up before anybody looks.
    assert len(counters.storage) <= 2_400


def test_a_clock_that_is_put_back_lets_nobody_start_more(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, counters = Now(monkeypatch), Counters()
    assert counters.acquire_sliding_window_entry("starts", 1, 60)
    clock.now -= 90
    assert not counters.acquire_sliding_window_entry("starts", 1, 60)


def test_one_can_be_forgotten_and_all_can() -> None:
    counters = Counters()
    for who in ("a", "b"):
        assert counters.acquire_sliding_window_entry(who, 1, 60)
        assert not counters.acquire_sliding_window_entry(who, 1, 60)
    counters.clear_sliding_window("a", 60)
    assert counters.acquire_sliding_window_entry("a", 1, 60)
    assert counters.reset() == 2
    assert counters.acquire_sliding_window_entry("b", 1, 60)
    assert counters.check()


def test_it_starts_no_thread() -> None:
    before = threading.active_count()
    counters = Counters()
    for number in range(100):
        counters.acquire_sliding_window_entry(str(number), 1, 60)
    assert threading.active_count() == before


def test_what_was_counted_long_ago_counts_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, counters = Now(monkeypatch), Counters()
    assert counters.acquire_sliding_window_entry("starts", 1, 60)
    clock.now += 600
    assert counters.get_sliding_window("starts", 60) == (0, 0.0, 0, 120.0)
    assert counters.acquire_sliding_window_entry("starts", 1, 60)


def test_a_window_says_how_long_what_is_in_it_is_weighed(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, counters = Now(monkeypatch), Counters()
    assert counters.acquire_sliding_window_entry("starts", 3, 60)
    clock.now += 15
    assert counters.get_sliding_window("starts", 60) == (0, 0.0, 1, 105.0)
    clock.now += 60
    assert counters.acquire_sliding_window_entry("starts", 3, 60)
    assert counters.get_sliding_window("starts", 60) == (1, 45.0, 1, 105.0)


def test_all_are_looked_at_when_there_are_twice_as_many_as_were_left_and_not_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, counters = Now(monkeypatch), Counters()

    def start(first: int, last: int) -> None:
        for number in range(first, last):
            assert counters.acquire_sliding_window_entry(f"starts/{number}", 1, 60)

    start(0, 999)
    clock.now += 120
    start(999, 1_000)
    assert len(counters.storage) == 1
    start(1_000, 1_999)
    assert len(counters.storage) == 1_000  # all of them count still
    clock.now += 120
    start(1_999, 2_998)
    assert len(counters.storage) == 1_999
    start(2_998, 2_999)
    assert len(counters.storage) == 1_000


def test_forgetting_what_was_never_counted_is_no_error() -> None:
    counters = Counters()
    counters.clear("never")
    with pytest.raises(NotImplementedError):
        counters.incr("key", 60)


def test_counters_let_go_of_what_counts_for_nothing_any_more() -> None:
    counters = Counters()
    counters.storage = {"old": (3, 10, 1, 1), "ending": (5, 10, 1, 1), "new": (6, 10, 1, 1)}
    counters._forget(69.9)
    assert sorted(counters.storage) == ["ending", "new"]
    counters._forget(70.0)
    assert sorted(counters.storage) == ["new"]
