"""Answers that are errors, or whose JSON is not what it should be."""

import json
from typing import Literal

import pytest

from itsme_facade.sandbox import Sandbox
from tests.sandbox.faults.wire import approved
from tests.sandbox.relying_party import RelyingParty

GIVEN_OUT = {"status": "success"}


def test_an_error_status_comes_in_the_apis_shape_and_uses_nothing_up(sandbox: Sandbox, shop: RelyingParty) -> None:
    transaction = approved(shop)
    sandbox.faults.next(call="status", status=500, message="the database is away")
    answer = shop.ask(transaction)
    assert answer.status_code == 500
    assert answer.json() == {"status": 500, "message": "the database is away", "code": "fault"}
    assert "name" in shop.status(transaction)


def test_a_create_call_that_fails_creates_nothing(sandbox: Sandbox, shop: RelyingParty) -> None:
    sandbox.faults.next(call="create", status=400)
    answer = shop.post(shop.request())
    assert (answer.status_code, answer.json()["message"]) == (400, "an error that was asked for")
    assert sandbox.transactions == ()


@pytest.mark.parametrize("body", ["truncated", "malformed"])
def test_json_that_is_none_comes_with_its_own_length_and_the_data_is_given_out(
    sandbox: Sandbox, shop: RelyingParty, body: Literal["truncated", "malformed"]
) -> None:
    transaction = approved(shop)
    sandbox.faults.next(call="status", body=body)
    answer = shop.ask(transaction)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert "Halle" in answer.text or body == "truncated"
    assert shop.status(transaction) == GIVEN_OUT


def test_every_enumerated_value_can_be_one_that_nobody_knows(sandbox: Sandbox, shop: RelyingParty) -> None:
    transaction = approved(shop)
    sandbox.faults.next(call="status", body="unknown-values")
    answer = shop.status(transaction)
    assert answer["name"]["fullName"]
    assert {answer[field] for field in ("status", "gender", "locale")} == {"not-in-any-documentation"}
    assert shop.status(transaction) == GIVEN_OUT


def test_every_object_can_have_a_field_that_nobody_knows(sandbox: Sandbox, shop: RelyingParty) -> None:
    transaction = approved(shop)
    sandbox.faults.next(call="status", body="extra-fields")
    answer = shop.status(transaction)
    assert answer["status"] == "success"
    for part in (answer, answer["name"], answer["address"]):
        assert part["notInAnyDocumentation"] == {"number": 1, "nothing": None, "list": ["text"]}


def test_a_created_transaction_can_come_with_fields_that_nobody_knows(sandbox: Sandbox, shop: RelyingParty) -> None:
    sandbox.faults.next(body="extra-fields")
    transaction = shop.create()
    assert "notInAnyDocumentation" in transaction
    assert shop.status(transaction) == {"status": "open"}
