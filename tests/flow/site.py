"""A web site that logs people in over the local sandbox, and browsers that visit it: one harness for every flow.

An async flow is called from a thread that has no event loop, so that each test is written once.
"""

import time
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, cast
from urllib.parse import urlsplit

from anyio import to_thread
from anyio.from_thread import BlockingPortal
from attrs import define, evolve, field

from itsme_facade import AsyncItsme, Identity, Itsme
from itsme_facade.flow import AsyncFlow, Departure, Event, Flow, FlowOutcome, SetCookie, SweepReport
from itsme_facade.flow.effects import OPERATIONS
from itsme_facade.flow.room import Room
from itsme_facade.sandbox import Sandbox
from itsme_facade.store import AsyncStore, Phase, Record, Store, new_key
from itsme_facade.store.steps import Operation, Swap

BACK = "https://shop.example/itsme/back"
KEY = new_key()


@define
class Clock:
    """Seconds since 1970 that can be moved: the clock of a memory store."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead

    def advance(self, seconds: float) -> None:
        self.ahead += seconds


@define
class Taken:
    """What a handler was given."""

    login_id: str
    name: str
    account: str | None
    identity: Identity


@define
class Site:
    """A site's server: a flow with its store, and what its handler has been given.

    Args:
        sandbox: the itsme that it talks to.
        store: where it keeps unfinished logins, opened here.
        portal: the event loop of an async store; None for a sync one.
        clock: the store's clock, if it can be moved.
        options: further arguments of the flow.
    """

    sandbox: Sandbox
    store: Store | AsyncStore
    portal: BlockingPortal | None = None
    clock: Clock = field(factory=Clock)
    options: dict[str, Any] = field(factory=dict[str, Any])
    events: list[Event] = field(factory=list[Event])
    taken: list[Taken] = field(factory=list[Taken])
    in_handler: Callable[[str], object] = field(default=lambda _: None)
    on_event: Callable[[Event], object] = field(default=lambda _: None)
    before_store: Callable[[Operation], object] = field(default=lambda _: None)
    """Is called before each operation of the store, and may raise: nothing has happened then."""
    after_store: Callable[[Operation], object] = field(default=lambda _: None)
    """Is called after each operation of the store, and may raise: it has happened then."""
    flow: Flow | AsyncFlow = field(init=False)
    itsme: Itsme | AsyncItsme = field(init=False)

    def __attrs_post_init__(self) -> None:
        arguments: dict[str, Any] = {
            "keys": KEY,
            "redirect_url": BACK,
            "limits": None,
            "on_link": self.link,
            "on_event": self._note,
            "on_identity": self.take if isinstance(self.store, Store) else self.take_async,
        } | self.options
        if isinstance(self.store, Store):
            self.itsme = Itsme(self.sandbox.token, base_url=self.sandbox.api_url)
            self.flow = Flow(self.itsme, self.store, **arguments)
        else:
            self.itsme = AsyncItsme(self.sandbox.token, base_url=self.sandbox.api_url)
            self.flow = AsyncFlow(self.itsme, self.store, **arguments)
        self.flow._doing.update(dict.fromkeys(OPERATIONS, self._watched(self.store)))
        self.room = evolve(self.room, patience=0.2)
        self.call(self.flow.open)

    @property
    def room(self) -> Room:
        return self.flow._room

    @room.setter
    def room(self, room: Room) -> None:
        self.flow._room = room

    def call(self, what: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Calls something of the flow, the store or the client, whichever side it is of."""
        if self.portal is None:
            return what(*arguments, **named)
        return self.portal.call(partial(what, *arguments, **named))

    def close(self) -> None:
        if isinstance(self.flow, Flow):
            self.flow.close()
            cast("Itsme", self.itsme).close()
        else:
            self.call(self.flow.aclose)
            self.call(cast("AsyncItsme", self.itsme).aclose)

    def take(self, identity: Identity, login_id: str) -> str:
        """The application: does nothing twice for one login."""
        return self._take(identity, login_id, None)

    async def take_async(self, identity: Identity, login_id: str) -> str:
        await to_thread.run_sync(self.in_handler, login_id)
        return self._take(identity, login_id, None, hook=False)

    def link(self, identity: Identity, login_id: str, account: str) -> str:
        return self._take(identity, login_id, account)

    def sweep(self, **named: Any) -> SweepReport:
        return cast("SweepReport", self.call(self.flow.sweep, **named))

    def record(self, login: Departure | str) -> Record | None:
        login_id = login if isinstance(login, str) else login.login_id
        record: Record | None = self.call(self.store.look, login_id).record
        return record

    def phase(self, login: Departure | str) -> Phase | None:
        record = self.record(login)
        return None if record is None else record.phase

    def query_of(self, departure: Departure) -> str:
        """The query that CM sends the browser back with."""
        return urlsplit(str(self.request_of(departure).redirect_url)).query

    def state_of(self, departure: Departure) -> str:
        return self.query_of(departure).rpartition("state=")[2]

    def request_of(self, departure: Departure) -> Any:
        return self.transaction_of(departure).request

    def transaction_of(self, departure: Departure) -> Any:
        return self.sandbox.world.transaction(departure.location.rpartition("/")[2])

    def reads(self, departure: Departure) -> int:
        """How often CM was asked about a login."""
        return int(self.transaction_of(departure).reads)

    def named(self, login: Departure | str) -> list[str]:
        """The names of what has happened to a login, in order."""
        login_id = login if isinstance(login, str) else login.login_id
        return [event.name.value for event in self.events if event.login_id == login_id]

    def names_taken(self, login: Departure) -> list[str]:
        return [each.name for each in self.taken if each.login_id == login.login_id]

    @contextmanager
    def patience(self, seconds: float) -> Generator[None]:
        before = self.room
        self.room = evolve(before, patience=seconds)
        yield
        self.room = before

    def _watched(self, store: Store | AsyncStore) -> Callable[[Operation], Any]:
        def do(operation: Operation) -> object:
            self.before_store(operation)
            came = cast("Store", store).do(operation)
            self.after_store(operation)
            return came

        async def do_async(operation: Operation) -> object:
            self.before_store(operation)
            came = await cast("AsyncStore", store).do(operation)
            self.after_store(operation)
            return came

        return do if isinstance(store, Store) else do_async

    def _take(self, identity: Identity, login_id: str, account: str | None, *, hook: bool = True) -> str:
        if hook:
            self.in_handler(login_id)
        name = (identity.name and identity.name.full) or ""
        self.taken.append(Taken(login_id, name, account, identity))
        return f"user {name}"

    def _note(self, event: Event) -> None:
        self.events.append(event)
        self.on_event(event)


@define
class Browser:
    """A browser: a jar of cookies for the site."""

    site: Site
    cookies: dict[str, str] = field(factory=dict[str, str])

    def keep(self, cookies: tuple[SetCookie, ...]) -> None:
        for cookie in cookies:
            if cookie.max_age > 0:
                self.cookies[cookie.name] = cookie.value
            else:
                self.cookies.pop(cookie.name, None)

    def start(self, **wishes: Any) -> Departure:
        """Presses the button."""
        flow = self.site.flow
        departure: Departure = self.site.call(flow.start, cookies=self.cookies, **wishes)
        self.keep(departure.set_cookies)
        return departure

    def come_back(self, departure: Departure, **named: Any) -> FlowOutcome:
        """Is sent back by CM, with the state of a login."""
        return self.open(self.site.query_of(departure), **named)

    def open(
        self,
        query: str | bytes | Mapping[str, Any],
        *,
        method: str = "GET",
        headers: Mapping[str, str] = {},
        account: str | None = None,
    ) -> FlowOutcome:
        """Opens the callback's address."""
        flow = self.site.flow
        return self._kept(self.site.call(flow.finish, method, query, self.cookies, headers, account=account))

    def wait(self, login: Departure | str, *, method: str = "GET", account: str | None = None) -> FlowOutcome:
        """Opens the waiting page."""
        login_id = login if isinstance(login, str) else login.login_id
        flow = self.site.flow
        return self._kept(self.site.call(flow.resume, method, login_id, self.cookies, {}, account=account))

    def type_code(self, login: Departure, code: str) -> FlowOutcome:
        flow = self.site.flow
        return self._kept(self.site.call(flow.confirm, login.login_id, code, self.cookies))

    def log_out(self, login: Departure) -> None:
        self.keep(self.site.call(self.site.flow.signed_out, login.login_id))

    def secret_of(self, login: Departure) -> str | None:
        return self.cookies.get(self.site.room.jar.name(login.login_id))

    def _kept(self, outcome: FlowOutcome) -> FlowOutcome:
        self.keep(outcome.set_cookies)
        return outcome


def at_once(times: int, action: Callable[[], FlowOutcome]) -> list[FlowOutcome]:
    """Does the same so many times at once, each in a thread of its own."""
    with ThreadPoolExecutor(times) as pool:
        return [each.result() for each in [pool.submit(action) for _ in range(times)]]


def keeps_an_answer(operation: Operation) -> bool:
    """Whether a store is asked to keep CM's answer, which exists once."""
    if not isinstance(operation, Swap) or operation.before is None:
        return False
    return operation.change.record.answer not in (b"", operation.before.answer)


def approve(site: Site, departure: Departure, person: str = "lucas") -> None:
    """The person confirms in the itsme app."""
    site.sandbox.person(person).phone.approve(departure.location)


def approved(browser: Browser, **wishes: Any) -> Departure:
    """A login that the person has confirmed in the itsme app, and whose browser has not come back yet."""
    departure = browser.start(**wishes)
    approve(browser.site, departure)
    return departure
