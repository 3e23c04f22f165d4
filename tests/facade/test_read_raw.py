"""Reading without interpreting, and interpreting without reading."""

from collections.abc import Callable

import anyio
import httpx
import pytest

from itsme_facade import (
    AsyncItsme,
    InvalidArguments,
    Itsme,
    Open,
    Outcome,
    RawAnswer,
    ReadInterrupted,
    Scope,
    ServerFailed,
    Success,
    UnreadableAnswer,
)
from tests.facade.values import GUID

Answer = Callable[[httpx.Request], httpx.Response]


def reading(answer: Answer, side: str) -> RawAnswer:
    """What one uninterpreted read gives, on either side."""
    if side == "sync":
        with Itsme(GUID, transport=httpx.MockTransport(answer)) as itsme:
            return itsme.read_raw("token")

    async def read() -> RawAnswer:
        async with AsyncItsme(GUID, transport=httpx.MockTransport(answer)) as itsme:
            return await itsme.read_raw("token")

    return anyio.run(read)


SIDES = pytest.mark.parametrize("side", ["sync", "async"])


@SIDES
@pytest.mark.parametrize(
    ("status", "body"), [(200, b'{"status": "open"}'), (500, b"<html>"), (302, b""), (200, b"\xff")]
)
def test_whatever_comes_is_given_back_as_it_is(side: str, status: int, body: bytes) -> None:
    raw = reading(lambda _: httpx.Response(status, content=body), side)
    assert (raw.status_code, raw.body) == (status, body)


@SIDES
def test_a_read_asks_once(side: str) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.method)
        return httpx.Response(200, content=b"{}")

    reading(answer, side)
    assert asked == ["GET"]


@SIDES
def test_an_answer_that_never_comes_whole_is_told(side: str) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("broke")

    with pytest.raises(ReadInterrupted):
        reading(answer, side)


@SIDES
def test_a_wrong_token_is_named_and_nothing_is_sent(side: str) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        raise AssertionError("sent")

    with Itsme(GUID, transport=httpx.MockTransport(answer)) as itsme, pytest.raises(InvalidArguments):
        itsme.read_raw("to ken" if side == "sync" else "..")


def test_interpreting_gives_what_status_would_and_asks_nobody() -> None:
    with Itsme(GUID) as itsme:
        raw = RawAnswer(b'{"status": "success", "userId": "u1"}')
        for _ in range(2):
            result = itsme.interpret(raw, "token", scopes=[Scope.PROFILE])
            assert isinstance(result, Success)
            assert result.outcome is Outcome.GIVEN
            assert result.identity is not None
            assert result.identity.user_id == "u1"
        assert isinstance(itsme.interpret(RawAnswer(b'{"status": "open"}'), "token"), Open)
        empty = itsme.interpret(RawAnswer(b'{"status": "success"}'), "token", scopes=["profile"])
        assert isinstance(empty, Success)
        assert empty.outcome is Outcome.ALREADY_GIVEN


def test_interpreting_raises_what_status_would() -> None:
    with Itsme(GUID) as itsme:
        with pytest.raises(ServerFailed):
            itsme.interpret(RawAnswer(b"{}", 500), "token")
        with pytest.raises(UnreadableAnswer):
            itsme.interpret(RawAnswer(b"half a"), "token")
        with pytest.raises(InvalidArguments):
            itsme.interpret(RawAnswer(b"{}"), "token", scopes=["shoe size"])
        with pytest.raises(InvalidArguments):
            itsme.interpret(RawAnswer(b"{}"), "to ken")
