"""The API over real sockets, from the relying party's side."""

import json
import re
import string
import time
from collections.abc import Iterator
from datetime import date, timedelta
from statistics import median

import httpx
import pytest

from itsme_facade.sandbox import Assumptions, Sandbox
from tests.sandbox.relying_party import Json, RelyingParty, end

PROFILE = {"name", "gender", "birthdate", "locale"}
ALL_SCOPES = ["profile", "email", "phone", "address"]


def approved(sandbox: Sandbox, shop: RelyingParty, person: str = "lucas", **fields: object) -> Json:
    """The first status answer after somebody approved."""
    transaction = shop.create(**fields)
    sandbox.person(person).phone.approve(transaction["authenticationUrl"])
    return shop.status(transaction)


@pytest.mark.parametrize("service", ["login", "register"])
def test_a_transaction_can_be_created_to_log_in_and_to_register(shop: RelyingParty, service: str) -> None:
    transaction = shop.create(service=service)
    assert set(transaction) == {"transactionToken", "authenticationUrl"}
    assert shop.status(transaction) == {"status": "open"}


def test_the_answers_are_json(shop: RelyingParty) -> None:
    answers = [shop.post(shop.request()), shop.post({}), shop.ask(shop.create())]
    assert [answer.status_code for answer in answers] == [200, 400, 200]
    assert {answer.headers["content-type"] for answer in answers} == {"application/json"}
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}


def test_the_transaction_token_is_64_letters_and_digits_and_never_the_same(shop: RelyingParty) -> None:
    tokens = [shop.create()["transactionToken"] for _ in range(20)]
    assert all(re.fullmatch(r"[A-Za-z0-9]{64}", token) for token in tokens)
    assert len(set(tokens)) == 20
    assert set("".join(tokens)) == set(string.ascii_letters + string.digits)


def test_an_answer_does_not_wait_for_the_network_to_collect_more(shop: RelyingParty) -> None:
    times: list[float] = []
    for _ in range(15):
        begun = time.perf_counter()
        shop.create()
        times.append(time.perf_counter() - begun)
    # Nagle's algorithm and delayed acknowledgements together take 40 ms, every time.
    assert median(times) < 0.03


def test_the_authentication_url_is_the_login_page_and_holds_no_secret(sandbox: Sandbox, shop: RelyingParty) -> None:
    transaction = shop.create(redirectUrl="https://shop.example/back?state=secret")
    url = transaction["authenticationUrl"]
    assert re.fullmatch(re.escape(sandbox.url) + r"/login/[A-Za-z0-9]{22}", url)
    assert transaction["transactionToken"] not in url
    assert "secret" not in url
    assert httpx.get(url).status_code == 200


def test_the_status_is_open_until_the_person_has_decided(sandbox: Sandbox, shop: RelyingParty) -> None:
    transaction = shop.create(scopes=ALL_SCOPES)
    assert [shop.status(transaction) for _ in range(3)] == [{"status": "open"}] * 3
    sandbox.person("lucas").phone.approve()
    assert shop.status(transaction)["status"] == "success"


def test_a_success_gives_the_user_information_in_the_documented_fields(sandbox: Sandbox, shop: RelyingParty) -> None:
    answer = approved(sandbox, shop, scopes=ALL_SCOPES)
    user_id = answer.pop("userId")
    assert re.fullmatch(r"[A-Za-z0-9]{40}", user_id)
    assert answer == {
        "status": "success",
        "name": {"givenName": "Lucas", "familyName": "Maes", "fullName": "Lucas Maes"},
        "gender": "male",
        "birthdate": "1974-01-31",
        "locale": "nl",
        "phoneNumber": "+32471234567",
        "emailAddress": "lucas.maes@mail.example",
        "address": {
            "streetAddress": "Rue Neuve 1",
            "postalCode": "1000",
            "city": "Bruxelles",
            "countryCode": "BE",
        },
    }


def test_user_information_is_provided_once_and_then_only_the_status(sandbox: Sandbox, shop: RelyingParty) -> None:
    transaction = shop.create(scopes=ALL_SCOPES)
    sandbox.person("lucas").phone.approve()
    first, *later = [shop.status(transaction) for _ in range(4)]
    assert first["name"]["fullName"] == "Lucas Maes"
    assert later == [{"status": "success"}] * 3


@pytest.mark.parametrize(
    ("scope", "fields"),
    [
        ("profile", PROFILE),
        ("email", {"emailAddress"}),
        ("phone", {"phoneNumber"}),
        ("address", {"address"}),
    ],
)
def test_each_scope_gives_its_own_fields_and_no_other(
    sandbox: Sandbox, shop: RelyingParty, scope: str, fields: set[str]
) -> None:
    assert set(approved(sandbox, shop, scopes=[scope])) == {"status", "userId"} | fields


@pytest.mark.parametrize("fields", [{}, {"scopes": []}])
def test_without_scopes_a_success_gives_the_user_id_alone(sandbox: Sandbox, shop: RelyingParty, fields: Json) -> None:
    assert set(approved(sandbox, shop, **fields)) == {"status", "userId"}


@pytest.mark.parametrize(
    ("deed", "status"), [("refuse", "cancelled"), ("wrong_icon", "cancelled"), ("approve", "success")]
)
def test_what_the_person_does_decides_the_status(sandbox: Sandbox, shop: RelyingParty, deed: str, status: str) -> None:
    transaction = shop.create()
    getattr(sandbox.person("lucas").phone, deed)()
    assert shop.status(transaction)["status"] == status


@pytest.mark.parametrize("status", ["cancelled", "failure", "expired"])
def test_without_success_there_is_a_status_and_nothing_else(sandbox: Sandbox, shop: RelyingParty, status: str) -> None:
    transaction = shop.create(scopes=ALL_SCOPES)
    end(sandbox, transaction["authenticationUrl"], status)
    assert [shop.status(transaction) for _ in range(2)] == [{"status": status}] * 2


def test_a_transaction_nobody_finishes_expires(sandbox: Sandbox, shop: RelyingParty) -> None:
    transaction = shop.create()
    sandbox.clock.advance(minutes=9, seconds=50)
    assert shop.status(transaction) == {"status": "open"}
    sandbox.clock.advance(seconds=20)
    assert shop.status(transaction) == {"status": "expired"}


def test_an_app_that_nobody_answers_lets_the_transaction_expire_after_three_minutes(
    sandbox: Sandbox, shop: RelyingParty
) -> None:
    transaction = shop.create()
    sandbox.person("lucas").phone.ignore()
    sandbox.clock.advance(minutes=3, seconds=1)
    assert shop.status(transaction) == {"status": "expired"}


def test_a_blocked_account_lets_the_transaction_fail(sandbox: Sandbox, shop: RelyingParty) -> None:
    transaction = shop.create()
    sandbox.person("blocked").phone.approve()
    assert shop.status(transaction) == {"status": "failure"}


def test_the_user_id_is_the_same_in_every_transaction_of_a_person(sandbox: Sandbox, shop: RelyingParty) -> None:
    registered = approved(sandbox, shop, service="register")
    logged_in = approved(sandbox, shop, service="login", scopes=["email"])
    assert registered["userId"] == logged_in["userId"] == sandbox.person("lucas").user_id()


def test_two_people_never_share_a_user_id(sandbox: Sandbox) -> None:
    user_ids = [person.user_id() for person in sandbox.people]
    assert len(set(user_ids)) == len(user_ids) > 20


def test_another_relying_party_knows_the_person_by_another_user_id(sandbox: Sandbox, shop: RelyingParty) -> None:
    other = approved(sandbox, shop, token="99999999-aaaa-4bbb-8ccc-dddddddddddd")
    assert other["userId"] != approved(sandbox, shop)["userId"]


def test_the_user_id_changes_when_the_account_is_made_anew(sandbox: Sandbox, shop: RelyingParty) -> None:
    before = approved(sandbox, shop)["userId"]
    sandbox.person("lucas").make_account_anew()
    assert approved(sandbox, shop)["userId"] != before


@pytest.mark.parametrize("person", [person.id for person in Sandbox().people if person.account.state == "active"])
def test_every_person_is_given_as_the_catalogue_has_them(sandbox: Sandbox, shop: RelyingParty, person: str) -> None:
    sandbox.person(person).always(None)
    answer = approved(sandbox, shop, person, scopes=ALL_SCOPES)
    details = sandbox.person(person).details
    assert answer.get("gender") == details.gender
    assert answer.get("birthdate") == details.birthdate
    assert answer.get("locale") == details.locale
    assert answer.get("emailAddress") == details.email_address
    assert answer["phoneNumber"] == details.phone_number
    assert answer["name"].get("givenName") == details.given_name
    assert answer["name"]["fullName"] == details.name
    assert ("address" in answer) == (details.address is not None)
    assert None not in [*answer.values(), *answer["name"].values(), *answer.get("address", {}).values()]


def test_what_is_given_has_the_documented_formats(sandbox: Sandbox, shop: RelyingParty) -> None:
    answer = approved(sandbox, shop, scopes=ALL_SCOPES)
    assert date.fromisoformat(answer["birthdate"]) == date(1974, 1, 31)
    assert answer["gender"] in {"male", "female"}
    assert answer["locale"] in {"en", "nl", "fr", "de"}
    assert re.fullmatch(r"\+[1-9][0-9]{6,14}", answer["phoneNumber"])
    assert re.fullmatch(r"[^@\s]+@[^@\s]+", answer["emailAddress"])
    assert re.fullmatch(r"[A-Z]{2}", answer["address"]["countryCode"])
    assert answer["name"]["fullName"] == f"{answer['name']['givenName']} {answer['name']['familyName']}"


def test_a_street_of_two_lines_is_separated_by_a_newline(sandbox: Sandbox, shop: RelyingParty) -> None:
    answer = approved(sandbox, shop, "two-line-street", scopes=["address"])
    assert answer["address"]["streetAddress"].split("\n") == ["Residentie Zeezicht", "Zeedijk 120 bus 0402"]


def test_a_name_outside_ascii_comes_through_in_utf_8(sandbox: Sandbox, shop: RelyingParty) -> None:
    transaction = shop.create(scopes=["profile"])
    sandbox.person("non-ascii").phone.approve()
    assert "Tǎnka Dvořák-Øğuz".encode() in shop.ask(transaction).content


def test_the_locale_in_the_answer_is_the_persons_not_the_requests(sandbox: Sandbox, shop: RelyingParty) -> None:
    assert approved(sandbox, shop, "east-belgium", scopes=["profile"], locale="fr")["locale"] == "de"


# What is refused


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


# What is assumed can be set otherwise


@pytest.fixture
def other_shop(request: pytest.FixtureRequest, http: httpx.Client) -> Iterator[tuple[Sandbox, RelyingParty]]:
    with Sandbox(assumptions=Assumptions(**request.param)) as sandbox:
        yield sandbox, RelyingParty(sandbox, http)


@pytest.mark.parametrize("other_shop", [{"second_read": "unknown-token"}], indirect=True)
def test_the_second_read_can_be_set_to_know_the_token_no_more(
    other_shop: tuple[Sandbox, RelyingParty],
) -> None:
    sandbox, shop = other_shop
    transaction = shop.create()
    sandbox.person("lucas").phone.approve()
    assert [shop.ask(transaction).status_code for _ in range(2)] == [200, 404]


@pytest.mark.parametrize("other_shop", [{"read_within": timedelta(seconds=30)}], indirect=True)
def test_the_thirty_second_rule_can_be_switched_on(other_shop: tuple[Sandbox, RelyingParty]) -> None:
    sandbox, shop = other_shop
    late, soon = shop.create(scopes=["email"]), shop.create(scopes=["email"])
    sandbox.person("lucas").phone.approve(late["authenticationUrl"])
    sandbox.clock.advance(seconds=31)
    sandbox.person("lucas").phone.approve(soon["authenticationUrl"])
    assert shop.status(late) == {"status": "success"}
    assert "emailAddress" in shop.status(soon)


@pytest.mark.parametrize("other_shop", [{"user_id_without_scopes": False, "error_fields": ("message",)}], indirect=True)
def test_the_user_id_and_the_shape_of_errors_can_be_set(other_shop: tuple[Sandbox, RelyingParty]) -> None:
    sandbox, shop = other_shop
    assert approved(sandbox, shop) == {"status": "success"}
    assert "userId" in approved(sandbox, shop, scopes=["phone"])
    assert shop.post({"service": "login", "token": sandbox.token}).json() == {"message": "redirectUrl: required"}


@pytest.mark.parametrize(
    "other_shop", [{"api_tokens": frozenset({"11111111-2222-4333-8444-555555555555"})}], indirect=True
)
def test_the_accepted_api_tokens_can_be_set(other_shop: tuple[Sandbox, RelyingParty]) -> None:
    _, shop = other_shop
    answer = shop.post(shop.request())
    assert (answer.status_code, answer.json()["code"]) == (403, "unknown_api_token")
    assert shop.create(token="11111111-2222-4333-8444-555555555555")


@pytest.mark.parametrize(
    "other_shop", [{"redirect_refused": frozenset({"http", "loopback", "query", "fragment"})}], indirect=True
)
@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("http://shop.example/", "http"),
        ("https://shop.localhost/", "loopback"),
        ("https://127.0.0.1/", "loopback"),
        ("https://shop.example/?a=b", "query"),
        ("https://shop.example/#a", "fragment"),
    ],
)
def test_kinds_of_redirect_urls_can_be_refused(other_shop: tuple[Sandbox, RelyingParty], url: str, kind: str) -> None:
    _, shop = other_shop
    answer = shop.post(shop.request(redirectUrl=url))
    assert (answer.status_code, answer.json()["message"]) == (400, f"redirectUrl: {kind} is refused here")
    assert shop.create(redirectUrl="https://shop.example/")


def test_nothing_that_is_logged_holds_a_token_or_a_person(
    http: httpx.Client, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    # Level 1 is below everything: uvicorn has a level for whole requests, which it looks at when it starts.
    with caplog.at_level(1), Sandbox() as sandbox:
        shop = RelyingParty(sandbox, http)
        transaction = shop.create(scopes=ALL_SCOPES, phoneNumber="+32471234567")
        sandbox.person("lucas").phone.approve()
        shop.status(transaction)
        shop.post(shop.request(token="secret-token", phoneNumber="+32nonsense"))
    # The client of this test logs too; that is not the sandbox's doing.
    records = [record for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    told = "".join([*(record.getMessage() for record in records), *capfd.readouterr()])
    for secret in (transaction["transactionToken"], sandbox.token, "secret-token", "+3247", "Maes"):
        assert secret not in told
    assert transaction["transactionToken"] not in repr(sandbox.world.transactions())
