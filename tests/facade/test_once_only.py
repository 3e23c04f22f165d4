"""The person's data is handed out once. Whatever breaks, and in whatever order, what a client says of it is true."""

import json
from itertools import repeat
from typing import Any

import httpx
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from itsme_facade import (
    Identity,
    ItsmeError,
    Open,
    Outcome,
    RequestRefused,
    Result,
    Scope,
    ServerFailed,
    Success,
    Timeouts,
    UnreadableAnswer,
)
from itsme_facade import steps as call
from itsme_facade.wire.exchange import Arriving, Exchange
from tests.facade.carried_out import World

DATA = {"userId": "Q1", "gender": "male"}
# After these nobody can know whether data went out; after the others it did not, or it is here.
BREAKING = [
    "dropped before",
    "dropped within",
    "late",
    "failed before",
    "failed after",
    "garbled",
    "cancelled underway",
]
HARMLESS = ["none", "never reached", "refused", "dropped after", "cancelled before", "cancelled after"]


class Cancelled(BaseException):
    """As an event loop cancels: no Exception."""


class OnceOnly(RuleBasedStateMachine):
    """One transaction at an API that hands data out once, and one client that asks while connections break."""

    def __init__(self) -> None:
        super().__init__()
        self.approved = False
        self.asked_for = True  # whether the transaction has scopes
        self.known = True  # whether the client knows the scopes
        self.handed_out = False  # by the API, to whomever
        self.taken_by_another = False
        self.received = False  # by our caller
        self.kept_for_us = False  # arrived here while the caller was cancelled
        self.broke = False  # a read by our client, after it may have been sent
        self.plan: list[str] = []
        self.world = World(repeat(self.react))

    # The API

    def take(self) -> dict[str, Any]:
        """What the API answers to one read: this consumes."""
        if not self.approved:
            return {"status": "open"}
        if self.handed_out or not self.asked_for:
            return {"status": "success"}
        self.handed_out = True
        return {"status": "success", **DATA}

    # The wire

    def react(self, exchange: Exchange) -> None:
        fault = self.plan.pop(0) if self.plan else "none"
        answer = exchange.answer
        self.broke |= fault in BREAKING
        match fault:  # those that the API never sees, or does nothing for
            case "never reached":
                raise httpx.ConnectError("refused")
            case "cancelled before":
                answer.left = False
                raise Cancelled
            case "dropped before":
                raise httpx.WriteError("reset")
            case "refused" | "failed before":
                answer.status_code, answer.complete = (429 if fault == "refused" else 500), True
            case _:
                self.answer(fault, answer, json.dumps(self.take()).encode())

    def answer(self, fault: str, answer: Arriving, body: bytes) -> None:
        """The API has answered; so much of it arrives."""
        answer.status_code = 200
        match fault:
            case "dropped within":
                answer.body += body[: len(body) // 2]
                raise httpx.ReadError("reset")
            case "late":
                raise httpx.ReadTimeout("late")
            case "cancelled underway":
                raise Cancelled
            case "dropped after":
                answer.body += body
                raise httpx.RemoteProtocolError("closed")
            case "failed after":
                answer.status_code = 502
            case "garbled":
                answer.body += b"<html>" + body[:5]
            case _:
                answer.body += body
        answer.complete = True
        if fault == "cancelled after":
            self.kept_for_us = b"userId" in body
            raise Cancelled

    # What happens

    @precondition(lambda self: not self.approved)
    @rule(asked_for=st.booleans(), known=st.booleans())
    def the_person_approves(self, asked_for: bool, known: bool) -> None:
        self.approved, self.asked_for, self.known = True, asked_for, known

    @precondition(lambda self: self.approved)
    @rule()
    def somebody_else_reads(self) -> None:
        self.taken_by_another |= len(self.take()) > 1

    @rule(faults=st.lists(st.sampled_from(HARMLESS + BREAKING), max_size=2))
    def our_client_reads(self, faults: list[str]) -> None:
        self.plan = faults
        had_kept = self.kept_for_us
        scopes = None if not self.known else ((Scope.PROFILE,) if self.asked_for else ())
        try:
            result = self.world.run(call.status(self.world.machinery, "abc", scopes, Timeouts()))
        except (ItsmeError, Cancelled) as error:
            self.check_error(error)
            return
        if had_kept:
            self.kept_for_us = False
        self.check_result(result)

    def check_error(self, error: BaseException) -> None:
        if isinstance(error, ServerFailed | UnreadableAnswer):
            assert self.broke
        if isinstance(error, ItsmeError) and not isinstance(error, RequestRefused | ServerFailed | UnreadableAnswer):
            assert error.retry_safe

    def check_result(self, result: Result) -> None:
        came = result.identity is not None
        if came:
            assert result.identity == Identity(user_id="Q1", gender="male")
            assert not self.received, "handed out twice"
        if isinstance(result, Open):
            assert not came
            return
        assert isinstance(result, Success)
        outcome = result.outcome
        assert (outcome is Outcome.GIVEN) is came
        match outcome:
            case Outcome.GIVEN:
                assert self.asked_for
            case Outcome.NOT_ASKED:
                assert self.known
                assert not self.asked_for
            case Outcome.ALREADY_GIVEN:
                assert self.received or self.taken_by_another
            case Outcome.LOST:
                assert self.broke
                assert not self.received
            case Outcome.UNKNOWN:
                assert not self.known
                assert not self.broke
                assert not self.received
        self.received |= came

    @invariant()
    def data_that_left_the_api_is_somewhere(self) -> None:
        """Taken by somebody, waiting here for the next call, or gone on a read of ours that broke."""
        if self.handed_out:
            assert self.received or self.taken_by_another or self.kept_for_us or self.broke


TestOnceOnly = OnceOnly.TestCase
TestOnceOnly.settings = settings(max_examples=500, stateful_step_count=8)
