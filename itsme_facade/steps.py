"""What a call does, step by step, without doing any of it.

Each function is a generator that yields what is to be done (`Exchange`, `Pause`) and receives it done; a failure is
thrown in where it happened. The sync and the async client differ only in how they carry the steps out.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from itertools import count
from typing import TYPE_CHECKING, NoReturn, TypeVar

import httpx
from attrs import define, frozen
from cm_itsme_client.api.transactions import create_transaction, get_status

from itsme_facade import answers
from itsme_facade.errors import (
    ItsmeError,
    NotConnected,
    ReadInterrupted,
    RequestRefused,
    ServerFailed,
    TimedOut,
    UnreadableAnswer,
    WaitTimeout,
)
from itsme_facade.retry_after import retry_after
from itsme_facade.started import Started
from itsme_facade.wire.exchange import Exchange

if TYPE_CHECKING:
    from random import Random

    from cm_itsme_client.models.scope import Scope
    from cm_itsme_client.models.transaction_request import TransactionRequest

    from itsme_facade.memory import Memory
    from itsme_facade.raw import RawAnswer
    from itsme_facade.results import Result
    from itsme_facade.settings import Timeouts
    from itsme_facade.waiting import Schedule

# Failures at which the request has certainly not left: it may be sent again, even a POST.
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_TRIES = 3
_FIRST_BACKOFF = 0.1


@frozen
class Pause:
    """Let so many seconds pass."""

    seconds: float


Step = Exchange | Pause

_T = TypeVar("_T")
Steps = Generator[Step, None, _T]


@define
class Machinery:
    """What the steps need besides their arguments: time, chance, and what this client remembers."""

    memory: Memory
    schedule: Schedule
    clock: Callable[[], float]
    random: Random


def create(machinery: Machinery, request: TransactionRequest, limits: Timeouts) -> Steps[Started]:
    """Creates a transaction. Sent again only if it certainly never left."""
    from cm_itsme_client.types import Unset

    # Private by its name only: it is the generated package's one function that builds a request without sending it.
    kwargs = create_transaction._get_kwargs(body=request)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    deadline = machinery.clock() + limits.total
    secrets = [request.token, request.redirect_url]
    if not isinstance(request.phone_number, Unset):
        secrets.append(request.phone_number)
    for attempt in count(1):
        exchange = Exchange(kwargs["method"].upper(), kwargs["url"], kwargs["json"], limits, deadline)
        try:
            yield exchange
        except NEVER_LEFT as error:
            pause = _backoff(machinery, attempt, deadline)
            if pause is None:
                _raise_unreached(error)
            yield pause
            continue
        except httpx.HTTPError as error:
            if answers.document_in(exchange.answer.raw()) is None:
                _raise_broken_create(error, exchange)
        url, token = answers.read_transaction(exchange.answer.raw(), secrets)
        scopes = () if isinstance(request.scopes, Unset) else tuple(request.scopes)
        return Started(url, token, request.service, scopes)
    raise AssertionError("the loop ends by returning or raising")


def status(machinery: Machinery, token: str, scopes: tuple[Scope, ...] | None, limits: Timeouts) -> Steps[Result]:
    """Reads the status, once if all goes well; a read whose answer did not arrive is repeated and remembered."""
    memory = machinery.memory
    raw = yield from read_raw(machinery, token, limits)
    try:
        result = answers.read_status(
            raw,
            scopes=scopes,
            was_given=memory.was_given(token),
            was_interrupted=memory.was_interrupted(token),
            partial=memory.partial(token),
            secrets=[token],
        )
    except (ServerFailed, UnreadableAnswer):
        # Whatever went out with this answer did not reach anybody who can read it.
        memory.interrupted(token, raw)
        raise
    if result.identity is not None:
        memory.given(token)
    return result


def read_raw(machinery: Machinery, token: str, limits: Timeouts) -> Steps[RawAnswer]:
    """Reads the status and interprets nothing: an answer that a cancelled caller left, or a new one."""
    raw = machinery.memory.take_undelivered(token)
    if raw is None:
        raw = yield from _read(machinery, token, limits)
    return raw


def wait(
    machinery: Machinery, token: str, scopes: tuple[Scope, ...] | None, limits: Timeouts, timeout: float
) -> Steps[Result]:
    """Reads the status until the transaction is over, an identity has come, or the time has passed.

    A read that is under way when the time ends is finished all the same: cutting it off could lose the identity.
    """
    begun = machinery.clock()
    trouble: ItsmeError | None
    answer: RawAnswer | None
    while True:
        try:
            result = yield from status(machinery, token, scopes, limits)
        except (NotConnected, TimedOut, ReadInterrupted, ServerFailed, RequestRefused) as error:
            if not error.retry_safe:
                raise
            trouble, answer = error, error.raw
        else:
            if result.over or result.identity is not None:
                return result
            trouble, answer = None, result.raw
        elapsed = machinery.clock() - begun
        asked_for = retry_after(answer) if answer is not None else 0.0
        remaining = timeout - elapsed
        if remaining <= 0 or asked_for > remaining:
            raise WaitTimeout(
                f"The transaction was not over after {elapsed:.0f} s.",
                raw=answer,
                retry_safe=True,
            ) from trouble
        pause = max(machinery.schedule.pause(elapsed, machinery.random), asked_for)
        yield Pause(min(pause, remaining))


def _read(machinery: Machinery, token: str, limits: Timeouts) -> Steps[RawAnswer]:
    memory = machinery.memory
    kwargs = get_status._get_kwargs(token)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    deadline = machinery.clock() + limits.total
    for attempt in count(1):
        exchange = Exchange(kwargs["method"].upper(), kwargs["url"], None, limits, deadline)
        try:
            yield exchange
        except NEVER_LEFT as error:
            pause = _backoff(machinery, attempt, deadline)
            if pause is None:
                _raise_unreached(error)
            yield pause
            continue
        except httpx.HTTPError as error:
            # A JSON object tells by itself where it ends: if all of it is there, nothing was lost.
            if answers.document_in(exchange.answer.raw()) is None:
                memory.interrupted(token, exchange.answer.raw())
                pause = _backoff(machinery, attempt, deadline)
                if pause is None:
                    raise ReadInterrupted(
                        f"The answer to a status call did not arrive whole ({type(error).__name__}).",
                        exchange.answer.status_code or None,
                        raw=exchange.answer.raw(),
                        retry_safe=True,
                    ) from None
                yield pause
                continue
        except BaseException:  # cancelled, interrupted from the keyboard: the answer may be on its way or just here
            if exchange.answer.complete:
                memory.undelivered(token, exchange.answer.raw())
            elif exchange.answer.left:
                memory.interrupted(token, exchange.answer.raw())
            raise
        return exchange.answer.raw()
    raise AssertionError("the loop ends by returning or raising")


def _backoff(machinery: Machinery, attempt: int, deadline: float) -> Pause | None:
    """The pause before the next try, or None when there is none: tries or time are used up."""
    seconds = _FIRST_BACKOFF * 3 ** (attempt - 1) * machinery.random.uniform(0.5, 1.0)
    if attempt == _TRIES or machinery.clock() + seconds >= deadline:
        return None
    return Pause(seconds)


def _raise_unreached(error: httpx.HTTPError) -> NoReturn:
    # What these errors say was made on this machine, before any answer: it names hosts and causes, no secrets.
    if isinstance(error, httpx.TimeoutException):
        raise TimedOut("CM's API was not reached within the time limit.", retry_safe=True) from None
    raise NotConnected(f"CM's API was not reached ({error}).", retry_safe=True) from None


def _raise_broken_create(error: httpx.HTTPError, exchange: Exchange) -> NoReturn:
    kind = TimedOut if isinstance(error, httpx.TimeoutException) else NotConnected
    raise kind(
        f"The request to create a transaction was sent, and no answer arrived ({type(error).__name__}).",
        exchange.answer.status_code or None,
        raw=exchange.answer.raw(),
        advice="If the transaction was created, nobody will use it and it expires. Let the person start again.",
    ) from None
