"""Which calls a fault happens to, and which faults there can be."""

from typing import Any

import httpx
import pytest

from itsme_facade.sandbox import Fault, Sandbox
from tests.sandbox.faults.wire import approved
from tests.sandbox.relying_party import RelyingParty


def statuses(shop: RelyingParty, count: int) -> list[int]:
    """Asks for the status of an open transaction so many times."""
    transaction = shop.create()
    return [shop.ask(transaction).status_code for _ in range(count)]


def test_nothing_goes_wrong_unless_it_is_told_to(sandbox: Sandbox, shop: RelyingParty) -> None:
    assert sandbox.faults.pending == ()
    assert statuses(shop, 3) == [200, 200, 200]


def test_a_fault_happens_once(sandbox: Sandbox, shop: RelyingParty) -> None:
    sandbox.faults.next(call="status", status=500)
    assert statuses(shop, 3) == [500, 200, 200]
    assert sandbox.faults.pending == ()


def test_a_fault_happens_as_often_as_it_is_told_to(sandbox: Sandbox, shop: RelyingParty) -> None:
    sandbox.faults.next(call="status", status=503, times=2)
    transaction = shop.create()
    assert shop.ask(transaction).status_code == 503
    [fault] = sandbox.faults.pending
    assert fault == Fault(call="status", status=503, times=1)
    assert [shop.ask(transaction).status_code for _ in range(2)] == [503, 200]


def test_a_fault_of_one_call_leaves_the_other_alone_and_can_be_asked_for(sandbox: Sandbox, shop: RelyingParty) -> None:
    fault = sandbox.faults.next(call="create", status=500)
    transaction = approved_before(sandbox, shop)
    assert shop.ask(transaction).status_code == 200
    assert sandbox.faults.pending == (fault,)
    assert shop.post(shop.request()).status_code == 500


def approved_before(sandbox: Sandbox, shop: RelyingParty) -> dict[str, Any]:
    """A transaction that was created while no fault waited."""
    waiting = sandbox.faults.pending
    sandbox.faults.clear()
    transaction = approved(shop)
    for fault in waiting:
        sandbox.faults.next(call=fault.call, status=fault.status)
    return transaction


def test_a_fault_without_a_call_happens_to_whichever_comes_first(sandbox: Sandbox, shop: RelyingParty) -> None:
    sandbox.faults.next(status=500, times=2)
    assert shop.post(shop.request()).status_code == 500
    assert shop.http.get(f"{sandbox.api_url}/status/none").status_code == 500
    assert sandbox.faults.pending == ()


def test_faults_happen_in_the_order_in_which_they_were_told(sandbox: Sandbox, shop: RelyingParty) -> None:
    for status in (500, 502, 503):
        sandbox.faults.next(call="status", status=status)
    assert statuses(shop, 4) == [500, 502, 503, 200]


def test_nothing_but_the_api_goes_wrong(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.faults.next(status=500)
    assert http.get(f"{sandbox.control_url}/people").status_code == 200
    assert len(sandbox.faults.pending) == 1


def test_a_reset_lets_nothing_go_wrong_any_more(sandbox: Sandbox, shop: RelyingParty) -> None:
    sandbox.faults.next(call="status", status=500, probability=1)
    assert statuses(shop, 2) == [500, 500]
    sandbox.reset()
    assert statuses(shop, 2) == [200, 200]


def test_a_seed_draws_the_same_calls_to_go_wrong_every_time_and_after_a_reset(http: httpx.Client) -> None:
    drawn: list[list[int]] = []
    with Sandbox(seed=7) as sandbox, Sandbox(seed=7) as other:
        for one in (sandbox, other, sandbox):
            one.reset()
            one.faults.next(call="status", status=500, probability=0.4)
            drawn.append(statuses(RelyingParty(one, http), 40))
    assert drawn[0] == drawn[1] == drawn[2]
    assert 5 < drawn[0].count(500) < 30


def test_a_fault_with_a_probability_can_be_limited_too(sandbox: Sandbox, shop: RelyingParty) -> None:
    sandbox.faults.next(call="status", status=500, probability=1, times=2)
    assert statuses(shop, 3) == [500, 500, 200]
    sandbox.faults.next(call="status", status=500, probability=0)
    assert statuses(shop, 3) == [200, 200, 200]


WRONG: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["nothing would go wrong"]),
    ({"call": "read", "delay": -1, "times": 0}, ["call: ", "delay: ", "times: "]),
    ({"status": 200}, ["status: "]),
    ({"status": True}, ["status: "]),
    ({"probability": 1.5, "delay": 1}, ["probability: "]),
    ({"delay": float("nan")}, ["delay: "]),
    ({"delay": 3601}, ["delay: "]),
    ({"drop": "always"}, ["drop: "]),
    ({"body": "empty"}, ["body: "]),
    ({"status": 500, "drop": "before-answer"}, ["status, drop: give one of them"]),
    ({"body": "truncated", "message": "?"}, ["message: goes with a status only"]),
    ({"drop": "instead-of-answer", "dribble": 1}, ["dribble: nothing of the answer is sent"]),
]


@pytest.mark.parametrize(("arguments", "named"), WRONG, ids=range(len(WRONG)))
def test_a_fault_that_cannot_be_is_refused_and_everything_wrong_is_named(
    sandbox: Sandbox, arguments: dict[str, Any], named: list[str]
) -> None:
    with pytest.raises(ValueError, match=named[0]) as refused:
        sandbox.faults.next(**arguments)
    assert all(name in str(refused.value) for name in named)
    assert sandbox.faults.pending == ()


def test_no_more_than_a_hundred_faults_wait(sandbox: Sandbox) -> None:
    for _ in range(100):
        sandbox.faults.next(delay=1)
    with pytest.raises(ValueError, match="clear them first"):
        sandbox.faults.next(delay=1)
    sandbox.faults.clear()
    assert sandbox.faults.pending == ()
