"""Carries out steps: the one place where the sync and the async side differ, and only in the waiting."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar, cast

import anyio

from itsme_facade.steps import Pause, Step, Steps
from itsme_facade.wire.exchange import receive, receive_async, route_of

if TYPE_CHECKING:
    from itsme_facade.wire.async_pool import AsyncPool
    from itsme_facade.wire.pool import Pool
    from itsme_facade.wire.through import AsyncThrough, Through

_T = TypeVar("_T")


def run(steps: Steps[_T], wire: Pool | Through) -> _T:
    """Carries steps out by blocking, and returns what they come to. What fails is thrown in where it happened."""
    try:
        step = next(steps)
        while True:
            try:
                _do(step, wire)
            except BaseException as error:  # noqa: BLE001 - the steps decide what a failure means
                step = steps.throw(error)
            else:
                step = next(steps)
    except StopIteration as end:
        return cast("_T", end.value)


async def run_async(steps: Steps[_T], wire: AsyncPool | AsyncThrough) -> _T:
    """As `run`, by awaiting, on asyncio or trio."""
    try:
        step = next(steps)
        while True:
            try:
                await _do_async(step, wire)
            except BaseException as error:  # noqa: BLE001 - the steps decide what a failure means
                step = steps.throw(error)
            else:
                step = next(steps)
    except StopIteration as end:
        return cast("_T", end.value)


def _do(step: Step, wire: Pool | Through) -> None:
    if isinstance(step, Pause):
        time.sleep(step.seconds)
    else:
        receive(lambda: wire.send(step), step.answer, route_of(step.path))


async def _do_async(step: Step, wire: AsyncPool | AsyncThrough) -> None:
    if isinstance(step, Pause):
        await anyio.sleep(step.seconds)
    else:
        await receive_async(lambda: wire.send(step), step.answer, route_of(step.path))
