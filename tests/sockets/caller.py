"""One way to call the sync client, and the async one on asyncio and on trio: each test is written once."""

from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from random import Random
from typing import Any, Literal, cast

import anyio
from anyio.from_thread import BlockingPortal
from attrs import frozen

from itsme_facade import AsyncItsme, Itsme, Result, Started
from tests.sockets.people import REDIRECT_URL, TRANSACTION

Kind = Literal["sync", "asyncio", "trio"]
KINDS: tuple[Kind, ...] = ("sync", "asyncio", "trio")


@frozen
class Caller:
    """A client whose calls block, whichever it is.

    Arguments:
        itsme: the client.
        portal: into the event loop that its calls are made in, if it is the async one.
    """

    itsme: Itsme | AsyncItsme
    portal: BlockingPortal | None

    def login(self, redirect_url: str = REDIRECT_URL, **options: Any) -> Started:
        return cast("Started", self._call(self.itsme.login, redirect_url, **options))

    def status(self, transaction: Started | str = TRANSACTION, **options: Any) -> Result:
        return cast("Result", self._call(self.itsme.status, transaction, **options))

    def wait(self, transaction: Started | str = TRANSACTION, **options: Any) -> Result:
        return cast("Result", self._call(self.itsme.wait, transaction, **options))

    def status_of_all(self, tokens: Sequence[str], *, at_once: int) -> list[Result]:
        """The status of each transaction, so many calls in flight at a time."""
        if isinstance(self.itsme, Itsme):
            with ThreadPoolExecutor(at_once) as threads:
                return list(threads.map(self.itsme.status, tokens))
        assert self.portal is not None
        return self.portal.call(_status_of_all, self.itsme, tokens, at_once)

    def hurry(self, before_each_pause: Callable[[], None] = lambda: None) -> None:
        """Makes the pauses between two tries a fiftieth of what they are, and calls something before each."""
        self.itsme._machinery.random = _Hurried(before_each_pause)

    def close(self) -> None:
        if isinstance(self.itsme, Itsme):
            self.itsme.close()
        else:
            self._call(self.itsme.aclose)

    def _call(self, method: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        if self.portal is None:
            return method(*arguments, **options)
        return self.portal.call(partial(cast("Callable[..., Awaitable[Any]]", method), *arguments, **options))


class _Hurried(Random):
    def __init__(self, before_each_pause: Callable[[], None]) -> None:
        super().__init__(1)
        self._before_each_pause = before_each_pause

    def uniform(self, a: float, b: float) -> float:
        self._before_each_pause()
        return super().uniform(a, b) / 50


async def _status_of_all(itsme: AsyncItsme, tokens: Sequence[str], at_once: int) -> list[Result]:
    results: dict[str, Result] = {}
    limit = anyio.CapacityLimiter(at_once)

    async def ask(token: str) -> None:
        async with limit:
            results[token] = await itsme.status(token)

    async with anyio.create_task_group() as tasks:
        for token in tokens:
            tasks.start_soon(ask, token)
    return [results[token] for token in tokens]
