"""The generated models and the contract's documents are two forms of the same thing: nothing is lost between them."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, cast

import cm_itsme_client.models as generated
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from tests.contract.documents import OBJECTS, SCHEMAS, WORDS, documents, faults

KNOWN_STATUS = set(SCHEMAS["Status"]["enum"])


def known(name: str) -> set[str]:
    return set(SCHEMAS[name]["properties"])


def part(document: dict[str, Any], key: str) -> dict[str, Any]:
    value = document.get(key)
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


# What a document has to be able to look like, or the round-trips below prove less than they say.
ODD: dict[str, Callable[[dict[str, Any]], bool]] = {
    "a field that the contract does not know": lambda d: bool(d.keys() - known("StatusAnswer")),
    "a status that the contract does not know": lambda d: d["status"] not in {*KNOWN_STATUS, None},
    "no status but null": lambda d: d["status"] is None,
    "a null inside an object": lambda d: None in part(d, "name").values(),
    "null instead of an object": lambda d: d.get("address", ...) is None,
    "an unknown field inside an object": lambda d: bool(part(d, "address").keys() - known("Address")),
    "a gender that the contract does not know": lambda d: d.get("gender") not in {*SCHEMAS["Gender"]["enum"], None},
    "a year without month and day": lambda d: len(d.get("birthdate") or "") == 4,
}


def test_every_schema_has_a_generated_model_and_every_model_a_schema() -> None:
    assert set(generated.__all__) == set(SCHEMAS) == {*OBJECTS, *WORDS}


@pytest.mark.parametrize("name", OBJECTS)
@given(data=st.data())
def test_a_valid_document_comes_back_from_its_model_as_it_was(name: str, data: st.DataObject) -> None:
    document = data.draw(documents(name))
    model: Any = getattr(generated, name)
    assert model.from_dict(document).to_dict() == document


@pytest.mark.parametrize("name", OBJECTS)
@given(data=st.data())
def test_a_model_comes_back_from_its_document_as_it_was(name: str, data: st.DataObject) -> None:
    kind: Any = getattr(generated, name)
    model = kind.from_dict(data.draw(documents(name)))
    assert kind.from_dict(model.to_dict()) == model


@pytest.mark.parametrize("name", WORDS)
def test_an_enumeration_has_the_words_of_the_contract(name: str) -> None:
    words: type[StrEnum] = getattr(generated, name)
    assert issubclass(words, StrEnum)
    assert {word.value for word in words} == set(SCHEMAS[name]["enum"])


@pytest.mark.parametrize("name", SCHEMAS)
@given(data=st.data())
def test_what_is_drawn_from_a_schema_is_valid_by_it(name: str, data: st.DataObject) -> None:
    assert faults(name, data.draw(documents(name))) == []


@pytest.mark.parametrize("oddity", ODD)
def test_the_documents_drawn_hold(oddity: str) -> None:
    unshrunk = settings(max_examples=5000, database=None, phases=[Phase.generate])
    found = find(documents("StatusAnswer"), ODD[oddity], settings=unshrunk)
    assert generated.StatusAnswer.from_dict(found).to_dict() == found


def test_a_known_word_becomes_a_member_and_an_unknown_one_stays_as_it_came() -> None:
    answer = generated.StatusAnswer.from_dict({"status": "success", "gender": "unknown", "locale": "nl"})
    assert answer.status is generated.Status.SUCCESS
    assert answer.gender == "unknown"
    assert answer.locale is generated.Locale.NL
