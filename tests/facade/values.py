"""Strategies for what the facade deals in."""

from typing import Any

from hypothesis import strategies as st

from itsme_facade import Address, Gender, Identity, Locale, Name, PartialDate, RawAnswer, Scope, Service, Started

GUID = "00000000-0000-0000-0000-000000000000"
BACK = "https://shop.example/itsme/back"

texts = st.text(max_size=20)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(texts, parts, max_size=4),
    max_leaves=10,
)
maybe = st.none() | texts

names = st.builds(Name, maybe, maybe, maybe)
addresses = st.builds(Address, st.lists(texts, max_size=3).map(tuple), maybe, maybe, maybe)
partial_dates = (
    st.dates().map(lambda day: PartialDate(day.year, day.month, day.day))
    | st.dates().map(lambda day: PartialDate(day.year, day.month))
    | st.integers(1, 9999).map(PartialDate)
)
identities = st.builds(
    Identity,
    user_id=maybe,
    name=st.none() | names,
    gender=st.none() | st.sampled_from(Gender) | texts,
    birthdate=st.none() | partial_dates,
    locale=st.none() | st.sampled_from(Locale) | texts | st.just("NL"),
    phone_number=maybe,
    email_address=maybe,
    address=st.none() | addresses,
    extra=st.dictionaries(texts, json_values, max_size=3),
)
raw_answers = st.builds(
    RawAnswer,
    st.binary(max_size=200),
    st.integers(0, 999),
    st.dictionaries(texts, texts, max_size=3),
    st.booleans(),
    st.booleans(),
)
scopes = st.lists(st.sampled_from(Scope), unique=True).map(tuple)
started = st.builds(
    Started, st.just("https://login.example/").map(str), st.text(min_size=1), st.sampled_from(Service), scopes
)
