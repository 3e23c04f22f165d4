"""Every odd answer ends in a typed result or a typed error, with its bytes on it."""

import json
from typing import Any

import pytest
from attrs import frozen

from itsme_facade import (
    ItsmeError,
    Outcome,
    RequestRefused,
    Scope,
    ServerFailed,
    Success,
    UnreadableAnswer,
    Unrecognised,
)
from tests.sockets.behaviours import answer, send
from tests.sockets.caller import Caller
from tests.sockets.fault_server import FaultServer
from tests.sockets.people import OPEN, WITH_PERSON

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
    "a status in capitals": Read('{"status": "SUCCESS", "userId": "u"}', "Success", "SUCCESS", {"user_id": "u"}),
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
    assert (result.identity and result.identity.to_dict()) == read.identity
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
