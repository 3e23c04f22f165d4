"""Copying a record by hand is what `attrs.evolve` does, whatever is changed."""

from typing import Any

import pytest
from attrs import evolve, fields
from hypothesis import given
from hypothesis import strategies as st

from itsme_facade.store.record import Record, changed

RECORDS = st.builds(Record, login_id=st.text(), departure=st.binary(), due_at=st.none() | st.floats(allow_nan=False))
CHANGES = st.fixed_dictionaries(
    {},
    optional={"version": st.integers(), "answer": st.binary(), "due_at": st.none() | st.floats(allow_nan=False)},
)


@given(record=RECORDS, changes=CHANGES)
def test_a_changed_record_is_what_evolve_makes_of_it(record: Record, changes: dict[str, Any]) -> None:
    before = evolve(record)
    made = changed(record, **changes)
    assert made == evolve(record, **changes)
    assert hash(made) == hash(evolve(record, **changes))
    assert record == before


def test_a_record_has_nothing_that_copying_by_hand_would_leave_out() -> None:
    assert all(field.converter is None and field.validator is None and field.init for field in fields(Record))
    assert not hasattr(Record, "__attrs_post_init__")


def test_a_value_that_a_record_does_not_have_is_an_error() -> None:
    with pytest.raises(KeyError):
        changed(Record(login_id="a"), phases="started")
