"""`Sandbox`: an itsme of one's own, for a `with` block or for as long as a program runs."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Final, Self

from .api import API_PATH, authentication_url
from .app import make_app
from .control import CONTROL_PATH, is_loopback_name
from .server import ServerThread, listen
from .views import TransactionView, view
from .world import World
from .world.errors import CannotStart
from .world.phones import Behaviour, Habit
from .world.transactions import Status

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from starlette.applications import Starlette

    from .world.assumptions import Assumptions
    from .world.clock import Clock
    from .world.people import Person

TOKEN: Final = "5a0db0c5-0000-4000-8000-000000000001"  # noqa: S105 - opens nothing but this sandbox


class Sandbox:
    """A local itsme: CM.com's API, a login page, people with phones, and a clock that can be moved.

    Several may run in one process. Every method may be called from any thread.

    Args:
        host: A loopback address or name to listen on.
        port: The port; 0 takes a free one.
        people: Who lives in it, by id; by default the catalogue (`default_people()`).
        assumptions: What is assumed about CM.com's API and itsme.
        clock: The world's time; by default the machine's.
        seed: Draws the same tokens and icons every time. Such tokens can be guessed.

    Raises:
        CannotStart: When started: the host is not loopback, or the port is taken.

    >>> with Sandbox() as sandbox:
    ...     sandbox.api_url.startswith("http://127.0.0.1:")
    True
    """

    token: Final[str] = TOKEN
    """An API token that the sandbox accepts: a GUID, the same in every run."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        people: Mapping[str, Person] | None = None,
        assumptions: Assumptions | None = None,
        clock: Clock | None = None,
        seed: int | None = None,
    ) -> None:
        random = None if seed is None else Random(seed)  # noqa: S311 - asked for, and documented above
        self.world: Final = World(people, assumptions, clock, random)
        self.app: Final[Starlette] = make_app(self.world)
        """The ASGI application, for use without a server; start nothing, and no port is taken."""
        self.clock: Final = SandboxClock(self.world)
        self._host, self._port = host, port
        self._server: ServerThread | None = None

    def start(self) -> Self:
        """Begin to listen; return when it answers.

        Raises:
            CannotStart: The host is not loopback, the port is taken, or it listens already.
        """
        if self._server is not None:
            raise CannotStart("this sandbox listens already")
        if not is_loopback_name(self._host):
            raise CannotStart(f"{self._host} is not a loopback address: the sandbox serves this machine only")
        listener = listen(self._host, self._port)
        host = f"[{self._host}]" if ":" in self._host else self._host
        self.app.state.url = f"http://{host}:{listener.getsockname()[1]}"
        self._server = ServerThread(self.app, listener)
        self._server.start()
        return self

    def stop(self) -> None:
        """End it: when this returns, connections are closed and the port is free. Harmless when repeated."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Where it listens, without a path: `http://127.0.0.1:49152`.

        Raises:
            CannotStart: It was never started.
        """
        url: str | None = self.app.state.url
        if url is None:
            raise CannotStart("start the sandbox first: with Sandbox() as sandbox: ...")
        return url

    @property
    def api_url(self) -> str:
        """The API's base URL, to use where CM.com's would stand."""
        return self.url + API_PATH

    @property
    def control_url(self) -> str:
        """Where the control API is."""
        return self.url + CONTROL_PATH

    @property
    def people(self) -> tuple[SandboxPerson, ...]:
        """Everybody."""
        return tuple(SandboxPerson(self.world, person) for person in self.world.people.values())

    def person(self, person_id: str) -> SandboxPerson:
        """Somebody, by id.

        Raises:
            UnknownPerson: Nobody has this id; the message names those who are there.
        """
        self.world.residents.phone_of(person_id)
        return SandboxPerson(self.world, self.world.people[person_id])

    @property
    def transactions(self) -> tuple[TransactionView, ...]:
        """All transactions that are remembered, oldest first, as they are now."""
        return tuple(view(transaction) for transaction in self.world.transactions())

    def transaction(self, of: str) -> TransactionView:
        """One transaction, by its authenticationUrl or its id.

        Raises:
            UnknownTransaction: There is none.
        """
        return view(self.world.transaction(_id(of)))

    def authentication_url(self, transaction: TransactionView) -> str:
        """Where the person of a transaction is sent."""
        return authentication_url(self.url, self.world.transaction(transaction.id))

    def fail(self, of: str) -> None:
        """End an open transaction as `failure`; `of` is its authenticationUrl or its id.

        Raises:
            UnknownTransaction: There is none.
            AlreadyOver: It has an end.
        """
        self.world.finish(_id(of), Status.FAILURE, "told to fail")

    def expire(self, of: str) -> None:
        """End an open transaction as `expired`; `of` is its authenticationUrl or its id.

        Raises:
            UnknownTransaction: There is none.
            AlreadyOver: It has an end.
        """
        self.world.finish(_id(of), Status.EXPIRED, "told to expire")

    def reset(self) -> None:
        """Back to the beginning: no transactions, everybody as in the catalogue, the clock as it was."""
        self.world.reset()


class SandboxClock:
    """The world's time, which tests can move."""

    def __init__(self, world: World) -> None:
        self._world = world

    def now(self) -> datetime:
        """The world's time, in UTC."""
        return datetime.fromtimestamp(self._world.clock.now(), UTC)

    def advance(self, seconds: float = 0, *, minutes: float = 0, hours: float = 0) -> None:
        """Move forward by the given seconds, minutes and hours together; what is due by then happens.

        Raises:
            ValueError: The sum is less than nothing.
        """
        self._world.advance(seconds + 60 * minutes + 3600 * hours)


class SandboxPerson:
    """Somebody in the sandbox.

    Attributes:
        id: The name they are called by here.
        details: Everything known about them.
        phone: Their phone.
    """

    def __init__(self, world: World, person: Person) -> None:
        self._world = world
        self.id: Final = person.id
        self.details: Final = person
        self.phone: Final = SandboxPhone(world, world.residents.phone_of(person.id).number)

    def __repr__(self) -> str:
        return f"SandboxPerson({self.id!r})"

    def always(self, behaviour: Behaviour | None, *, after: float = 0.0) -> None:
        """Let them act by themselves as soon as they are asked, now and from now on.

        They are asked when the login page gets their phone number, or at once if the request had it: then
        they see to the login page too.

        Args:
            behaviour: "approve", "refuse", "wrong_icon", "ignore" (never answers), or None: wait to be told.
            after: Seconds from being asked to acting, on the sandbox's clock.
        """
        self._world.set_habit(self.phone.number, None if behaviour is None else Habit(behaviour, after))

    def make_account_anew(self) -> None:
        """Delete their itsme account and make a new one: not blocked, and with new userIds."""
        self._world.accounts.make_anew(self.id)

    def user_id(self, api_token: str = TOKEN) -> str:
        """The userId that the owner of an API token knows them by: 40 letters and digits."""
        return self._world.residents.account(self.id).user_id(api_token)


class SandboxPhone:
    """Somebody's phone. Each method acts on one open transaction.

    `of` is its authenticationUrl or its id. Without it, it is the newest open one that asked this phone, else
    the newest that was created with its number, else the newest that has no number and asked nobody.

    Attributes:
        number: E.164, without spaces.
    """

    def __init__(self, world: World, number: str) -> None:
        self._world = world
        self.number: Final = number

    def __repr__(self) -> str:
        return f"SandboxPhone({self.number!r})"

    def approve(self, of: str | None = None) -> TransactionView:
        """Give the number if the page still waits for it, tap the highlighted icon and confirm: success.

        Raises:
            NotAsked: There is no such open transaction, or it asked another phone.
            AlreadyOver: It has an end.
            UnknownTransaction: There is none.
        """
        return self._do("approve", of)

    def refuse(self, of: str | None = None) -> TransactionView:
        """Refuse: cancelled. Raises what `approve` does."""
        return self._do("refuse", of)

    def wrong_icon(self, of: str | None = None) -> TransactionView:
        """Tap an icon that is not highlighted: cancelled (assumed). Raises what `approve` does."""
        return self._do("wrong_icon", of)

    def ignore(self, of: str | None = None) -> TransactionView:
        """Be asked and not answer, so that the time runs out. Raises what `approve` does."""
        return self._do("ignore", of)

    def _do(self, behaviour: Behaviour, of: str | None) -> TransactionView:
        return view(self._world.answer(self.number, behaviour, None if of is None else _id(of)))


def _id(of: str) -> str:
    """Take the id out of an authenticationUrl."""
    return of.rpartition("/")[2]
