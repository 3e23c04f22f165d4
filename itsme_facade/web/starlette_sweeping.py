"""Looks after logins that nobody comes back for, while an ASGI application runs."""

from __future__ import annotations

import inspect
import logging
import random
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio
from starlette.concurrency import run_in_threadpool

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from itsme_facade.flow import AsyncFlow, Flow

log = logging.getLogger("itsme_facade.web")


@asynccontextmanager
async def sweeping(flow: Flow | AsyncFlow, every: float = 60.0) -> AsyncGenerator[None]:
    """Sweeps in the background, from entering to leaving; for an application's lifespan.

    In short::

        @asynccontextmanager
        async def lifespan(app):
            async with flow, sweeping(flow):
                yield

    Any number of processes may do it at once. What fails is logged and tried again the next time.

    Args:
        flow: an open one.
        every: seconds from one sweep to the next. The first comes after a random part of it, so that processes that
            start together do not sweep together.
    """
    raised: Exception | None = None
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_sweep_on, flow, every)
        try:
            yield
        except Exception as error:  # noqa: BLE001 - the group would wrap it; it is raised below as it came
            raised = error
        finally:
            tasks.cancel_scope.cancel()
    if raised is not None:
        raise raised


async def _sweep_on(flow: Flow | AsyncFlow, every: float) -> None:
    await anyio.sleep(random.uniform(0, every))  # noqa: S311 - nobody gains by guessing it
    while True:
        try:
            if inspect.iscoroutinefunction(flow.sweep):
                await flow.sweep()
            else:
                await run_in_threadpool(flow.sweep)
        except Exception as error:  # noqa: BLE001 - the next one may do better
            log.warning("A sweep failed with %s; the next one tries again.", type(error).__name__)
        await anyio.sleep(every)
