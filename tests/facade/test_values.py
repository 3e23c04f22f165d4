"""The facade's values: they come back from their documents, compare, copy, and stay what they are."""

import json
import pickle
from copy import copy, deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsme_facade import (
    Address,
    AsyncItsme,
    Cancelled,
    Failed,
    Gender,
    Identity,
    Itsme,
    Locale,
    Name,
    Open,
    Outcome,
    PartialDate,
    RawAnswer,
    Scope,
    Service,
    Started,
    Success,
)
from tests.facade import values

STARTED = Started("https://login.example/1", "abc", Service.LOGIN, (Scope.EMAIL,))
FULL = Identity(user_id="Q1", name=Name("Lucas"), birthdate=PartialDate(1974), address=Address(("Meir 1",)))
anything = values.identities | values.names | values.addresses | values.started | values.raw_answers


@given(identity=values.identities)
def test_an_identity_comes_back_from_its_document_and_from_json(identity: Identity) -> None:
    assert Identity.from_dict(identity.to_dict()) == identity
    assert Identity.from_dict(json.loads(json.dumps(identity.to_dict()))) == identity


@given(identity=values.identities)
def test_an_identitys_document_says_nothing_of_what_did_not_come(identity: Identity) -> None:
    assert None not in identity.to_dict().values()
    assert (identity == Identity()) is (identity.to_dict() == {})


@given(started=values.started)
def test_a_started_transaction_comes_back_from_its_document_and_from_json(started: Started) -> None:
    assert Started.from_dict(started.to_dict()) == started
    assert Started.from_dict(json.loads(json.dumps(started.to_dict()))) == started


@given(raw=values.raw_answers)
def test_a_raw_answer_comes_back_from_its_document_and_from_json_byte_by_byte(raw: RawAnswer) -> None:
    assert RawAnswer.from_dict(raw.to_dict()) == raw
    assert RawAnswer.from_dict(json.loads(json.dumps(raw.to_dict()))) == raw


@given(raw=values.raw_answers)
def test_a_pickled_raw_answer_has_dropped_body_and_headers_and_says_so(raw: RawAnswer) -> None:
    assert pickle.loads(pickle.dumps(raw)) == RawAnswer(b"", raw.status_code, {}, raw.truncated, dropped=True)  # noqa: S301


@given(value=anything)
def test_a_copy_of_a_value_is_equal_to_it(value: object) -> None:
    assert copy(value) == value == deepcopy(value)
    assert deepcopy({"nested": [value]}) == {"nested": [value]}


@given(one=anything, other=anything)
def test_values_can_be_hashed_and_equal_ones_hash_alike(one: object, other: object) -> None:
    assert hash(one) == hash(deepcopy(one))
    assert len({one, other}) == (1 if one == other else 2)


@pytest.mark.parametrize(
    ("value", "attribute"),
    [
        (STARTED, "transaction_token"),
        (FULL, "user_id"),
        (FULL.name, "given"),
        (FULL.address, "city"),
        (RawAnswer(b""), "body"),
        (Open(), "status"),
        (Success(outcome=Outcome.GIVEN), "identity"),
    ],
)
def test_a_value_cannot_be_changed(value: object, attribute: str) -> None:
    with pytest.raises(AttributeError):
        setattr(value, attribute, None)


@pytest.mark.parametrize(
    "value", [STARTED, FULL, FULL.name, FULL.address, Success(outcome=Outcome.GIVEN, identity=FULL)]
)
def test_personal_data_and_secrets_are_not_pickled_and_the_refusal_says_what_to_do(value: object) -> None:
    with pytest.raises(TypeError, match=r"is not pickled: use to_dict\(\) and store it sealed"):
        pickle.dumps(value)


@pytest.mark.parametrize("kind", [Itsme, AsyncItsme])
def test_a_client_is_not_pickled_and_the_refusal_says_what_to_do(kind: type[Itsme | AsyncItsme]) -> None:
    with pytest.raises(TypeError, match="holds the API token and is not pickled: make one in each process"):
        pickle.dumps(kind(values.GUID))


def test_a_result_without_personal_data_can_be_pickled() -> None:
    result = pickle.loads(pickle.dumps(Open(raw=RawAnswer(b"{}"))))  # noqa: S301
    assert isinstance(result, Open)
    assert result.raw.dropped


def test_members_come_back_as_members() -> None:
    identity = Identity(gender=Gender.FEMALE, locale=Locale.DE)
    back = Identity.from_dict(json.loads(json.dumps(identity.to_dict())))
    assert (back.gender, back.locale) == (Gender.FEMALE, Locale.DE)
    assert type(back.gender) is Gender
    assert type(back.locale) is Locale


@pytest.mark.parametrize("broken", [{}, {"authentication_url": "https://a.example", "transaction_token": "x"}])
def test_a_started_transaction_is_not_made_of_half_a_document(broken: dict[str, Any]) -> None:
    with pytest.raises(KeyError):
        Started.from_dict(broken)


@given(data=st.data())
def test_results_compare_by_everything_they_hold(data: st.DataObject) -> None:
    raw, identity = data.draw(values.raw_answers), data.draw(values.identities)
    one = Success(raw=raw, identity=identity, outcome=Outcome.GIVEN)
    assert one == Success(raw=raw, identity=deepcopy(identity), outcome=Outcome.GIVEN)
    assert one != Success(raw=raw, identity=identity, outcome=Outcome.LOST)
    assert Cancelled(raw=raw) not in {Open(raw=raw), Failed(raw=raw)}
