"""Connections that break, stall, dribble and are refused, seen from the wire."""

import json
import time
from threading import Thread

import httpx
import pytest

from itsme_facade.sandbox import Sandbox
from tests.sandbox.faults.wire import LONGEST_WAIT, Line, announced, approved, status_path
from tests.sandbox.relying_party import RelyingParty

GIVEN_OUT = {"status": "success"}


def test_dropped_before_the_answer_nothing_arrives_and_nothing_is_used_up(sandbox: Sandbox, shop: RelyingParty) -> None:
    transaction = approved(shop)
    sandbox.faults.next(call="status", drop="before-answer")
    with Line(sandbox) as line:
        line.ask(status_path(transaction))
        assert line.read_answer() == b""
    assert "name" in shop.status(transaction)


def test_dropped_instead_of_the_answer_nothing_arrives_but_the_data_is_given_out(
    sandbox: Sandbox, shop: RelyingParty
) -> None:
    transaction = approved(shop)
    sandbox.faults.next(call="status", drop="instead-of-answer")
    with Line(sandbox) as line:
        line.ask(status_path(transaction))
        assert line.read_answer() == b""
    assert shop.status(transaction) == GIVEN_OUT


def test_dropped_within_the_answer_half_of_it_arrives_and_the_data_is_given_out(
    sandbox: Sandbox, shop: RelyingParty
) -> None:
    transaction = approved(shop)
    sandbox.faults.next(call="status", drop="within-answer")
    with Line(sandbox) as line:
        line.ask(status_path(transaction))
        head, _, body = line.read_answer().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert len(body) == announced(head) // 2
    assert body.startswith(b'{"status":"success","userId":"')
    assert shop.status(transaction) == GIVEN_OUT


def test_dropped_after_the_answer_it_arrives_whole_and_the_connection_ends_unannounced(
    sandbox: Sandbox, shop: RelyingParty
) -> None:
    transaction = approved(shop)
    sandbox.faults.next(call="status", drop="after-answer")
    with Line(sandbox) as line:
        line.ask(status_path(transaction))
        head, _, body = line.read_answer().partition(b"\r\n\r\n")
        assert "name" in json.loads(body)
        assert b"connection: close" not in head.lower()
        assert line.is_over()
    assert shop.status(transaction) == GIVEN_OUT


def test_without_a_fault_the_connection_is_kept(sandbox: Sandbox, shop: RelyingParty) -> None:
    transaction = approved(shop)
    with Line(sandbox) as line:
        for _ in range(3):
            line.ask(status_path(transaction))
            assert line.read_answer().startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(("drop", "created"), [("before-answer", 0), ("instead-of-answer", 1), ("within-answer", 1)])
def test_a_dropped_create_call_has_created_a_transaction_or_not(
    sandbox: Sandbox, shop: RelyingParty, drop: str, created: int
) -> None:
    sandbox.faults.next(call="create", drop=drop)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    with pytest.raises(httpx.RemoteProtocolError):
        shop.create()
    assert len(sandbox.transactions) == created


def test_a_delayed_answer_comes_late(sandbox: Sandbox, shop: RelyingParty) -> None:
    transaction = approved(shop)
    sandbox.faults.next(call="status", delay=0.2)
    begun = time.perf_counter()
    assert "name" in shop.status(transaction)
    assert time.perf_counter() - begun >= 0.19
    assert shop.status(transaction) == GIVEN_OUT


def test_the_data_of_an_answer_that_nobody_waited_for_is_given_out(sandbox: Sandbox, shop: RelyingParty) -> None:
    transaction = approved(shop)
    sandbox.faults.next(call="status", delay=5)
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(sandbox.url + status_path(transaction), timeout=0.1)
    assert shop.status(transaction) == GIVEN_OUT


def test_a_dribbled_answer_comes_byte_by_byte(sandbox: Sandbox, shop: RelyingParty) -> None:
    transaction = shop.create()
    sandbox.faults.next(call="status", dribble=0.02)
    arrivals: list[bytes] = []
    with Line(sandbox) as line:
        line.ask(status_path(transaction))
        while b'{"status":"open"}' not in b"".join(arrivals):
            arrivals.append(line.socket.recv(65536))
    assert len(arrivals) >= 5


def test_a_call_can_be_followed_by_refused_connections(sandbox: Sandbox, shop: RelyingParty) -> None:
    sandbox.faults.next(call="create", refuse=1)
    transaction = approved(shop)
    with pytest.raises(httpx.ConnectError):
        shop.ask(transaction)
    with pytest.raises(ConnectionRefusedError):
        Line(sandbox)
    deadline = time.monotonic() + LONGEST_WAIT
    while refused(sandbox) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert "name" in shop.status(transaction)


def refused(sandbox: Sandbox) -> bool:
    """Whether a new connection is refused."""
    try:
        with Line(sandbox):
            return False
    except ConnectionRefusedError:
        return True


def test_connections_are_refused_until_they_are_accepted_again(sandbox: Sandbox, shop: RelyingParty) -> None:
    transaction = approved(shop)
    for accept in (sandbox.faults.accept_connections, sandbox.reset):
        sandbox.faults.refuse_connections()
        sandbox.faults.refuse_connections(60)
        with pytest.raises(httpx.ConnectError):
            shop.ask(transaction)
        accept()
        accept()
        assert shop.ask(transaction).status_code in (200, 404)


def test_it_stops_at_once_whatever_is_under_way() -> None:
    sandbox = Sandbox().start()
    with httpx.Client() as client:
        shop = RelyingParty(sandbox, client)
        transactions = [approved(shop) for _ in range(2)]
        sandbox.faults.next(call="status", delay=3600)
        sandbox.faults.next(call="status", dribble=3600)
        lines = [Line(sandbox), Line(sandbox)]
        for line, transaction in zip(lines, transactions, strict=True):
            line.ask(status_path(transaction))
        deadline = time.monotonic() + LONGEST_WAIT
        while sandbox.faults.pending and time.monotonic() < deadline:
            time.sleep(0.01)
        begun = time.perf_counter()
        sandbox.stop()
        assert time.perf_counter() - begun < 0.5
        for line in lines:
            with line:
                line.read_answer()
                assert line.is_over()


def test_it_stops_and_starts_again_while_connections_are_refused(http: httpx.Client) -> None:
    sandbox = Sandbox().start()
    sandbox.faults.refuse_connections()
    sandbox.stop()
    with sandbox:
        assert http.get(f"{sandbox.api_url}/status/none").status_code == 404


def test_the_clock_of_the_sandbox_moves_no_delay(sandbox: Sandbox, shop: RelyingParty) -> None:
    transaction = approved(shop)
    sandbox.faults.next(call="status", delay=0.2)
    Thread(target=sandbox.clock.advance, kwargs={"minutes": 1}).start()
    begun = time.perf_counter()
    shop.status(transaction)
    assert time.perf_counter() - begun >= 0.19


@pytest.mark.anyio
async def test_without_a_server_a_dropped_call_raises_where_the_application_is_called() -> None:
    sandbox = Sandbox()
    transport = httpx.ASGITransport(sandbox.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://itsme.localhost") as client:
        body = {"token": sandbox.token, "service": "login", "redirectUrl": "https://shop.example/"}
        sandbox.faults.next(drop="instead-of-answer")
        with pytest.raises(ConnectionResetError):
            await client.post("/itsme/v1/transactions", json=body)
        assert len(sandbox.transactions) == 1
        sandbox.faults.next(delay=0.01, body="extra-fields", refuse=1, call="create")
        assert "notInAnyDocumentation" in (await client.post("/itsme/v1/transactions", json=body)).json()
        sandbox.faults.refuse_connections()
        sandbox.faults.accept_connections()
