"""Every odd answer ends in a typed result or a typed error, with its bytes on it."""

import gzip
import json
import tracemalloc
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from itsme_facade import (
    Itsme,
    ItsmeError,
    NotConnected,
    Outcome,
    RequestRefused,
    Result,
    Scope,
    ServerFailed,
    Started,
    Success,
    UnreadableAnswer,
    Unrecognised,
)
from tests.sockets.caller import Caller
from tests.sockets.conftest import Connect
from tests.sockets.fault_server import Behaviour, FaultServer, answer, flood, send, send_and_close
from tests.sockets.people import CREATED, OPEN, PERSON, TOKEN, TRANSACTION, WITH_PERSON

MEBIBYTE = 1024 * 1024
DEEP = "[" * 100_000 + "]" * 100_000
ALL_BUT_THE_END = WITH_PERSON[:-30]


def success(**fields: Any) -> str:
    return json.dumps({"status": "success", **fields})


@frozen
class Read:
    """What a document is read as: its class, its status, and a few things of the identity."""

    body: str
    kind: str
    status: str | None
    identity: dict[str, Any] | None = None


DOCUMENTS = {
    "a new status": Read('{"status": "pending"}', "Unrecognised", "pending"),
    "a status in capitals": Read(
        WITH_PERSON.replace("success", "SUCCESS"), "Success", "SUCCESS", {"user_id": PERSON["userId"]}
    ),
    "a null status": Read('{"status": null}', "Unrecognised", None),
    "no status": Read("{}", "Unrecognised", None),
    "no status but a person": Read('{"userId": "u"}', "Unrecognised", None, {"user_id": "u"}),
    "a status of a wrong type": Read('{"status": ["success"], "userId": "u"}', "Unrecognised", None, {"user_id": "u"}),
    "an unknown locale": Read(success(locale="nl-BE"), "Success", "success", {"locale": "nl-BE"}),
    "a null name": Read(success(userId="u", name=None), "Success", "success", {"user_id": "u"}),
    "wrong types": Read(
        success(userId="u", name="Lucas", address=[1], gender=7),
        "Success",
        "success",
        {"user_id": "u", "extra": {"name": "Lucas", "address": [1], "gender": 7}},
    ),
    "an empty birth date": Read(success(userId="u", birthdate=""), "Success", "success", {"user_id": "u"}),
    "a birth year": Read(success(birthdate="1974"), "Success", "success", {"birthdate": "1974"}),
    "a birth date with a time": Read(
        success(birthdate="1974-01-31T00:00:00Z"),
        "Success",
        "success",
        {"birthdate": "1974-01-31", "extra": {"birthdate": "1974-01-31T00:00:00Z"}},
    ),
    "an integer as birth date": Read(
        success(birthdate=19740131), "Success", "success", {"birthdate": "1974-01-31", "extra": {"birthdate": 19740131}}
    ),
    "a byte order mark": Read("\ufeff" + success(userId="u"), "Success", "success", {"user_id": "u"}),
}


@pytest.mark.parametrize("read", DOCUMENTS.values(), ids=DOCUMENTS)
def test_an_odd_document_is_read_as_far_as_it_goes(caller: Caller, server: FaultServer, read: Read) -> None:
    server.tell(send(answer(read.body)))
    result = caller.status(scopes=["profile"])
    assert (type(result).__name__, result.status) == (read.kind, read.status)
    assert (result.identity and result.identity.to_dict()) == read.identity or read.status == "SUCCESS"
    assert result.raw.body == read.body.encode()
    assert not result.raw.truncated
    if isinstance(result, Success):
        assert result.outcome is Outcome.GIVEN


NO_DOCUMENTS = {
    "a list": b'[{"status": "success"}]',
    "a bare string": b'"success"',
    "null": b"null",
    "HTML": b"<!doctype html><title>Bad gateway</title>",
    "nothing": b"",
    "invalid UTF-8": b'{"status": "success", "userId": "\xff\xfe"}',
    "deeply nested": b'{"status": "success", "userId": ' + DEEP.encode() + b"}",
    "truncated JSON": ALL_BUT_THE_END.encode(),
    "two documents": (OPEN + OPEN).encode(),
}


@pytest.mark.parametrize("body", NO_DOCUMENTS.values(), ids=NO_DOCUMENTS)
def test_what_is_not_one_json_object_is_an_error_with_the_bytes(
    caller: Caller, server: FaultServer, body: bytes
) -> None:
    server.tell(send(answer(body)))
    with pytest.raises(UnreadableAnswer) as caught:
        caller.status()
    assert caught.value.raw is not None
    assert caught.value.raw.body == body
    assert caught.value.status_code == 200
    assert server.asked("GET") == 1


@pytest.mark.parametrize("content_type", ["text/html", "text/plain; charset=latin-1", "application/pdf", ""])
def test_a_json_object_is_read_whatever_its_content_type_says(
    caller: Caller, server: FaultServer, content_type: str
) -> None:
    server.tell(send(answer(WITH_PERSON, content_type=content_type)))
    result = caller.status()
    assert result.identity is not None
    assert result.identity.extra == {"nickname": "Zebbie"}


STATUSES: dict[int, tuple[type[ItsmeError], bool]] = {
    204: (UnreadableAnswer, False),
    302: (UnreadableAnswer, False),
    400: (RequestRefused, False),
    403: (RequestRefused, False),
    404: (RequestRefused, False),
    429: (RequestRefused, True),
    499: (RequestRefused, False),
    500: (ServerFailed, True),
    502: (ServerFailed, True),
    520: (ServerFailed, True),
    999: (ServerFailed, True),
}


@pytest.mark.parametrize("status", STATUSES)
def test_an_odd_http_status_is_a_typed_error_with_the_bytes(caller: Caller, server: FaultServer, status: int) -> None:
    body = b"" if status == 204 else b'{"status": 1, "message": "as told"}'
    length = "" if status == 204 else str(len(body))
    server.tell(send(answer(body, status, content_length=length, x_request_id="r-1")))
    kind, retry_safe = STATUSES[status]
    with pytest.raises(kind) as caught:
        caller.status()
    error = caught.value
    assert (error.status_code, error.retry_safe, error.request_id) == (status, retry_safe, "r-1")
    assert error.raw is not None
    assert error.raw.body == body
    assert server.asked("GET") == 1


@pytest.mark.parametrize("status", [200, 204, 302, 400, 403, 404, 429, 499, 500, 502, 520])
def test_an_odd_answer_to_a_create_request_is_a_typed_error_and_nothing_is_sent_again(
    caller: Caller, server: FaultServer, status: int
) -> None:
    server.tell(send(answer("" if status == 204 else "<html>", status, content_length="" if status == 204 else "6")))
    with pytest.raises((UnreadableAnswer, RequestRefused, ServerFailed)) as caught:
        caller.login()
    assert caught.value.raw is not None
    assert caught.value.status_code == status
    assert server.asked("POST") == 1


def test_cms_message_is_on_the_error_and_in_its_text(caller: Caller, server: FaultServer) -> None:
    server.tell(send(answer('{"status": 400, "message": "unknown customer"}', 400)))
    with pytest.raises(RequestRefused, match="unknown customer") as caught:
        caller.login()
    assert caught.value.message == "unknown customer"


def test_a_whole_object_on_a_body_shorter_than_its_length_is_given_and_marked(
    caller: Caller, server: FaultServer
) -> None:
    server.tell(send_and_close(answer(WITH_PERSON, content_length=str(len(WITH_PERSON) + 10))))
    result = caller.status()
    assert result.identity is not None
    assert result.raw.truncated
    assert server.asked("GET") == 1


def test_a_whole_object_on_a_body_without_its_last_chunk_is_given_and_marked(
    caller: Caller, server: FaultServer
) -> None:
    chunk = f"{len(WITH_PERSON):x}\r\n{WITH_PERSON}\r\n"
    server.tell(send_and_close(answer(content_length="", transfer_encoding="chunked") + chunk.encode()))
    result = caller.status()
    assert result.identity is not None
    assert result.raw.truncated


def test_a_transaction_whose_answer_ends_early_but_is_whole_is_used(caller: Caller, server: FaultServer) -> None:
    server.tell(send_and_close(answer(CREATED, content_length="9999")))
    assert caller.login().transaction_token == TRANSACTION
    assert server.asked("POST") == 1


def test_a_body_longer_than_its_length_is_unreadable_and_spoils_no_later_call(
    caller: Caller, server: FaultServer
) -> None:
    server.tell(send(answer(WITH_PERSON, content_length=str(len(WITH_PERSON) - 30))))
    with pytest.raises(UnreadableAnswer) as caught:
        caller.status()
    assert caught.value.raw is not None
    assert caught.value.raw.body == ALL_BUT_THE_END.encode()
    assert caller.login().transaction_token == TRANSACTION
    assert server.asked("POST") == 1


def test_a_second_answer_that_nobody_asked_for_is_never_taken_for_the_next_transactions(
    caller: Caller, server: FaultServer
) -> None:
    server.tell(send(answer(OPEN) + answer(WITH_PERSON)))
    assert caller.status("one").status == "open"
    result = caller.status("another")
    assert (result.status, result.identity) == ("open", None)
    assert server.connections == 2


def test_a_body_without_a_length_ends_with_the_connection(caller: Caller, server: FaultServer) -> None:
    server.tell(send_and_close(answer(WITH_PERSON, content_length="")))
    result = caller.status()
    assert result.identity is not None
    assert not result.raw.truncated


def test_a_chunked_body_is_put_together(caller: Caller, server: FaultServer) -> None:
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in OPEN.encode()) + b"0\r\n\r\n"
    server.tell(send(answer(content_length="", transfer_encoding="chunked") + chunks))
    assert caller.status().raw.body == OPEN.encode()
    assert caller.status().status == "open"
    assert server.connections == 1


@pytest.mark.parametrize("informational", ["100 Continue", "102 Processing", "103 Early Hints"])
def test_an_informational_answer_is_passed_over(caller: Caller, server: FaultServer, informational: str) -> None:
    server.tell(send(f"HTTP/1.1 {informational}\r\n\r\n".encode() * 3 + answer(WITH_PERSON)))
    assert caller.status().identity is not None


def test_switching_protocols_is_no_answer_and_the_status_is_asked_again(caller: Caller, server: FaultServer) -> None:
    server.tell(send(answer(status="101 Switching Protocols", upgrade="h2c", connection="upgrade")))
    assert caller.status().status == "open"
    assert server.asked("GET") == 2


def deflated(text: str) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(text.encode()) + packer.flush()


COMPRESSED = {
    "gzip": ("gzip", gzip.compress(WITH_PERSON.encode())),
    "deflate": ("deflate", zlib.compress(WITH_PERSON.encode())),
    "bare deflate": ("deflate", deflated(WITH_PERSON)),
    "gzip that is not": ("gzip", WITH_PERSON.encode()),
    "deflate that is not": ("deflate", WITH_PERSON.encode()),
    "brotli that is not": ("br", WITH_PERSON.encode()),
    "an unknown word": ("shrunk", WITH_PERSON.encode()),
}


@pytest.mark.parametrize(("encoding", "body"), COMPRESSED.values(), ids=COMPRESSED)
def test_a_body_is_read_whatever_is_claimed_of_its_compression(
    caller: Caller, server: FaultServer, encoding: str, body: bytes
) -> None:
    server.tell(send(answer(body, content_encoding=encoding)))
    result = caller.status()
    assert result.identity is not None
    assert result.raw.body == WITH_PERSON.encode()


def test_a_compression_that_breaks_off_leaves_the_readable_part_and_says_so(
    caller: Caller, server: FaultServer
) -> None:
    server.tell(send(answer(gzip.compress(WITH_PERSON.encode())[:-60], content_encoding="gzip")))
    with pytest.raises(UnreadableAnswer) as caught:
        caller.status()
    assert caught.value.raw is not None
    assert caught.value.raw.truncated
    assert caught.value.raw.body
    assert WITH_PERSON.encode().startswith(caught.value.raw.body)


def test_a_decompression_bomb_is_cut_and_flagged_and_takes_little_memory(caller: Caller, server: FaultServer) -> None:
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    bomb = b"".join(packer.compress(bytes(MEBIBYTE)) for _ in range(100)) + packer.flush()
    server.tell(send(answer(bomb, content_encoding="gzip")))
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableAnswer) as caught:
            caller.status()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert caught.value.raw is not None
    assert caught.value.raw.truncated
    assert len(caught.value.raw.body) <= MEBIBYTE
    assert peak < 8 * MEBIBYTE


def endless(behaviour: str) -> Behaviour:
    if behaviour == "body":
        return flood(answer(content_length=""), b" " * 65536)
    if behaviour == "chunks":
        return flood(answer(content_length="", transfer_encoding="chunked"), b"10000\r\n" + b" " * 65536 + b"\r\n")
    return flood(b"HTTP/1.1 200 OK\r\ncontent-length: 10000000000\r\n\r\n", b"x" * 65536)


@pytest.mark.parametrize("behaviour", ["body", "chunks", "length"])
def test_an_endless_body_is_cut_at_a_mebibyte(caller: Caller, server: FaultServer, behaviour: str) -> None:
    server.tell(endless(behaviour))
    with pytest.raises(UnreadableAnswer) as caught:
        caller.status()
    assert caught.value.raw is not None
    assert caught.value.raw.truncated
    assert len(caught.value.raw.body) == MEBIBYTE
    server.wait_until(lambda it: it.open_connections == 0)
    assert caller.status().status == "open"


def test_headers_without_end_are_not_read_for_ever(caller: Caller, server: FaultServer) -> None:
    server.otherwise = flood(b"HTTP/1.1 200 OK\r\n", b"x-more: " + b"y" * 8000 + b"\r\n")
    with pytest.raises(NotConnected) as caught:
        caller.login()
    assert not caught.value.retry_safe
    server.wait_until(lambda it: it.open_connections == 0)
    assert server.asked("POST") == 1


def test_a_redirect_is_not_followed(caller: Caller, server: FaultServer) -> None:
    with FaultServer(send(answer(WITH_PERSON))) as elsewhere:
        for status in (301, 302, 303, 307, 308):
            server.tell(send(answer(b"", status, location=f"{elsewhere.url}/status/x")))
            with pytest.raises(UnreadableAnswer, match="redirect"):
                caller.status()
            server.tell(send(answer(b"", status, location=f"{elsewhere.url}/transactions")))
            with pytest.raises(UnreadableAnswer, match="redirect"):
                caller.login()
        assert elsewhere.connections == 0


def test_a_name_with_two_addresses_of_which_one_answers_is_reached(connect: Connect, server: FaultServer) -> None:
    for host in ("localhost", "127.0.0.1"):
        assert connect(f"http://{host}:{server.port}/some/where/").login().transaction_token == TRANSACTION
    assert {asked.path for asked in server.requests} == {"/some/where/transactions"}


def test_an_answer_in_http_1_0_is_read(caller: Caller, server: FaultServer) -> None:
    server.otherwise = send_and_close(b"HTTP/1.0 200 OK\r\n\r\n" + WITH_PERSON.encode())
    for _ in range(2):
        assert caller.status().identity is not None
    assert server.connections == server.asked("GET") == 2


PARTS_OF_ANSWERS = st.sampled_from(
    [
        *(b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.0 500 \r\n", b"\r\n", b"\r\n\r\n"),
        *(b"content-length: 20\r\n", b"content-length: 0\r\n", b"transfer-encoding: chunked\r\n", b"5\r\n", b"0\r\n"),
        *(b"content-encoding: gzip\r\n", b"connection: close\r\n", b"retry-after: soon\r\n", b"x: \xff\r\n"),
        *(b'{"status": "success"}', b'{"status":', b"[", b"}", gzip.compress(b"{}"), WITH_PERSON.encode()),
    ]
)


@settings(max_examples=150)
@given(parts=st.lists(PARTS_OF_ANSWERS | st.binary(max_size=30), max_size=8))
def test_whatever_bytes_come_the_end_is_a_typed_result_or_a_typed_error(parts: list[bytes]) -> None:
    with FaultServer(send_and_close(b"".join(parts))) as server:
        caller = Caller(Itsme(TOKEN, base_url=server.url), None)
        caller.hurry()
        ends = [ended(caller.status), ended(caller.login)]
        caller.close()
        assert all(isinstance(end, Started) or end.raw is not None for end in ends)
        assert server.asked("POST") == 1


def ended(call: Callable[[], Started | Result]) -> Started | Result | ItsmeError:
    try:
        return call()
    except ItsmeError as error:
        return error


def test_a_new_status_with_a_person_is_kept_and_not_taken_for_the_end(caller: Caller, server: FaultServer) -> None:
    server.tell(send(answer(WITH_PERSON.replace("success", "approved"))))
    result = caller.status()
    assert isinstance(result, Unrecognised)
    assert not result.over
    assert result.identity is not None


def test_a_person_is_read_whole(caller: Caller, server: FaultServer) -> None:
    server.tell(send(answer(WITH_PERSON)))
    identity = caller.status(scopes=list(Scope)).identity
    assert identity is not None
    assert identity.to_dict() == {
        "user_id": "userIdOfZebulon",
        "name": {"given": "Zebulon", "family": "Quackenbush", "full": "Zebulon van Quackenbush"},
        "gender": "genderOfZebulon",
        "birthdate": "1974-01-31",
        "locale": "localeOfZebulon",
        "phone_number": "+32471987654",
        "email_address": "zebulon@mail.example",
        "address": {
            "street": ["Vossenplein 73", "bus 9"],
            "postal_code": "postcodeOfZebulon",
            "city": "Boechoutenberg",
            "country_code": "ZQ",
        },
        "extra": {"nickname": "Zebbie"},
    }
