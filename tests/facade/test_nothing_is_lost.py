"""Everything that came is in the identity or in extra, whatever came."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from hypothesis import example, given
from hypothesis import strategies as st

from itsme_facade.reading import USER_INFORMATION, read_identity, repaired_phone_number
from tests.facade.values import json_values


def leaves(value: object) -> Iterator[str]:
    """Every scalar in a value, as text without marks and case, by which readings may differ from what came."""
    if isinstance(value, Mapping):
        for key, part in cast("Mapping[str, object]", value).items():
            yield from leaves(key)
            yield from leaves(part)
    elif isinstance(value, list | tuple):
        for part in cast("list[object]", value):
            yield from leaves(part)
    elif value is not None:
        yield plain(value)


def plain(value: object) -> str:
    text = repair if isinstance(value, str) and (repair := repaired_phone_number(value)) else str(value)
    return "".join(text.split()).casefold().replace("-00", "")


def known_parts(*keys: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=dict.fromkeys(keys, json_values))


names = known_parts("givenName", "familyName", "fullName", "x")
places = known_parts("streetAddress", "postalCode", "city", "countryCode", "x")
dates: st.SearchStrategy[object] = st.dates().map(str) | st.integers() | st.text("0123-", max_size=12)
places_and_dates: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {}, optional={"name": names, "address": places, "birthdate": dates}
)


def merged(parts: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    return {key: value for part in parts for key, value in part.items()}


documents = st.tuples(
    st.dictionaries(st.text(), json_values, max_size=3),
    known_parts(*USER_INFORMATION),
    places_and_dates,
).map(merged)


@given(documents)
@example({"userId": "Q1", "address": {"streetAddress": "Meir 1\n\n bus 4 \n"}})
@example({"phoneNumber": "0032 471", "gender": False})
def test_everything_that_came_is_in_the_identity_or_in_extra(document: dict[str, Any]) -> None:
    document.pop("status", None)
    identity = read_identity(document)
    if identity is None:
        told = [list(part_leaves(document.get(key))) for key in USER_INFORMATION]
        assert "".join(leaf for leaves_of_one in told for leaf in leaves_of_one) == ""
        return
    kept = "".join(leaves(identity.to_dict()))
    for key, value in document.items():
        if key in USER_INFORMATION:
            assert [leaf for leaf in part_leaves(value) if leaf not in kept] == []
        else:
            assert identity.extra[key] == value


def part_leaves(value: object) -> Iterator[str]:
    """The scalars of a field; the wire's names inside an object are read, not kept."""
    parts = cast("dict[str, object]", value).values() if isinstance(value, dict) else [value]
    for part in parts:
        yield from leaves(part)
