"""The asynchronous client of the fixtures."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from itsme_facade import AsyncItsme

if TYPE_CHECKING:
    from itsme_facade.steps import Steps

_T = TypeVar("_T")


class ClosingAsyncItsme(AsyncItsme):
    """Keeps no connection after a call.

    A fixture that is no coroutine works with every plugin that runs tests in an event loop, but when it ends, that loop
    may be gone; a connection that were still open could not be closed any more.
    """

    async def _run(self, steps: Steps[_T]) -> _T:
        try:
            return await super()._run(steps)
        finally:
            await self.aclose()
