"""Transactions over real sockets, from the relying party's side: made, open, and ended by what the person does."""

import re
import string
import time
from statistics import median

import httpx
import pytest

from itsme_facade.sandbox import Sandbox
from tests.sandbox.relying_party import ALL_SCOPES, RelyingParty, end


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
