"""Retry-After is obeyed where it can be read, and is no reason to fail where it cannot."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsme_facade import RawAnswer
from itsme_facade.retry_after import retry_after

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def asked_for(value: str) -> float:
    return retry_after(RawAnswer(b"", 429, {"retry-after": value}), NOW)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("7", 7),
        (" 120 ", 120),
        ("Sat, 21 Nov 2026 12:01:30 GMT", 90),
        ("Sat, 21 Nov 2026 13:01:30 +0100", 90),
        ("Sat, 21 Nov 2026 12:00:10 -0000", 10),
        ("Saturday, 21-Nov-26 12:00:05 GMT", 5),
        ("Sat Nov 21 12:00:05 2026", 5),
        ("Sat, 21 Nov 2026 11:59:00 GMT", 0),
    ],
)
def test_seconds_and_dates_are_read(value: str, seconds: float) -> None:
    assert asked_for(value) == seconds


@pytest.mark.parametrize(
    "value",
    [
        "",
        "soon",
        "-1",
        "1.5",
        "1e3",
        "٣",
        "²",
        "Sat, 99 Nov 2026 12:00:00 GMT",
        "Mon, 01 Jan 2024 00:00:00 +" + "9" * 20,
    ],
)
def test_what_cannot_be_read_asks_for_nothing(value: str) -> None:
    assert asked_for(value) == 0


def test_without_the_header_nothing_is_asked_for() -> None:
    assert retry_after(RawAnswer(b"", 503)) == 0


def test_a_date_is_compared_with_this_machines_clock_unless_another_is_given() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    assert 3590 < retry_after(RawAnswer(b"", 503, {"retry-after": later})) <= 3600


@given(value=st.text() | st.from_regex(r"[A-Z][a-z]{2}, [0-9]{1,2} [A-Z][a-z]{2} [0-9]+ [0-9:]+ [+-][0-9]+"))
def test_no_header_raises_and_none_asks_for_less_than_nothing(value: str) -> None:
    assert asked_for(value) >= 0


@given(
    seconds=st.integers(-(10**9), 10**9),
    hours=st.integers(-12, 14),
)
def test_a_date_is_read_in_its_own_time_zone(seconds: int, hours: int) -> None:
    there = (NOW + timedelta(seconds=seconds)).astimezone(timezone(timedelta(hours=hours)))
    assert asked_for(format_datetime(there)) == max(0, seconds)
