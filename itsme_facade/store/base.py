"""What every store can do, once it can do the six operations."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Self

from itsme_facade.carrying import carry_out, carry_out_async
from itsme_facade.errors import StoreUnavailable
from itsme_facade.store import steps
from itsme_facade.store.phases import DELIVERY_LEASE, READ_LEASE, Lives
from itsme_facade.store.record import Phase

if TYPE_CHECKING:
    import asyncio

    from itsme_facade.store.record import Record, Seen, StoreStats


class Store(ABC):
    """Where unfinished logins are kept. To write one of your own, write `open`, `do`, `stats` and `close`.

    The steps are the ones a login takes; each is one conditional write, decided by the rules in `phases` and by the
    store's clock. Every one of them may raise StoreUnavailable; nothing has happened then, or all of it has.
    """

    lives = Lives()
    """How long things are kept, in seconds."""

    @abstractmethod
    def open(self) -> None:
        """Makes ready: the schema, and the check that what is written stays written. Safe to call again.

        Raises:
            StoreNotDurable: names the setting that must change.
            StoreUnavailable: it was not reached.
        """

    @abstractmethod
    def do(self, operation: steps.Operation) -> object:
        """Does one operation, whole or not at all, durably. See `steps` for what each gives back.

        Raises:
            StoreUnavailable: it was not reached, or did not answer.
        """

    @abstractmethod
    def stats(self) -> StoreStats:
        """What is in it, in numbers."""

    @abstractmethod
    def close(self) -> None:
        """Closes the connections."""

    def add(self, record: Record) -> None:
        """Adds a login that has just been started."""
        carry_out(steps.add(record, lives=self.lives), self.do)

    def look(self, login_id: str) -> Seen:
        """Reads a login."""
        return carry_out(steps.look(login_id), self.do)

    def claim(self, login_id: str, *, bound: bool = False, lease: float = READ_LEASE) -> Seen:
        """Takes the lease (seconds) to ask CM; `mine` says whether it was free."""
        return carry_out(steps.claim(login_id, bound=bound, lease=lease), self.do)

    def release(self, login_id: str, to: Phase = Phase.STARTED, reason: str = "") -> Seen:
        """Ends a claim without an identity: started again, refused or lost."""
        return carry_out(steps.release(login_id, to, reason, lives=self.lives), self.do)

    def capture(self, login_id: str, answer: bytes, *, bound: bool = False) -> Seen:
        """Keeps a sealed answer that carries an identity; the first one wins, even over lost."""
        return carry_out(steps.capture(login_id, answer, bound=bound, lives=self.lives), self.do)

    def deliver(self, login_id: str, *, lease: float = DELIVERY_LEASE) -> Seen:
        """Takes the lease (seconds) to run the application's handler on a bound, captured answer."""
        return carry_out(steps.deliver(login_id, lease=lease), self.do)

    def delivered(self, login_id: str, reference: bytes) -> Seen:
        """Erases the identity and keeps the sealed reference."""
        return carry_out(steps.delivered(login_id, reference, lives=self.lives), self.do)

    def sweep(self, limit: int = 100) -> tuple[list[str], list[Record]]:
        """Ends what has outlived its life. Returns the ids that are due, and the records that have ended."""
        return carry_out(steps.sweep(limit, lives=self.lives), self.do)

    def purge(self, age: float = 0.0) -> int:
        """Erases every record older than `age` seconds, whatever its phase, and says how many."""
        return carry_out(steps.purge(age), self.do)

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncStore(ABC):
    """`Store` with `await`."""

    lives = Lives()
    """How long things are kept, in seconds."""

    @abstractmethod
    async def open(self) -> None:
        """As `Store.open`."""

    @abstractmethod
    async def do(self, operation: steps.Operation) -> object:
        """As `Store.do`."""

    @abstractmethod
    async def stats(self) -> StoreStats:
        """As `Store.stats`."""

    @abstractmethod
    async def aclose(self) -> None:
        """Closes the connections."""

    async def add(self, record: Record) -> None:
        """As `Store.add`."""
        await carry_out_async(steps.add(record, lives=self.lives), self.do)

    async def look(self, login_id: str) -> Seen:
        """As `Store.look`."""
        return await carry_out_async(steps.look(login_id), self.do)

    async def claim(self, login_id: str, *, bound: bool = False, lease: float = READ_LEASE) -> Seen:
        """As `Store.claim`."""
        return await carry_out_async(steps.claim(login_id, bound=bound, lease=lease), self.do)

    async def release(self, login_id: str, to: Phase = Phase.STARTED, reason: str = "") -> Seen:
        """As `Store.release`."""
        return await carry_out_async(steps.release(login_id, to, reason, lives=self.lives), self.do)

    async def capture(self, login_id: str, answer: bytes, *, bound: bool = False) -> Seen:
        """As `Store.capture`."""
        return await carry_out_async(steps.capture(login_id, answer, bound=bound, lives=self.lives), self.do)

    async def deliver(self, login_id: str, *, lease: float = DELIVERY_LEASE) -> Seen:
        """As `Store.deliver`."""
        return await carry_out_async(steps.deliver(login_id, lease=lease), self.do)

    async def delivered(self, login_id: str, reference: bytes) -> Seen:
        """As `Store.delivered`."""
        return await carry_out_async(steps.delivered(login_id, reference, lives=self.lives), self.do)

    async def sweep(self, limit: int = 100) -> tuple[list[str], list[Record]]:
        """As `Store.sweep`."""
        return await carry_out_async(steps.sweep(limit, lives=self.lives), self.do)

    async def purge(self, age: float = 0.0) -> int:
        """As `Store.purge`."""
        return await carry_out_async(steps.purge(age), self.do)

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def this_event_loop(blocking: str) -> asyncio.AbstractEventLoop:
    """The running event loop, for a store whose driver knows asyncio alone.

    Args:
        blocking: the store's twin that blocks.

    Raises:
        StoreUnavailable: it runs on trio.
    """
    import asyncio

    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        raise StoreUnavailable(
            "This store works on asyncio only, because its driver does.",
            advice=f"On trio use a Flow with {blocking} in a thread of its own.",
        ) from None
