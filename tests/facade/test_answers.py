"""Whatever comes as an answer ends in a typed result or a typed error, with its bytes at hand."""

import gzip
import json
import zlib
from collections.abc import Callable
from typing import Any

import anyio
import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from itsme_facade import (
    AsyncItsme,
    Identity,
    Itsme,
    ItsmeError,
    Open,
    RawAnswer,
    RequestRefused,
    Result,
    ServerFailed,
    Started,
    Success,
    UnreadableAnswer,
)
from itsme_facade.answers import document_in, read_status, read_transaction
from itsme_facade.reading import USER_INFORMATION
from itsme_facade.wire.exchange import LARGEST_BODY
from tests.facade.values import BACK, GUID, json_values

near_misses: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ["status", "transactionToken", "authenticationUrl", "message", *USER_INFORMATION], json_values
    ),
)

bodies: st.SearchStrategy[bytes] = (
    st.binary(max_size=300)
    | json_values.map(json.dumps).map(str.encode)
    | near_misses.map(json.dumps).map(str.encode)
    | near_misses.map(json.dumps).map(str.encode).map(lambda body: body[:-1])
)

codes = st.sampled_from([200, 200, 200, 201, 204, 302, 400, 404, 429, 499, 500, 502, 520]) | st.integers(100, 999)

encodings = st.sampled_from(["", "gzip", "deflate", "br", "identity", "gzip, gzip", "x-gzip"])


class Answers(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers everything with the same bytes, without looking at them."""

    def __init__(self, body: bytes, code: int = 200, **headers: str) -> None:
        self.body, self.code, self.headers = (
            body,
            code,
            {name.replace("_", "-"): text for name, text in headers.items()},
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        del request
        return httpx.Response(self.code, headers=self.headers, stream=httpx.ByteStream(self.body))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self.handle_request(request)


def status(answers: Answers) -> Result | ItsmeError:
    with Itsme(GUID, transport=answers) as itsme:
        try:
            return itsme.status("abc")
        except ItsmeError as error:
            return error


def status_async(answers: Answers) -> Result | ItsmeError:
    async def ask() -> Result | ItsmeError:
        async with AsyncItsme(GUID, transport=answers) as itsme:
            try:
                return await itsme.status("abc")
            except ItsmeError as error:
                return error

    return anyio.run(ask)


def create(answers: Answers) -> Started | ItsmeError:
    with Itsme(GUID, transport=answers) as itsme:
        try:
            return itsme.login(BACK)
        except ItsmeError as error:
            return error


@given(body=bodies, code=codes, encoding=encodings)
@example(body=b'{"status": "success", "userId": "Q1"}', code=200, encoding="gzip")
@example(body=b"[" * 100_000, code=200, encoding="")
@example(body=b'{"a":' * 100_000, code=200, encoding="")
@example(body=b'{"status": "success", "userId": ' + b"9" * 5000 + b"}", code=200, encoding="")
@example(body=b'{"status": "open", "message": "\xff"}', code=200, encoding="")
def test_any_bytes_with_any_status_end_in_a_typed_result_or_a_typed_error_that_holds_them(
    body: bytes, code: int, encoding: str
) -> None:
    headers = {"content_encoding": encoding} if encoding else {}
    read = status(Answers(body, code, **headers))
    raw = read.raw
    assert raw is not None
    assert raw.status_code == code
    assert raw.body == body or encoding in {"gzip", "deflate", "x-gzip"}
    if isinstance(read, ItsmeError):
        assert isinstance(read, RequestRefused | ServerFailed | UnreadableAnswer)
        assert read.status_code == code
    else:
        assert 200 <= code < 300
        assert document_in(raw) is not None


@given(body=bodies, code=codes)
@example(body=b'{"transactionToken": "\\ud800", "authenticationUrl": "https://login.example/"}', code=200)
@example(body=b'{"transactionToken": "..", "authenticationUrl": "https://login.example/"}', code=200)
@example(body=b'{"transactionToken": "a", "authenticationUrl": "javascript:alert(1)"}', code=200)
@example(body=b'{"transactionToken": "\xc3\xa9 a", "authenticationUrl": "https://login.example/"}', code=200)
def test_whatever_answers_a_creation_ends_in_a_transaction_that_can_be_asked_for_or_a_typed_error(
    body: bytes, code: int
) -> None:
    created = create(Answers(body, code))
    if isinstance(created, ItsmeError):
        assert isinstance(created, RequestRefused | ServerFailed | UnreadableAnswer)
        assert created.raw is not None
        assert created.raw.body == body
        return
    assert 200 <= code < 300
    assert created.authentication_url.lower().startswith(("https://", "http://"))
    with Itsme(GUID, transport=Answers(b'{"status": "open"}')) as itsme:
        assert itsme.status(created).status == "open"


@given(document=near_misses)
def test_any_document_is_read_alike_by_the_sync_and_the_async_client(document: dict[str, Any]) -> None:
    answers = Answers(json.dumps(document).encode())
    assert status(answers) == status_async(answers)


# Answers that break strict parsers, and what becomes of each.
ODD: list[tuple[str, Answers, type[Result | ItsmeError]]] = [
    ("an unknown status", Answers(b'{"status": "paused"}'), Result.__args__[-1]),
    ("SUCCESS", Answers(b'{"status": "SUCCESS"}'), Success),
    ("a locale nl-BE", Answers(b'{"status": "success", "locale": "nl-BE"}'), Success),
    ("a null status", Answers(b'{"status": null}'), Result.__args__[-1]),
    ("no status", Answers(b"{}"), Result.__args__[-1]),
    ("null", Answers(b"null"), UnreadableAnswer),
    ("a list", Answers(b'[{"status": "open"}]'), UnreadableAnswer),
    ("a bare string", Answers(b'"success"'), UnreadableAnswer),
    ("HTML", Answers(b"<html>success</html>", content_type="text/html"), UnreadableAnswer),
    ("nothing", Answers(b""), UnreadableAnswer),
    ("no content", Answers(b"", 204), UnreadableAnswer),
    ("invalid UTF-8", Answers(b'{"status": "\xff"}'), UnreadableAnswer),
    ("half a document", Answers(b'{"status": "succ'), UnreadableAnswer),
    ("a wrong content type", Answers(b'{"status": "open"}', content_type="text/html"), Open),
    ("a byte order mark", Answers(b'\xef\xbb\xbf{"status": "open"}'), Open),
    ("a wrong compression", Answers(b'{"status": "open"}', content_encoding="gzip"), Open),
    ("a right compression", Answers(gzip.compress(b'{"status": "open"}'), content_encoding="gzip"), Open),
    ("deflate", Answers(zlib.compress(b'{"status": "open"}'), content_encoding="deflate"), Open),
    ("bare deflate", Answers(zlib.compress(b'{"status": "open"}')[2:-4], content_encoding="deflate"), Open),
    ("HTTP 403", Answers(b'{"status": 403, "message": "no"}', 403), RequestRefused),
    ("HTTP 429", Answers(b"", 429), RequestRefused),
    ("HTTP 499", Answers(b"", 499), RequestRefused),
    ("HTTP 502", Answers(b"<html>", 502), ServerFailed),
    ("HTTP 520", Answers(b"", 520), ServerFailed),
]


@pytest.mark.parametrize(("answers", "kind"), [pytest.param(*odd[1:], id=odd[0]) for odd in ODD])
@pytest.mark.parametrize("ask", [status, status_async])
def test_an_odd_answer_becomes(
    answers: Answers, kind: type[Result | ItsmeError], ask: Callable[[Answers], Result | ItsmeError]
) -> None:
    read = ask(answers)
    assert type(read) is kind
    assert read.raw is not None
    assert read.raw.status_code == answers.code


def test_a_decompression_bomb_is_cut_at_the_limit_and_flagged() -> None:
    bomb = gzip.compress(b" " * (LARGEST_BODY * 20))
    read = status(Answers(bomb, content_encoding="gzip"))
    assert isinstance(read, UnreadableAnswer)
    assert read.raw is not None
    assert (len(read.raw.body), read.raw.truncated) == (LARGEST_BODY, True)
    assert "is cut off" in str(read)


def test_too_long_an_answer_is_cut_at_the_limit_and_flagged() -> None:
    read = status(Answers(b" " * (LARGEST_BODY * 2)))
    assert isinstance(read, UnreadableAnswer)
    assert read.raw is not None
    assert (len(read.raw.body), read.raw.truncated) == (LARGEST_BODY, True)


@given(value=json_values)
def test_a_document_is_a_json_object_and_nothing_else(value: Any) -> None:
    assert document_in(RawAnswer(json.dumps(value).encode())) == (value if isinstance(value, dict) else None)


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_json_number_is_kept_as_text_so_that_answers_stay_comparable(constant: str) -> None:
    raw = RawAnswer(f'{{"status": "success", "userId": "Q1", "score": {constant}}}'.encode())
    result = read_status(raw, scopes=None)
    assert result == read_status(raw, scopes=None)
    assert result.identity == Identity(user_id="Q1", extra={"score": constant})


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"transactionToken": "abc"},
        {"authenticationUrl": "https://login.example/"},
        *(
            {"transactionToken": wrong, "authenticationUrl": "https://login.example/"}
            for wrong in ("", None, 5, ".", "..")
        ),
        *(
            {"transactionToken": "abc", "authenticationUrl": wrong}
            for wrong in (
                "",
                None,
                "/login",
                "http://login.example/",
                "javascript:alert(1)",
                "https://a@login.example/",
            )
        ),
    ],
)
def test_a_created_transaction_without_a_usable_token_or_address_is_unreadable(document: dict[str, Any]) -> None:
    with pytest.raises(UnreadableAnswer) as caught:
        read_transaction(RawAnswer(json.dumps(document).encode()))
    assert "abc" not in str(caught.value)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (Answers(b"[]"), "CM's API sent an answer that is not a JSON object (HTTP 200)."),
        (Answers(b""), "CM's API sent an answer that is empty (HTTP 200)."),
        (Answers(b'{"message": "no Lucas"}', 403), "CM's API refused to give the status (HTTP 403)."),
        (Answers(b'{"message": "no Lucas"}', 502), "CM's API failed to give the status (HTTP 502)."),
    ],
)
def test_what_is_said_of_a_bad_answer_names_it_and_not_the_person(answers: Answers, said: str) -> None:
    answers.headers["x-request-id"] = "abc-1"
    error = status(answers)
    assert isinstance(error, RequestRefused | ServerFailed | UnreadableAnswer)
    assert error.what == said
    assert error.request_id == "abc-1"
