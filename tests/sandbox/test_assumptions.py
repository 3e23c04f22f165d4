"""What is assumed about CM's API can be set otherwise."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from itsme_facade.sandbox import Assumptions, Sandbox
from tests.sandbox.relying_party import RelyingParty, first_answer


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
    assert first_answer(sandbox, shop) == {"status": "success"}
    assert "userId" in first_answer(sandbox, shop, scopes=["phone"])
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
