"""Does what a call's steps ask for, over a wire."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

import anyio

from itsme_facade.carrying import carry_out, carry_out_async
from itsme_facade.steps import Pause, Step, Steps
from itsme_facade.wire.exchange import receive, receive_async, route_of

if TYPE_CHECKING:
    from itsme_facade.wire.async_pool import AsyncPool
    from itsme_facade.wire.pool import Pool
    from itsme_facade.wire.through import AsyncThrough, Through

_T = TypeVar("_T")


def run(steps: Steps[_T], wire: Pool | Through) -> _T:
    """Carries steps out by blocking, and returns what they come to."""

    def do(step: Step) -> None:
        if isinstance(step, Pause):
            time.sleep(step.seconds)
        else:
            receive(lambda: wire.send(step), step.answer, route_of(step.path))

    return carry_out(steps, do)


async def run_async(steps: Steps[_T], wire: AsyncPool | AsyncThrough) -> _T:
    """As `run`, by awaiting, on asyncio or trio."""

    async def do(step: Step) -> None:
        if isinstance(step, Pause):
            await anyio.sleep(step.seconds)
        else:
            await receive_async(lambda: wire.send(step), step.answer, route_of(step.path))

    return await carry_out_async(steps, do)
