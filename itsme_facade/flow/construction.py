"""What a flow is made of: everything checked once, every wrong argument named."""

from __future__ import annotations

import inspect
import os
import re
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal

from attrs import frozen

from itsme_facade.arguments import transaction_request
from itsme_facade.errors import InvalidArguments, Problem
from itsme_facade.flow.cookies import Jar
from itsme_facade.flow.effects import DropAside, LookAside, PutAside
from itsme_facade.flow.events import Notifier, log
from itsme_facade.flow.limits import Limiter, StartLimits
from itsme_facade.flow.room import Room, checked_origins
from itsme_facade.flow.secrets import new_login_id, new_state
from itsme_facade.flow.starting import with_state
from itsme_facade.settings import Timeouts
from itsme_facade.store.sealing import Seal
from itsme_facade.store.spool import Spool, Spooled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from itsme_facade.calls import Calls
    from itsme_facade.flow.events import Event
    from itsme_facade.store.base import AsyncStore, Store

Binding = Literal["both", "cookie"]

READ_TIMEOUTS = Timeouts(total=8.0, connect=5.0)
"""A status read ends before its lease does."""
_STATE = re.compile(r"[?&]state(=|&|$)")
NO_LINKS = "a login that links an account was started by a flow with on_link; this one has none"
_VARIABLES = ("ITSME_KEYS", "ITSME_REDIRECT_URL", "ITSME_STORE_URL")


class MemorySpool:
    """Where answers wait for the store when no folder was given: in this process, and no longer than it lives."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._entries: list[Spooled] = []

    def put(self, login_id: str, sealed: bytes, bound: bool) -> None:  # noqa: FBT001 - as Spool has it
        """Keeps an answer."""
        with self._lock:
            self._entries.append(Spooled(login_id, sealed, bound))

    def entries(self) -> list[Spooled]:
        """What waits, the oldest first."""
        with self._lock:
            return [*self._entries]

    def remove(self, which: Spooled) -> None:
        """Removes what the store has taken."""
        with self._lock:
            self._entries = [each for each in self._entries if each is not which]


@frozen(kw_only=True)
class Parts:
    """What both kinds of flow are made of."""

    room: Room
    limiter: Limiter
    spool: Spool | MemorySpool

    def aside(self, step: PutAside | LookAside | DropAside) -> object:
        """Does what the steps ask of the spool. Blocks as long as the disk does."""
        match step:
            case PutAside(login_id, answer, bound):
                self.spool.put(login_id, answer, bound)
                return "memory" if isinstance(self.spool, MemorySpool) else ""
            case LookAside():
                return self.spool.entries()
            case DropAside(entry):
                return self.spool.remove(entry)


def parts(
    itsme: Calls,
    store: Store | AsyncStore,
    keys: str | Iterable[str],
    redirect_url: str,
    on_identity: Callable[..., object],
    *,
    on_link: Callable[..., object] | None,
    scopes: Iterable[str],
    binding: Binding,
    code_for_other_browser: bool,
    next_origins: Iterable[str],
    spool_dir: str | os.PathLike[str] | None,
    limits: StartLimits | None,
    on_event: Callable[[Event], object] | None,
    plain_handlers: bool = False,
) -> Parts:
    """Checks a flow's arguments: those of `Flow`, and whether its handlers must be plain functions.

    Raises:
        InvalidArguments: names every wrong one.
        MissingExtra: `cryptography` or `limits` is not installed.
    """
    listed = [keys] if isinstance(keys, str) else [*keys]
    problems: list[Problem] = []
    wanted: tuple[str, ...] = ()
    if binding not in ("both", "cookie"):
        problems.append(Problem("binding", "neither both nor cookie"))
    for name, handler in (("on_identity", on_identity), ("on_link", on_link)):
        if not callable(handler) and not (handler is None and name == "on_link"):
            problems.append(Problem(name, "not a function"))
        elif plain_handlers and inspect.iscoroutinefunction(handler):
            problems.append(Problem(name, "an async function; AsyncFlow takes those"))
    if isinstance(redirect_url, str) and ("#" in redirect_url or _STATE.search(redirect_url)):
        problems.append(Problem("redirect_url", "has a fragment, or a state of its own"))
    try:
        checked = with_state(redirect_url, new_state(new_login_id())) if isinstance(redirect_url, str) else redirect_url
        request = transaction_request(token="", service="login", redirect_url=checked, scopes=scopes, problems=problems)
        wanted = tuple(scope.value for scope in request.scopes or ())
    except ValueError as error:
        if not isinstance(error, InvalidArguments):
            raise InvalidArguments((*problems, Problem("redirect_url", "not a URL"))) from None
        raise
    room = Room(
        interpret=itsme.interpret,
        seal=Seal(",".join(listed)),
        lives=store.lives,
        jar=Jar(secure=redirect_url.lower().startswith("https:")),
        redirect_url=redirect_url,
        scopes=wanted,
        cookie_only=binding == "cookie",
        codes=code_for_other_browser,
        origins=checked_origins(next_origins),
        links=on_link is not None,
        notify=Notifier(on_event),
    )
    if room.cookie_only:
        log.warning(
            "This flow binds logins to a browser by the cookie alone (binding='cookie'): whoever lures a person to "
            "the callback's address is not told apart. Use it only if CM refuses a query in redirectUrl."
        )
    spool = MemorySpool() if spool_dir is None else Spool(spool_dir)
    return Parts(room=room, limiter=Limiter(limits, ",".join(listed)), spool=spool)


def from_environment(environ: Mapping[str, str] | None) -> dict[str, Any]:
    """What ITSME_KEYS, ITSME_REDIRECT_URL, ITSME_STORE_URL and ITSME_SPOOL_DIR say.

    Raises:
        InvalidArguments: names the variables that are not set.
    """
    variables = os.environ if environ is None else environ
    given = {name: variables.get(name, "").strip() for name in (*_VARIABLES, "ITSME_SPOOL_DIR")}
    missing = tuple(Problem(name, "not set") for name in _VARIABLES if not given[name])
    if missing:
        raise InvalidArguments(missing)
    return {
        "keys": given["ITSME_KEYS"],
        "redirect_url": given["ITSME_REDIRECT_URL"],
        "store_url": given["ITSME_STORE_URL"],
        "spool_dir": given["ITSME_SPOOL_DIR"] or None,
    }
