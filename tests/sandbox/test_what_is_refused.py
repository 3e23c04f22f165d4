"""What the API accepts and what it refuses, over real sockets, and how the error names what is wrong."""

import json

import httpx
import pytest

from itsme_facade.sandbox import Sandbox
from tests.sandbox.relying_party import RelyingParty


@pytest.mark.parametrize("missing", ["token", "service", "redirectUrl"])
def test_a_request_without_a_required_field_gets_400(shop: RelyingParty, missing: str) -> None:
    body = shop.request()
    del body[missing]
    answer = shop.post(body)
    assert (answer.status_code, answer.json()["message"]) == (400, f"{missing}: required")


@pytest.mark.parametrize("optional", ["scopes", "locale", "phoneNumber"])
def test_a_request_without_an_optional_field_is_accepted(shop: RelyingParty, optional: str) -> None:
    body = shop.request(scopes=["email"], locale="nl", phoneNumber="+32471234567")
    del body[optional]
    assert shop.post(body).status_code == 200


@pytest.mark.parametrize("locale", ["en", "nl", "fr", "de"])
def test_every_documented_locale_is_accepted(shop: RelyingParty, locale: str) -> None:
    assert shop.post(shop.request(locale=locale)).status_code == 200


WRONG: list[tuple[str, object]] = [
    ("token", "no-guid"),
    ("token", "0000000000000000-0000-0000-000000000"),
    ("token", 7),
    ("token", "5a0db0c5-0000-4000-8000-000000000001\n"),
    ("service", "logout"),
    ("service", None),
    ("scopes", "profile"),
    ("scopes", ["profile", "iban"]),
    ("scopes", ["email", "email"]),
    ("scopes", [["email"]]),
    ("scopes", None),
    ("locale", "es"),
    ("locale", "NL"),
    ("locale", {}),
    ("redirectUrl", "/back"),
    ("redirectUrl", "ftp://shop.example/"),
    ("redirectUrl", "https://"),
    ("redirectUrl", "https://shop.example/a b"),
    ("redirectUrl", "https://shop.example/\r\nSet-Cookie: a=b"),
    ("redirectUrl", "https://shop.example/" + "a" * 2048),
    ("redirectUrl", "javascript:alert(1)"),
    ("phoneNumber", "0471234567"),
    ("phoneNumber", "+32 471234567"),
    ("phoneNumber", "+1234567890123456"),
    ("phoneNumber", 32471234567),
]


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_a_wrong_field_gets_400_with_a_message_that_names_it_and_not_its_value(
    shop: RelyingParty, field: str, value: object
) -> None:
    answer = shop.post(shop.request(**{field: value}))
    body = answer.json()
    assert answer.status_code == 400
    assert (body["status"], body["code"]) == (400, "invalid_parameters")
    assert body["message"].startswith(f"{field}: ")
    assert not isinstance(value, str) or value not in body["message"]


def test_everything_wrong_in_a_request_is_named_at_once(shop: RelyingParty) -> None:
    answer = shop.post({"token": "secret", "scopes": 1, "locale": "xx", "phoneNumber": "1", "colour": "red"})
    message = answer.json()["message"]
    named = {fault.partition(":")[0] for fault in message.split("; ")}
    assert named == {"token", "service", "scopes", "locale", "redirectUrl", "phoneNumber", "colour"}
    assert "secret" not in message


def test_unknown_fields_are_named_in_bounded_ascii(sandbox: Sandbox, shop: RelyingParty, http: httpx.Client) -> None:
    body = json.dumps(shop.request(**{f"\ud800{i}" + "é" * 100: i for i in range(50)}))
    headers = {"content-type": "application/json"}
    answer = http.post(f"{sandbox.api_url}/transactions", content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.text.isascii()
    assert len(answer.text) < 1000


BODIES: list[tuple[bytes, str]] = [
    (b"", "body"),
    (b"{", "body"),
    (b"[]", "body"),
    (b'"text"', "body"),
    (b"null", "body"),
    (b'{"token": NaN}', "body"),
    (b"\xff\xfe{}", "body"),
    (b"\xef\xbb\xbf{}", "body"),
    (b'{"token": "\xe9"}', "body"),
    (b'{"token": "a", "token": "b"}', "body"),
    (b"[" * 60_000, "body"),
    (b'{"token": ' + b"9" * 5_000 + b"}", "body"),
    (b'{"token": "' + b"a" * 70_000 + b'"}', "body: larger than 65536 bytes"),
]


@pytest.mark.parametrize(("body", "message"), BODIES, ids=range(len(BODIES)))
def test_a_body_that_is_no_json_object_gets_400(
    sandbox: Sandbox, http: httpx.Client, body: bytes, message: str
) -> None:
    answer = http.post(f"{sandbox.api_url}/transactions", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["message"].startswith(message)


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/json; charset=latin-1", "text/json"])
def test_another_content_type_than_json_gets_400(
    shop: RelyingParty, sandbox: Sandbox, http: httpx.Client, content_type: str | None
) -> None:
    answer = http.post(
        f"{sandbox.api_url}/transactions",
        content=json.dumps(shop.request()).encode(),
        headers={} if content_type is None else {"content-type": content_type},
    )
    assert (answer.status_code, answer.json()["message"]) == (400, "Content-Type: not application/json")


@pytest.mark.parametrize("content_type", ["application/json;charset=UTF-8", "Application/JSON"])
def test_json_by_any_of_its_spellings_is_accepted(
    shop: RelyingParty, sandbox: Sandbox, http: httpx.Client, content_type: str
) -> None:
    answer = http.post(
        f"{sandbox.api_url}/transactions",
        content=json.dumps(shop.request()).encode(),
        headers={"content-type": content_type},
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("token", ["x", "0" * 64, "%00", "%F0%9F%92%A9", "a" * 5000])
def test_an_unknown_transaction_token_gets_404(sandbox: Sandbox, http: httpx.Client, token: str) -> None:
    answer = http.get(f"{sandbox.api_url}/status/{token}")
    body = answer.json()
    assert (answer.status_code, body["status"], body["code"]) == (404, 404, "unknown_transaction")
    assert token not in answer.text or token == "x"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/transactions", "POST"),
        ("DELETE", "/transactions", "POST"),
        ("POST", "/status/abc", "GET"),
        ("HEAD", "/status/abc", "GET"),
        ("OPTIONS", "/status/abc", "GET"),
    ],
)
def test_another_method_gets_405_and_the_allowed_one(
    sandbox: Sandbox, http: httpx.Client, method: str, path: str, allowed: str
) -> None:
    answer = http.request(method, sandbox.api_url + path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


def test_head_on_a_status_consumes_nothing(sandbox: Sandbox, shop: RelyingParty, http: httpx.Client) -> None:
    transaction = shop.create(scopes=["email"])
    sandbox.person("lucas").phone.approve()
    http.head(f"{sandbox.api_url}/status/{transaction['transactionToken']}")
    assert shop.status(transaction)["emailAddress"] == "lucas.maes@mail.example"


@pytest.mark.parametrize("path", ["/itsme/v1", "/itsme/v1/transactions/", "/itsme/v1/status/", "/itsme/v2/x"])
def test_an_address_that_is_not_the_apis_gets_404_in_the_apis_error_shape(
    sandbox: Sandbox, http: httpx.Client, path: str
) -> None:
    answer = http.get(sandbox.url + path)
    assert (answer.status_code, answer.json()) == (
        404,
        {"status": 404, "message": "Not Found", "code": "not_found"},
    )
