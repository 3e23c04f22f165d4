"""What an answer means to a login: nothing that CM can send makes it raise, and no identity is overlooked."""

import json
from collections.abc import Mapping
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsme_facade import RawAnswer
from itsme_facade.flow.asking import _is_lost
from itsme_facade.flow.requests import is_looking_ahead, state_in
from itsme_facade.flow.verdicts import Verdict, identity_in, verdict
from itsme_facade.reading import USER_INFORMATION
from itsme_facade.store import Phase, Record
from tests.facade.values import json_values, raw_answers


def answer(document: Any, status: int = 200) -> RawAnswer:
    return RawAnswer(json.dumps(document).encode(), status)


@given(raw_answers)
def test_no_answer_makes_it_raise(raw: RawAnswer) -> None:
    assert verdict(raw) in Verdict


@given(st.dictionaries(st.sampled_from([*USER_INFORMATION, "status"]), json_values), st.integers(100, 599))
def test_what_carries_an_identity_is_captured_whatever_else_it_says(document: dict[str, Any], status: int) -> None:
    raw = answer(document, status)
    if identity_in(raw) is not None:
        assert verdict(raw) is Verdict.IDENTITY


@pytest.mark.parametrize("status", ["success", "open", "cancelled", "failure", "expired", "new word", None, 7])
@pytest.mark.parametrize("http", [200, 201, 302, 404, 500])
def test_an_identity_wins_over_every_status(status: object, http: int) -> None:
    assert verdict(answer({"status": status, "userId": "u1"}, http)) is Verdict.IDENTITY


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (answer({"status": "open"}), "open"),
        (answer({"status": "OPEN "}), "open"),
        (answer({"status": "on its way"}), "open"),
        (answer({}), "open"),
        (answer({"status": "success"}), "lost"),
        (answer({"status": "success", "name": {}, "userId": ""}), "lost"),
        (answer({"status": "success", "name": {"givenName": None}}), "lost"),
        (answer({"status": "cancelled"}), "cancelled"),
        (answer({"status": "Failure"}), "failure"),
        (answer({"status": "expired"}), "expired"),
        (answer({"status": "success"}, 302), "odd"),
        (answer({"status": "success"}, 300), "odd"),
        (answer({"status": "expired"}, 299), "expired"),
        (answer({"status": "expired"}, 199), "odd"),
        (answer({"status": "expired"}, 400), "trouble"),
        (answer({"status": "expired"}, 500), "trouble"),
        (answer({"message": "no such transaction"}, 404), "trouble"),
        (RawAnswer(b"<html>", 502), "trouble"),
        (RawAnswer(b'{"status": "succ', 200, truncated=True), "odd"),
        (RawAnswer(b"", 204), "odd"),
        (RawAnswer(b"[1]", 200), "odd"),
        (RawAnswer(b"\xff\xfe", 200), "odd"),
        (RawAnswer(b'"userId"', 200), "odd"),
        (RawAnswer(b"[" * 100_000, 200), "odd"),
    ],
)
def test_an_answer_means(raw: RawAnswer, said: str) -> None:
    assert verdict(raw) == said


def test_where_the_reader_itself_fails_the_answer_is_kept() -> None:
    with patch("itsme_facade.flow.verdicts.read_identity", side_effect=RecursionError):
        assert verdict(answer({"status": "success", "emailAddress": "a@b.example"})) is Verdict.IDENTITY
        assert verdict(answer({"status": "success", "emailAddress": ""})) is Verdict.LOST
    with patch("itsme_facade.flow.verdicts.document_in", side_effect=MemoryError):
        assert verdict(answer({"status": "success"})) is Verdict.ODD


def test_an_answer_with_a_user_id_is_kept_before_anything_else_in_it_is_read() -> None:
    with patch("itsme_facade.flow.verdicts.read_identity") as reader:
        assert verdict(answer({"status": "success", "userId": "u1", "birthdate": "?"})) is Verdict.IDENTITY
    assert reader.call_count == 0


def test_in_what_is_no_document_there_is_no_identity() -> None:
    assert identity_in(RawAnswer(b"no document")) is None


QUERIES: st.SearchStrategy[Any] = (
    st.text() | st.binary() | st.dictionaries(st.sampled_from(["state", "x"]), json_values | st.binary())
)


@given(QUERIES)
def test_no_query_makes_it_raise(query: str | bytes | Mapping[str, Any]) -> None:
    state = state_in(query)
    assert state is None or isinstance(state, str)


@pytest.mark.parametrize(
    "query", ["state=a", "?state=a&x=1", b"state=a", {"state": "a"}, {"state": ["a"]}, {"state": b"a"}]
)
def test_a_state_is_found_however_it_is_passed(query: str | bytes | Mapping[str, Any]) -> None:
    assert state_in(query) == "a"


@given(st.text(), st.dictionaries(st.text(), st.text()))
def test_no_method_and_no_header_makes_it_raise(method: str, headers: dict[str, str]) -> None:
    assert is_looking_ahead(method, headers) in (True, False)


class ManyValues(dict[str, str]):
    """A mapping as Starlette, Werkzeug and Django have it."""

    def __init__(self, *values: str) -> None:
        super().__init__(state=values[-1])
        self._values = values

    def getlist(self, name: str) -> list[str]:
        return list(self._values) if name == "state" else []


def test_a_framework_s_mapping_with_two_states_has_none() -> None:
    assert state_in(ManyValues("a")) == "a"
    assert state_in(ManyValues("a", "b")) is None


@pytest.mark.parametrize("query", ["state=&state=a", "state=a&state=", f"state=a&x={'y' * 16_000}"])
def test_a_query_with_two_states_or_that_is_far_too_long_has_none(query: str) -> None:
    assert state_in(query) is None


def test_a_query_may_be_sixteen_thousand_characters_long() -> None:
    assert state_in("state=a&x=".ljust(16_000, "y")) == "a"


@pytest.mark.parametrize(
    ("headers", "ahead"),
    [
        ({"Sec-Purpose": "prefetch"}, True),
        ({"SEC-PURPOSE": "Prefetch;Prerender"}, True),
        ({"Purpose": "preview"}, True),
        ({"X-Moz": "livebookmarks"}, False),
        ({"Accept": "prefetch"}, False),
        ({}, False),
    ],
)
def test_a_browser_looks_ahead_if_it_says_so_where_browsers_say_it(headers: dict[str, str], ahead: bool) -> None:
    assert is_looking_ahead("get", headers) is ahead
    assert is_looking_ahead("HEAD", headers)


def test_a_login_that_is_gone_is_as_lost_as_one_that_says_so() -> None:
    lost = Record(login_id="0" * 26, phase=Phase.LOST)
    assert [_is_lost(None), _is_lost(lost), _is_lost(Record(login_id="0" * 26))] == [True, True, False]
