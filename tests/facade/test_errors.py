"""An error says what happened, whether trying again is safe, and what to do; and it survives the trip to elsewhere."""

import copy
import inspect
import pickle
from functools import partial

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsme_facade import (
    InvalidArguments,
    Itsme,
    ItsmeError,
    MissingExtra,
    Problem,
    RawAnswer,
    RequestRefused,
    ServerFailed,
    TooManyStarts,
    UnreadableAnswer,
    errors,
)
from itsme_facade.answers import read_status, read_transaction
from tests.facade.values import BACK, GUID, raw_answers

KINDS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, ItsmeError) and kind is not InvalidArguments
]


def over_the_wire(error: ItsmeError) -> ItsmeError:
    back = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert isinstance(back, ItsmeError)
    return back


def failure(code: int, *, creating: bool, message: str | None = None) -> ItsmeError:
    """The error for an answer of this HTTP status."""
    raw = RawAnswer(b"{}" if message is None else f'{{"message": "{message}"}}'.encode(), code)
    read = read_transaction if creating else partial(read_status, scopes=None)
    with pytest.raises(ItsmeError) as caught:
        read(raw)
    return caught.value


@pytest.mark.parametrize("kind", KINDS)
@given(raw=st.none() | raw_answers, code=st.none() | st.integers(100, 599), safe=st.booleans(), words=st.text())
def test_an_error_of_any_kind_is_pickled_with_all_but_the_answers_bytes(
    kind: type[ItsmeError], raw: RawAnswer | None, code: int | None, safe: bool, words: str
) -> None:
    error = kind(f"It went wrong: {words}.", code, words, "id-1", raw, safe, "Do this.")
    back = over_the_wire(error)
    assert type(back) is kind
    assert (str(back), back.args) == (str(error), error.args)
    assert (back.status_code, back.request_id, back.retry_safe, back.advice) == (code, "id-1", safe, "Do this.")
    assert back.message == (words or None)
    assert back.raw == (None if raw is None else RawAnswer(b"", raw.status_code, {}, raw.truncated, dropped=True))


def test_invalid_arguments_are_pickled_without_their_suggestions_which_are_personal() -> None:
    error = InvalidArguments((Problem("phone_number", "national"),), {"phone_number": "+32471234567"})
    back = over_the_wire(error)
    assert isinstance(back, InvalidArguments)
    assert (back.problems, str(back), back.suggestions) == (error.problems, str(error), {})
    assert b"471" not in pickle.dumps(error)


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_of_any_kind_can_be_copied(kind: type[ItsmeError]) -> None:
    error = kind("It went wrong.", 500, retry_safe=True)
    assert str(copy.copy(error)) == str(copy.deepcopy(error)) == str(error)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in {ItsmeError, MissingExtra}])
def test_the_text_says_what_happened_whether_trying_again_is_safe_and_what_to_do(kind: type[ItsmeError]) -> None:
    assert kind.default_advice.endswith((".", "way."))
    assert str(kind("It broke.")) == f"It broke. Do not just try again. {kind.default_advice}"
    assert str(kind("It broke.", retry_safe=True)) == f"It broke. Trying again is safe. {kind.default_advice}"
    assert str(kind("It broke.", advice="Wait.")) == "It broke. Do not just try again. Wait."


def test_every_error_can_be_caught_as_one_and_some_as_what_python_calls_them() -> None:
    assert issubclass(InvalidArguments, ItsmeError)
    assert issubclass(InvalidArguments, ValueError)
    assert issubclass(MissingExtra, ImportError)
    assert {kind.__name__ for kind in KINDS} == {
        *("ItsmeError", "NotConnected", "TimedOut", "RequestRefused", "ServerFailed", "UnreadableAnswer"),
        *("ReadInterrupted", "WaitTimeout", "MissingExtra"),
        *("StoreUnavailable", "StoreNotDurable", "SealBroken", "TooManyStarts"),
    }


def test_when_another_start_is_let_through_travels_along() -> None:
    error = TooManyStarts("Too many.", retry_after=12.5)
    back = over_the_wire(error)
    assert isinstance(back, TooManyStarts)
    assert (back.retry_after, copy.copy(error).retry_after) == (12.5, 12.5)


@pytest.mark.parametrize("code", [400, 401, 403, 404, 405, 409, 410, 422, 451, 499])
def test_what_the_api_refuses_it_would_refuse_again(code: int) -> None:
    for creating in (True, False):
        error = failure(code, creating=creating)
        assert isinstance(error, RequestRefused)
        assert (error.status_code, error.retry_safe) == (code, False)


@pytest.mark.parametrize("code", [408, 425, 429])
def test_what_the_api_refuses_for_now_may_be_tried_again(code: int) -> None:
    for creating in (True, False):
        error = failure(code, creating=creating)
        assert isinstance(error, RequestRefused)
        assert error.retry_safe


@pytest.mark.parametrize(
    ("code", "create_again"),
    [(500, True), (503, True), (501, False), (502, False), (504, False), (520, False), (599, False)],
)
def test_after_a_failure_a_read_may_be_repeated_and_a_creation_only_if_nothing_was_created(
    code: int, create_again: bool
) -> None:
    for creating, safe in ((True, create_again), (False, True)):
        error = failure(code, creating=creating)
        assert isinstance(error, ServerFailed)
        assert (error.status_code, error.retry_safe) == (code, safe)


@pytest.mark.parametrize(
    ("code", "what"),
    [
        *((code, "is a redirect, which is never followed") for code in (300, 301, 302, 303, 304, 307, 308, 399)),
        *((code, "is no final answer") for code in (0, 100, 103, 199)),
    ],
)
def test_a_redirect_and_what_is_no_final_answer_are_unreadable(code: int, what: str) -> None:
    for creating in (True, False):
        error = failure(code, creating=creating)
        assert isinstance(error, UnreadableAnswer)
        assert f"an answer that {what} (HTTP {code})." in str(error)


def test_a_redirect_is_not_followed() -> None:
    asked: list[str] = []

    def elsewhere(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(302, headers={"location": "https://elsewhere.example/"})

    with Itsme(GUID, transport=httpx.MockTransport(elsewhere)) as itsme:
        with pytest.raises(UnreadableAnswer, match="is a redirect, which is never followed"):
            itsme.login(BACK)
        with pytest.raises(UnreadableAnswer, match="is a redirect, which is never followed"):
            itsme.status("abc")
    assert asked == ["api.cmdisp.com"] * 2


def test_cms_message_about_a_creation_is_in_the_text_and_travels() -> None:
    error = failure(400, creating=True, message="locale is wrong")
    assert error.message == "locale is wrong"
    assert 'refused to create the transaction (HTTP 400): "locale is wrong".' in str(error)
    assert over_the_wire(error).message == "locale is wrong"


def test_cms_message_about_a_read_stays_out_of_the_text_and_does_not_travel() -> None:
    error = failure(500, creating=False, message="Lucas Maes is unknown")
    assert error.message == "Lucas Maes is unknown"
    assert "Lucas" not in str(error) + repr(error)
    assert over_the_wire(error).message is None
    assert b"Lucas" not in pickle.dumps(error)


def test_a_long_message_is_cut_and_its_lines_are_joined() -> None:
    error = failure(400, creating=True, message="many\\n\\twords " * 500)
    assert error.message is not None
    assert error.message.startswith("many words many words")
    assert len(error.message) == 500


@pytest.mark.parametrize(
    ("body", "content_type", "message"),
    [
        (b'{"message": "Wrong."}', "application/json", "Wrong."),
        (b'{"message": "Wrong."}', "text/html", "Wrong."),
        (b'{"message": ["Wrong."]}', "application/json", None),
        (b'{"message": null}', "application/json", None),
        (b'{"error": "Wrong."}', "application/json", None),
        (b"Wrong.\n", "text/plain; charset=utf-8", "Wrong."),
        (b"Wr\xffng.", "text/plain", "Wr\ufffdng."),
        (b"<h1>Wrong.</h1>", "text/html", None),
        (b"", "text/plain", None),
        (b"   ", "text/plain", None),
    ],
)
def test_the_message_is_read_where_there_is_one(body: bytes, content_type: str, message: str | None) -> None:
    with pytest.raises(RequestRefused) as caught:
        read_transaction(RawAnswer(body, 400, {"content-type": content_type}))
    assert caught.value.message == message


@pytest.mark.parametrize("name", ["x-request-id", "X-Correlation-Id", "request-id", "CF-Ray"])
def test_the_answers_request_id_is_on_the_error(name: str) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(500, headers={name: "r" * 300})

    with Itsme(GUID, transport=httpx.MockTransport(answer)) as itsme, pytest.raises(ServerFailed) as caught:
        itsme.status("abc")
    assert caught.value.request_id == "r" * 200
    assert failure(500, creating=False).request_id is None
