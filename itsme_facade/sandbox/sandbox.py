"""`Sandbox`: an itsme of one's own, for a `with` block or for as long as a program runs."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final, Self

from .api import API_PATH, authentication_url
from .app import make_app
from .control import CONTROL_PATH, is_loopback_name
from .faults import Faults
from .handles import TOKEN, SandboxPerson, transaction_id
from .instance import Instance
from .server import ServerThread, listen
from .steering import SandboxClock, SandboxFaults
from .views import TransactionView, view
from .world import CannotStart, Status, World

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from starlette.applications import Starlette

    from .call_log import ApiCall
    from .world import Assumptions, Clock, Person

_EVERY_ADDRESS: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - only with a control token
_SHORTEST_TOKEN: Final = 16


class Sandbox:
    """A local itsme: CM.com's API, a login page, people with phones, and a clock that can be moved.

    Several may run in one process. Every method may be called from any thread.

    Args:
        host: A loopback address or name to listen on; with a control token, any address of this machine.
        port: The port; 0 takes a free one.
        people: Who lives in it, by id; by default the catalogue (`default_people()`).
        assumptions: What is assumed about CM.com's API and itsme.
        clock: The world's time; by default the machine's.
        seed: Draws the same tokens, icons and chances every time. Such tokens can be guessed.
        control_token: What programs on other machines must show to the control API, 16 characters or more. The pages
            and the API of a sandbox that listens on more than loopback are open to everybody who can reach it.

    Raises:
        CannotStart: When started: the host is not loopback and there is no control token, or the port is taken.

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
        control_token: str | None = None,
    ) -> None:
        random = None if seed is None else Random(seed)  # noqa: S311 - asked for, and documented above
        self.world: Final = World(people, assumptions, clock, random)
        """Everything in it, for what has no short name here: the steps at the desk, at banks and in the app."""
        self._instance = Instance(self.world, Faults(seed), control_token=control_token)
        self.app: Final[Starlette] = make_app(self._instance)
        """The ASGI application, for use without a server; start nothing, and no port is taken."""
        self.clock: Final = SandboxClock(self.world)
        self.faults: Final = SandboxFaults(self._instance)
        self._host, self._port = host, port
        self._url: str | None = None
        self._server: ServerThread | None = None

    def start(self) -> Self:
        """Begin to listen; return when it answers.

        Raises:
            CannotStart: The host is not loopback and there is no control token, the port is taken, or it listens
                already.
        """
        if self._server is not None:
            raise CannotStart("this sandbox listens already")
        self._check_host()
        listener = listen(self._host, self._port)
        reached = _EVERY_ADDRESS.get(self._host, self._host)
        host = f"[{reached}]" if ":" in reached else reached
        self._url = f"http://{host}:{listener.getsockname()[1]}"
        # On every address each browser is sent to the name that it came by.
        self.app.state.url = None if self._host in _EVERY_ADDRESS else self._url
        self._instance.door = self._server = ServerThread(self.app, listener)
        self._server.start()
        return self

    def _check_host(self) -> None:
        if is_loopback_name(self._host):
            return
        token = self._instance.control_token
        if token is None:
            reason = "without a control token the sandbox serves this machine only"
            raise CannotStart(f"{self._host} is not a loopback address: {reason}")
        if len(token) < _SHORTEST_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
            raise CannotStart(f"a control token is {_SHORTEST_TOKEN} or more ASCII characters without spaces")

    def stop(self) -> None:
        """End it: when this returns, connections are closed and the port is free. Harmless when repeated."""
        if self._server is not None:
            # Else the server would wait for the open pages that follow the world.
            self.app.state.live.close()
            self._server.stop()
            self._instance.door = self._server = None

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
        if self._url is None:
            raise CannotStart("start the sandbox first: with Sandbox() as sandbox: ...")
        return self._url

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
        return tuple(SandboxPerson(self.world, person_id) for person_id in self.world.people)

    def person(self, person_id: str) -> SandboxPerson:
        """Somebody, by id.

        Raises:
            UnknownPerson: Nobody has this id; the message names those who are there.
        """
        return SandboxPerson(self.world, person_id)

    @property
    def transactions(self) -> tuple[TransactionView, ...]:
        """All transactions that are remembered, oldest first, as they are now."""
        return tuple(view(transaction) for transaction in self.world.transactions())

    def transaction(self, of: str) -> TransactionView:
        """One transaction, by its authenticationUrl or its id.

        Raises:
            UnknownTransaction: There is none.
        """
        return view(self.world.transaction(transaction_id(of)))

    def authentication_url(self, transaction: TransactionView) -> str:
        """Where the person of a transaction is sent."""
        return authentication_url(self.url, self.world.transaction(transaction.id))

    def fail(self, of: str) -> None:
        """End an open transaction as `failure`; `of` is its authenticationUrl or its id.

        Raises:
            UnknownTransaction: There is none.
            AlreadyOver: It has an end.
        """
        self.world.finish(transaction_id(of), Status.FAILURE, "told to fail")

    def expire(self, of: str) -> None:
        """End an open transaction as `expired`; `of` is its authenticationUrl or its id.

        Raises:
            UnknownTransaction: There is none.
            AlreadyOver: It has an end.
        """
        self.world.finish(transaction_id(of), Status.EXPIRED, "told to expire")

    @property
    def calls(self) -> tuple[ApiCall, ...]:
        """The latest hundred calls of the API, oldest first, with everything secret or personal masked."""
        return self._instance.calls.latest()

    def reset(self) -> None:
        """Back to the beginning: no transactions, no faults, everybody as in the catalogue, the clock as it was."""
        self._instance.reset()
        self.faults.accept_connections()
