"""The latest calls of the API: what happened, and nothing that must stay secret."""

import re
from threading import Thread
from typing import cast

import httpx
import pytest

from itsme_facade.sandbox import ApiCall, Sandbox
from tests.sandbox.control.caller import Control
from tests.sandbox.relying_party import Json, RelyingParty

STATE = "state-that-nobody-may-see"
ALL_SCOPES = ["profile", "email", "phone", "address"]


def last(sandbox: Sandbox) -> ApiCall:
    return sandbox.calls[-1]


def test_a_login_is_two_calls_with_what_was_sent_and_answered(control: Control, shop: RelyingParty) -> None:
    redirect_url = f"https://user:{STATE}@shop.example:8443/back/{STATE}?state={STATE}"
    transaction = shop.create(scopes=ALL_SCOPES, locale="fr", redirectUrl=redirect_url, phoneNumber="+32470000023")
    id_ = transaction["authenticationUrl"].rpartition("/")[2]
    shop.status(transaction)
    created, read = control.get("/calls")["calls"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", created.pop("at"))
    assert 0 < created.pop("milliseconds") < 1000
    assert created == {
        "method": "POST",
        "route": "/transactions",
        "transaction": id_,
        "status": 200,
        "fault": False,
        "sent": {
            "token": "***",
            "service": "login",
            "redirectUrl": "https://shop.example:8443/***",
            "scopes": ALL_SCOPES,
            "locale": "fr",
            "phoneNumber": "***",
        },
        "answered": {"transactionToken": "***", "authenticationUrl": transaction["authenticationUrl"]},
    }
    assert (read["method"], read["route"], read["transaction"]) == ("GET", "/status/{transactionToken}", id_)
    assert read["sent"] is None
    answered = read["answered"]
    assert answered["status"] == "success"
    assert {answered[field] for field in ("userId", "gender", "birthdate", "locale", "phoneNumber")} == {"***"}
    assert {*answered["name"].values(), *answered["address"].values()} == {"***"}


def test_nothing_secret_and_nothing_about_a_person_is_in_the_list(
    control: Control, sandbox: Sandbox, shop: RelyingParty
) -> None:
    transaction = shop.create(scopes=ALL_SCOPES, redirectUrl=f"https://shop.example/?state={STATE}")
    sandbox.person("lucas").phone.approve()
    answer = shop.status(transaction)
    for listed in (str(control.get("/calls")), repr(sandbox.calls)):
        for secret in (sandbox.token, transaction["transactionToken"], STATE, answer["userId"], "Maes", "1974-01-31"):
            assert secret not in listed


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b'{"service": "5a0db0c5-0000-4000-8000-00000000000f", "locale": {"a": "secret"}}', {"service": "***"}),
        (b'{"5a0db0c5-0000-4000-8000-00000000000f": 1}', {"***": "***"}),
        (b'{"scopes": ["secret", "email", ["secret"]], "token": null}', {"scopes": ["***", "email", ["***"]]}),
        (b'{"redirectUrl": "secret"}', {"redirectUrl": "***"}),
        (b'{"redirectUrl": "http://[::1/secret"}', {"redirectUrl": "***"}),
        (b'["secret"]', "***"),
        (b"secret", "***"),
        (b'{"a": "' + b"secret" * 1000 + b'"}', None),
        (b"", None),
    ],
    ids=range(9),
)
def test_what_was_sent_wrongly_is_masked_as_well(
    sandbox: Sandbox, http: httpx.Client, body: bytes, shown: object
) -> None:
    headers = {"content-type": "application/json"}
    assert http.post(f"{sandbox.api_url}/transactions", content=body, headers=headers).status_code == 400
    call = last(sandbox)
    assert (call.status, call.transaction) == (400, None)
    assert "secret" not in str(call)
    if isinstance(shown, dict):
        sent = cast("Json", call.sent)
        assert cast("Json", shown).items() <= sent.items()
    else:
        assert call.sent == shown


def test_a_wrong_content_type_and_an_unknown_token_are_in_the_list(sandbox: Sandbox, http: httpx.Client) -> None:
    http.post(f"{sandbox.api_url}/transactions", content=b"{}", headers={"content-type": "text/plain"})
    assert (last(sandbox).status, last(sandbox).sent) == (400, None)
    http.get(f"{sandbox.api_url}/status/nothing")
    assert last(sandbox).answered == {
        "status": 404,
        "message": "transactionToken: no transaction has this token",
        "code": "unknown_transaction",
    }


@pytest.mark.parametrize(("drop", "status"), [("before-answer", None), ("instead-of-answer", None)])
def test_a_call_that_was_never_answered_is_in_the_list(
    sandbox: Sandbox, shop: RelyingParty, drop: str, status: int | None
) -> None:
    sandbox.faults.next(call="create", drop=drop)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    with pytest.raises(httpx.RemoteProtocolError):
        shop.create()
    assert (last(sandbox).status, last(sandbox).answered, last(sandbox).fault) == (status, None, True)


def test_the_list_holds_the_latest_hundred_and_looking_adds_nothing(
    control: Control, sandbox: Sandbox, shop: RelyingParty
) -> None:
    ids = [shop.create()["authenticationUrl"].rpartition("/")[2] for _ in range(103)]
    assert [call["transaction"] for call in control.get("/calls")["calls"]] == ids[3:]
    assert len(sandbox.calls) == 100
    sandbox.reset()
    assert sandbox.calls == ()


def test_the_time_of_a_call_is_the_sandboxes(sandbox: Sandbox, shop: RelyingParty) -> None:
    shop.create()
    sandbox.clock.advance(hours=1)
    shop.create()
    first, second = sandbox.calls
    assert 3600 <= second.at - first.at < 3700


def test_the_list_can_be_read_while_it_grows(sandbox: Sandbox, shop: RelyingParty) -> None:
    thread = Thread(target=lambda: [shop.create() for _ in range(50)])
    thread.start()
    while thread.is_alive():
        assert len(sandbox.calls) <= 100
    thread.join()
    assert len(sandbox.calls) == 50
