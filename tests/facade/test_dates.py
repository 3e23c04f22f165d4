"""A birth date of which a part is unknown says what is known, and no more."""

import pickle
from calendar import monthrange
from copy import deepcopy
from datetime import date

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from itsme_facade import PartialDate


@st.composite
def partial_dates(draw: st.DrawFn, years: tuple[int, int] = (1, 9999)) -> PartialDate:
    whole = draw(st.dates(date(years[0], 1, 1), date(years[1], 12, 31)))
    known = draw(st.integers(1, 3))
    return PartialDate(whole.year, whole.month if known > 1 else None, whole.day if known > 2 else None)


def completions(partial: PartialDate) -> list[date]:
    """Every date that it may stand for."""
    return [
        date(partial.year, month, day)
        for month in ([partial.month] if partial.month else range(1, 13))
        for day in ([partial.day] if partial.day else range(1, monthrange(partial.year, month)[1] + 1))
    ]


def age(born: date, on: date) -> int:
    """Whole years: a birthday on 29 February is kept on 1 March when there is none."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


@given(partial=partial_dates((1890, 2030)), years=st.integers(0, 40), on=st.dates(date(1890, 1, 1), date(2060, 1, 1)))
@example(partial=PartialDate(2008, 4), years=18, on=date(2026, 4, 30))
@example(partial=PartialDate(2007, 2), years=19, on=date(2026, 2, 28))
@example(partial=PartialDate(2008, 2), years=18, on=date(2026, 2, 28))
@example(partial=PartialDate(2008, 2), years=20, on=date(2028, 2, 29))
@example(partial=PartialDate(2008, 2, 29), years=18, on=date(2026, 2, 28))
def test_an_age_question_is_answered_as_every_possible_birth_date_answers_it(
    partial: PartialDate, years: int, on: date
) -> None:
    answers = {age(born, on) >= years for born in completions(partial)}
    assert partial.is_at_least(years, on=on) is (answers.pop() if len(answers) == 1 else None)


@given(partial=partial_dates((1920, 2015)), days=st.integers(-400, 400))
def test_near_the_birthday_too_the_answer_is_that_of_every_possible_date(partial: PartialDate, days: int) -> None:
    near = date(partial.year + 18, partial.month or 7, min(partial.day or 15, 28)).toordinal() + days
    on = date.fromordinal(near)
    answers = {age(born, on) >= 18 for born in completions(partial)}
    assert partial.is_at_least(18, on=on) is (answers.pop() if len(answers) == 1 else None)


@pytest.mark.parametrize(
    ("born", "on", "answer"),
    [
        (PartialDate(2008, 11, 21), date(2026, 11, 20), False),
        (PartialDate(2008, 11, 21), date(2026, 11, 21), True),
        (PartialDate(2008, 2, 29), date(2026, 2, 28), False),
        (PartialDate(2008, 2, 29), date(2026, 3, 1), True),
        (PartialDate(2008), date(2025, 12, 31), False),
        (PartialDate(2008), date(2026, 1, 1), None),
        (PartialDate(2008), date(2026, 12, 30), None),
        (PartialDate(2008), date(2026, 12, 31), True),
        (PartialDate(2008, 4), date(2026, 3, 31), False),
        (PartialDate(2008, 4), date(2026, 4, 1), None),
        (PartialDate(2008, 4), date(2026, 4, 30), True),
    ],
)
def test_somebody_is_18_yes_no_or_unknown(born: PartialDate, on: date, answer: bool | None) -> None:
    assert born.is_at_least(18, on=on) is answer


def test_without_a_day_to_ask_for_it_is_today() -> None:
    assert PartialDate(1900).is_at_least(18) is True
    assert PartialDate(9998).is_at_least(18) is False


@given(partial=partial_dates())
def test_a_date_comes_back_from_its_text(partial: PartialDate) -> None:
    assert PartialDate.fromisoformat(partial.isoformat()) == partial


@given(partial=partial_dates())
def test_it_is_exact_only_if_every_part_is_known_and_then_it_is_that_date(partial: PartialDate) -> None:
    possible = completions(partial)
    assert partial.exact == (possible[0] if partial.day else None)
    assert partial.day is None or len(possible) == 1


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1974-01-31", (1974, 1, 31)),
        ("1974-01-00", (1974, 1, None)),
        ("1974-01", (1974, 1, None)),
        ("1974-00-00", (1974, None, None)),
        ("1974-00", (1974, None, None)),
        ("1974", (1974, None, None)),
        ("2024-02-29", (2024, 2, 29)),
    ],
)
def test_what_is_unknown_in_the_text_is_none_and_never_1_january(
    text: str, parts: tuple[int, int | None, int | None]
) -> None:
    partial = PartialDate.fromisoformat(text)
    assert (partial.year, partial.month, partial.day) == parts


@pytest.mark.parametrize(
    "text",
    [
        *("", "74", "19740131", "1974-1-31", "1974-13", "1974-02-30", "2023-02-29", "1974-00-31", "0000"),
        *("1974-01-31T00:00", "1974-01-31\n", " 1974", "1974-", "-1974", "١٩٧٤", "31-01-1974", "1974/01/31"),
    ],
)
def test_text_that_is_no_date_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a date|do not make a date|day without a month") as caught:
        PartialDate.fromisoformat(text)
    assert not text.strip() or text not in str(caught.value)


@pytest.mark.parametrize("parts", [(0,), (10000,), (1974, 0), (1974, 13), (1974, 1, 0), (1974, 1, 32), (1974, None, 1)])
def test_parts_that_cannot_be_a_date_are_refused(parts: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"date|unknown part"):
        PartialDate(*parts)


@given(one=partial_dates((1974, 1975)), other=partial_dates((1974, 1975)))
def test_dates_are_equal_if_they_know_the_same_and_can_be_hashed_copied_and_pickled(
    one: PartialDate, other: PartialDate
) -> None:
    assert (one == other) is (one.isoformat() == other.isoformat())
    assert len({one, other, deepcopy(one), pickle.loads(pickle.dumps(other))}) == (1 if one == other else 2)  # noqa: S301


@given(partial=partial_dates())
def test_neither_repr_nor_str_shows_a_birth_date(partial: PartialDate) -> None:
    assume(partial.isoformat() not in "PartialDate(…)")
    assert f"{partial!r} {partial}" == "PartialDate(…) PartialDate(…)"


def test_it_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        PartialDate(1974).year = 1975  # type: ignore[misc]
