"""What has begun is ended: cancelling a request must not cut off a read whose answer exists once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

import anyio

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

_T = TypeVar("_T")


async def whole(make: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
    """Awaits something to its end, even when whoever awaits is cancelled meanwhile; that is told afterwards.

    anyio's shield stops its own and trio's cancelling; asyncio's `Task.cancel` (a time limit, a server that gives up
    on a request) goes through it, so there the work gets a task of its own.
    """
    if _on_asyncio():
        return await _in_a_task_of_its_own(make)
    with anyio.CancelScope(shield=True):
        return await make()
    raise AssertionError("nobody cancels this scope")


async def _in_a_task_of_its_own(make: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
    task = asyncio.ensure_future(make())
    cancelled: asyncio.CancelledError | None = None
    with anyio.CancelScope(shield=True):
        while not task.done():
            try:
                await asyncio.wait([task])
            except asyncio.CancelledError as error:
                cancelled = error
    if cancelled is None:
        return task.result()
    if not task.cancelled():
        task.exception()  # else asyncio would say that nobody looked at it
    raise cancelled


def _on_asyncio() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
