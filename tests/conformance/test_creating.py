"""Creating a transaction: the request, field by field, and what comes back."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from itsme_facade import InvalidArguments, Itsme, Locale, RequestRefused, ServerFailed, Service
from itsme_facade.sandbox import Sandbox
from tests.conformance.conftest import TOKEN, Canned, Recorder
from tests.contract.documents import faults
from tests.sandbox.relying_party import RelyingParty

BACK = "https://shop.example/itsme/back"
CREATED = {"transactionToken": "t0k3n", "authenticationUrl": "https://login.itsme.example/a1"}


@pytest.fixture
def operation(contract: dict[str, Any]) -> dict[str, Any]:
    return contract["paths"]["/transactions"]["post"]  # type: ignore[no-any-return]


def body(recorder: Recorder) -> dict[str, Any]:
    return json.loads(recorder.sent[-1].content)  # type: ignore[no-any-return]


def test_creating_is_a_post_to_transactions(
    itsme: Itsme, sandbox: Sandbox, recorder: Recorder, contract: dict[str, Any]
) -> None:
    itsme.login(BACK)
    (request,) = recorder.sent
    assert request.method == "POST"
    assert str(request.url) == f"{sandbox.api_url}/transactions"
    assert set(contract["paths"]["/transactions"]) == {"post"}


def test_the_request_is_json_and_says_so(
    itsme: Itsme, shop: RelyingParty, recorder: Recorder, operation: dict[str, Any], sandbox: Sandbox
) -> None:
    itsme.login(BACK)
    assert recorder.sent[0].headers["content-type"] == "application/json"
    assert isinstance(body(recorder), dict)
    assert set(operation["requestBody"]["content"]) == {"application/json"}
    form = shop.http.post(f"{sandbox.api_url}/transactions", data=shop.request())
    assert form.status_code == 400


def test_a_request_with_every_field_is_sent_as_the_page_shows_it(itsme: Itsme, recorder: Recorder) -> None:
    itsme.register(BACK, scopes=["profile", "email", "phone", "address"], locale="nl", phone_number="+32471234567")
    assert body(recorder) == {
        "token": TOKEN,
        "service": "register",
        "scopes": ["profile", "email", "phone", "address"],
        "locale": "nl",
        "redirectUrl": BACK,
        "phoneNumber": "+32471234567",
    }
    assert faults("TransactionRequest", body(recorder)) == []


@pytest.mark.parametrize("field", ["token", "service", "redirectUrl"])
def test_a_required_field_cannot_be_left_out(shop: RelyingParty, schemas: dict[str, Any], field: str) -> None:
    assert field in schemas["TransactionRequest"]["required"]
    request = shop.request()
    del request[field]
    answer = shop.post(request)
    assert answer.status_code == 400
    assert f"{field}: required" in answer.json()["message"]


@pytest.mark.parametrize("field", ["scopes", "locale", "phoneNumber"])
def test_an_optional_field_may_be_left_out_and_is_then_not_sent(
    itsme: Itsme, recorder: Recorder, schemas: dict[str, Any], field: str
) -> None:
    assert field not in schemas["TransactionRequest"]["required"]
    assert field in schemas["TransactionRequest"]["properties"]
    started = itsme.login(BACK)
    assert field not in body(recorder)
    assert started.transaction_token


def test_the_api_token_is_a_guid(itsme: Itsme, shop: RelyingParty, recorder: Recorder) -> None:
    itsme.login(BACK)
    assert body(recorder)["token"] == TOKEN
    assert shop.post(shop.request(token="00000000-0000-0000-0000-000000000000")).status_code == 200
    assert shop.post(shop.request(token="my-token")).status_code == 400
    with pytest.raises(InvalidArguments, match="token: not a GUID"):
        Itsme("my-token")


def test_the_api_token_tells_which_customer_asks(shop: RelyingParty, sandbox: Sandbox) -> None:
    user_ids: list[str] = []
    for token in (TOKEN, "00000000-0000-0000-0000-000000000001", TOKEN):
        transaction = shop.create(token=token)
        sandbox.person("lucas").phone.approve(transaction["authenticationUrl"])
        user_ids.append(shop.status(transaction)["userId"])
    assert user_ids[0] == user_ids[2] != user_ids[1]


def test_the_api_token_is_kept_secret(itsme: Itsme, recorder: Recorder, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    started = itsme.login(BACK)
    itsme.status(started)
    created, asked = recorder.sent
    assert TOKEN not in str(created.url)
    assert TOKEN not in f"{asked.url}{asked.headers}{asked.content!r}"
    assert TOKEN not in f"{itsme!r}{itsme}{started!r}{caplog.text}"


@pytest.mark.parametrize("service", list(Service))
def test_the_service_is_the_kind_of_transaction(
    itsme: Itsme, sandbox: Sandbox, recorder: Recorder, service: Service
) -> None:
    getattr(itsme, service)(BACK)
    assert body(recorder)["service"] == service
    assert sandbox.transactions[-1].service == service


def test_no_other_service_is_admitted(shop: RelyingParty, schemas: dict[str, Any]) -> None:
    assert schemas["Service"]["enum"] == ["login", "register"]
    assert shop.post(shop.request(service="logout")).status_code == 400


@pytest.mark.parametrize("locale", list(Locale))
def test_the_locale_is_the_language_of_the_screens(
    itsme: Itsme, browser: httpx.Client, recorder: Recorder, locale: Locale
) -> None:
    page = browser.get(itsme.login(BACK, locale=locale).authentication_url)
    assert body(recorder)["locale"] == locale
    assert f'<html lang="{locale}">' in page.text


def test_no_other_locale_is_admitted(itsme: Itsme, shop: RelyingParty, schemas: dict[str, Any]) -> None:
    assert schemas["Locale"]["enum"] == ["en", "nl", "fr", "de"]
    assert set(Locale) == set(schemas["Locale"]["enum"])
    assert shop.post(shop.request(locale="es")).status_code == 400
    with pytest.raises(InvalidArguments, match="locale"):
        itsme.login(BACK, locale="es")


@pytest.mark.parametrize("wrong", ["", "/itsme/back", "shop.example/back", "https://", "javascript:alert(1)"])
def test_the_redirect_url_is_a_url(itsme: Itsme, shop: RelyingParty, recorder: Recorder, wrong: str) -> None:
    assert shop.post(shop.request(redirectUrl=wrong)).status_code == 400
    with pytest.raises(InvalidArguments, match="redirect_url"):
        itsme.login(wrong)
    assert recorder.sent == []
    itsme.login(BACK)
    assert body(recorder)["redirectUrl"] == BACK


def test_the_redirect_url_is_where_the_person_goes_after_leaving_itsme(
    itsme: Itsme, sandbox: Sandbox, browser: httpx.Client
) -> None:
    for back in (BACK, "https://other.example/?x=1"):
        started = itsme.login(back, phone_number="+32471234567")
        assert browser.get(started.authentication_url).status_code == 200
        sandbox.person("lucas").phone.approve(started.authentication_url)
        assert browser.get(started.authentication_url).headers["location"] == back


@pytest.mark.parametrize("wrong", ["0471234567", "32471234567", "+0471234567", "+324712345678901234", "phone"])
def test_the_phone_number_is_in_e164_format(itsme: Itsme, shop: RelyingParty, wrong: str) -> None:
    assert shop.post(shop.request(phoneNumber="+32471234567")).status_code == 200
    assert shop.post(shop.request(phoneNumber=wrong)).status_code == 400
    with pytest.raises(InvalidArguments) as caught:
        itsme.login(BACK, phone_number=wrong if wrong[0] in "0+p" else wrong + "x")
    assert [problem.argument for problem in caught.value.problems] == ["phone_number"]


def test_the_phone_number_is_prefilled_on_the_login_page(itsme: Itsme, browser: httpx.Client) -> None:
    page = browser.get(itsme.login(BACK, phone_number="+32471234567").authentication_url)
    assert re.search(r'name="phoneNumber"[^>]*value="\+32471234567"', page.text)


def test_the_phone_number_is_the_persons_own(itsme: Itsme, sandbox: Sandbox) -> None:
    started = itsme.login(BACK, phone_number=sandbox.person("east-belgium").phone.number)
    sandbox.person("east-belgium").always("approve")
    result = itsme.status(started)
    assert result.identity is not None
    assert result.identity.user_id == sandbox.person("east-belgium").user_id()


def test_a_created_transaction_has_a_token_and_a_url_and_nothing_else(shop: RelyingParty) -> None:
    answer = shop.post(shop.request())
    assert answer.status_code == 200
    assert set(answer.json()) == {"transactionToken", "authenticationUrl"}
    assert faults("Transaction", answer.json()) == []


def test_the_transaction_token_of_the_pages_example_is_read(canned: Canned) -> None:
    token = "SMDhN88yYlE3ug2mUzSsma7Vb3GFBXV61tLgJEYVwJVZ9623kECl7A5p4uqIat2W"
    answer = {**CREATED, "transactionToken": token}
    assert faults("Transaction", answer) == []
    assert canned(200, answer).login(BACK).transaction_token == token


def test_the_transaction_token_is_what_status_and_information_are_asked_with(
    itsme: Itsme, sandbox: Sandbox, contract: dict[str, Any]
) -> None:
    started = itsme.login(BACK, scopes=["email"])
    sandbox.person("lucas").phone.approve(started.authentication_url)
    result = itsme.status(started.transaction_token)
    assert result.status == "success"
    assert result.identity is not None
    assert result.identity.email_address == "lucas.maes@mail.example"
    link = contract["paths"]["/transactions"]["post"]["responses"]["200"]["links"]["status"]
    assert link["parameters"] == {"transactionToken": "$response.body#/transactionToken"}


def test_the_authentication_url_begins_the_authentication(
    itsme: Itsme, browser: httpx.Client, sandbox: Sandbox
) -> None:
    started = itsme.login(BACK)
    assert urlsplit(started.authentication_url).scheme in {"http", "https"}
    assert browser.get(started.authentication_url).status_code == 200
    timeline = sandbox.transaction(started.authentication_url).timeline
    assert timeline[-1].what == "login page opened"


def test_200_means_that_the_transaction_was_created(
    shop: RelyingParty, sandbox: Sandbox, operation: dict[str, Any]
) -> None:
    assert shop.post(shop.request()).status_code == 200
    assert len(sandbox.transactions) == 1
    assert "200" in operation["responses"]


def test_400_means_invalid_parameters_and_its_body_holds_the_message(
    shop: RelyingParty, sandbox: Sandbox, canned: Canned, operation: dict[str, Any]
) -> None:
    answer = shop.post(shop.request(service="logout"))
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("service: ")
    assert sandbox.transactions == ()
    with pytest.raises(RequestRefused) as caught:
        canned(400, answer.json()).login(BACK)
    assert caught.value.status_code == 400
    assert caught.value.message == answer.json()["message"]
    assert "400" in operation["responses"]


def test_500_means_that_creating_went_wrong(canned: Canned, operation: dict[str, Any]) -> None:
    with pytest.raises(ServerFailed) as caught:
        canned(500, {"status": 500, "message": "no"}).login(BACK)
    assert caught.value.status_code == 500
    assert "500" in operation["responses"]


def test_creating_documents_these_answers_and_no_other(operation: dict[str, Any]) -> None:
    assert set(operation["responses"]) == {"200", "400", "500"}
