"""Carries out steps: the one place where the sync and the async side differ, and only in the waiting.

Steps are a generator that yields what is to be done and receives what came of it; a failure is thrown in where it
happened, and the steps decide what it means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator

_S = TypeVar("_S")
_T = TypeVar("_T")


def carry_out(steps: Generator[_S, Any, _T], do: Callable[[_S], object]) -> _T:
    """Carries steps out by blocking, and returns what they come to."""
    try:
        step = next(steps)
        while True:
            try:
                came = do(step)
            except BaseException as error:  # noqa: BLE001 - the steps decide what a failure means
                step = steps.throw(error)
            else:
                step = steps.send(came)
    except StopIteration as end:
        return cast("_T", end.value)


async def carry_out_async(steps: Generator[_S, Any, _T], do: Callable[[_S], Awaitable[object]]) -> _T:
    """As `carry_out`, by awaiting."""
    try:
        step = next(steps)
        while True:
            try:
                came = await do(step)
            except BaseException as error:  # noqa: BLE001 - the steps decide what a failure means
                step = steps.throw(error)
            else:
                step = steps.send(came)
    except StopIteration as end:
        return cast("_T", end.value)
