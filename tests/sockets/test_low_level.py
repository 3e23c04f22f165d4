"""The generated client behind the facade: the same connections, limits and silence."""

import time
from functools import partial
from typing import Any

import httpx
import pytest
from cm_itsme_client.api.transactions import create_transaction, get_status
from cm_itsme_client.models import Service, Status, StatusAnswer, Transaction, TransactionRequest
from cm_itsme_client.types import Response

from itsme_facade import AsyncItsme, Itsme
from tests.sockets.behaviours import answer, dribble, flood, hang, send
from tests.sockets.caller import Caller
from tests.sockets.conftest import Connect
from tests.sockets.fault_server import FaultServer
from tests.sockets.people import OPEN, REDIRECT_URL, TOKEN, TRANSACTION, WITH_PERSON

REQUEST = TransactionRequest(token=TOKEN, service=Service.LOGIN, redirect_url=REDIRECT_URL)


def status(caller: Caller) -> Response[Any]:
    client = caller.itsme.low_level
    if caller.portal is None:
        return get_status.sync_detailed(TRANSACTION, client=client)
    return caller.portal.call(partial(get_status.asyncio_detailed, TRANSACTION, client=client))


def create(caller: Caller) -> Response[Any]:
    client = caller.itsme.low_level
    if caller.portal is None:
        return create_transaction.sync_detailed(client=client, body=REQUEST)
    return caller.portal.call(partial(create_transaction.asyncio_detailed, client=client, body=REQUEST))


def test_it_shares_the_facades_connections(caller: Caller, server: FaultServer) -> None:
    caller.login()
    for _ in range(5):
        created, read = create(caller), status(caller)
        assert isinstance(created.parsed, Transaction)
        assert isinstance(read.parsed, StatusAnswer)
        assert read.parsed.status == Status.OPEN
        caller.status()
    assert server.connections == 1
    assert server.asked("POST") == 6
    assert server.asked("GET") == 10


def test_it_sends_what_the_facade_sends(caller: Caller, server: FaultServer) -> None:
    caller.login()
    create(caller)
    caller.status()
    status(caller)
    posted, posted_low, read, read_low = server.requests
    assert posted.body == posted_low.body
    assert (read.method, read.path) == (read_low.method, read_low.path)
    assert all(b"user-agent: itsme-facade/" in asked.head.lower() for asked in server.requests)


@pytest.mark.parametrize("slow", [hang, dribble(answer(OPEN + " " * 5000), 0.002)], ids=["a hang", "a dribble"])
def test_the_total_limit_ends_a_call(connect: Connect, server: FaultServer, slow: Any) -> None:
    server.otherwise = slow
    caller = connect(timeout=0.2)
    begun = time.monotonic()
    with pytest.raises(httpx.TimeoutException):
        status(caller)
    assert 0.15 <= time.monotonic() - begun <= 1.2
    server.wait_until(lambda it: it.open_connections == 0)


def test_an_endless_body_is_cut(caller: Caller, server: FaultServer) -> None:
    server.tell(flood(answer(content_length="", status=418), b" " * 65536))
    assert len(status(caller).content) == 1024 * 1024


def test_a_redirect_is_not_followed(caller: Caller, server: FaultServer) -> None:
    with FaultServer(send(answer(OPEN))) as elsewhere:
        server.tell(send(answer("", 302, location=elsewhere.url)))
        assert status(caller).status_code == 302
        assert elsewhere.connections == 0


def test_it_works_over_a_client_of_the_callers_too(kind: str, connect: Connect, server: FaultServer) -> None:
    server.tell(send(answer(WITH_PERSON)))
    transport = httpx.HTTPTransport() if kind == "sync" else httpx.AsyncHTTPTransport()
    caller = connect(transport=transport)
    read = status(caller).parsed
    assert isinstance(read, StatusAnswer)
    assert read.user_id == "userIdOfZebulon"
    if isinstance(transport, httpx.HTTPTransport):
        transport.close()
    else:
        assert caller.portal is not None
        caller.portal.call(transport.aclose)


def test_a_function_that_blocks_says_what_to_use_with_the_async_client() -> None:
    with pytest.raises(TypeError, match="asyncio functions"):
        get_status.sync(TRANSACTION, client=AsyncItsme(TOKEN).low_level)


def test_a_function_to_await_says_what_to_use_with_the_sync_client() -> None:
    import asyncio

    with Itsme(TOKEN) as itsme, pytest.raises(TypeError, match="AsyncItsme"):
        asyncio.run(get_status.asyncio(TRANSACTION, client=itsme.low_level))
