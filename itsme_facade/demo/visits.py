"""What a site remembers of the browsers that visit it, and of their logins under way: in memory, bounded."""

from __future__ import annotations

import asyncio
import hmac
import secrets
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from attrs import define, field, frozen

if TYPE_CHECKING:
    from collections.abc import Callable

    from itsme_facade import Identity, Started

LIFE: Final = 900
"""Seconds after which a login under way is forgotten; longer than a transaction lives."""

_MOST: Final = 1000
_T = TypeVar("_T")


def secret() -> str:
    """A word of 256 random bits that nobody can guess."""
    return secrets.token_urlsafe(32)


def same(given: str | None, kept: str) -> bool:
    """Whether a browser gave the secret that is kept, compared in constant time."""
    return given is not None and hmac.compare_digest(given.encode(), kept.encode())


@frozen(kw_only=True)
class SignedIn:
    """Who is signed in, and what itsme was asked and said when they did.

    Args:
        identity: what was received.
        service: "login" or "register".
        scopes: what was asked for.
    """

    identity: Identity
    service: str
    scopes: tuple[str, ...]


@define
class Visit:
    """One browser's visit. `csrf` stands in every form that this browser is given."""

    csrf: str = field(factory=secret, repr=False)
    signed_in: SignedIn | None = None
    note: str | None = None


@define(kw_only=True)
class Attempt:
    """A login under way.

    Args:
        cookie: the name of the cookie that proves that the same browser has come back; its value is `proof`.
        started: what `Itsme.login` or `register` returned; never leaves the server.
    """

    cookie: str
    proof: str = field(repr=False)
    service: str
    scopes: tuple[str, ...]
    started: Started
    over: bool = False
    reading: asyncio.Lock = field(factory=asyncio.Lock, repr=False)


class Shelf(Generic[_T]):
    """Keeps things by a secret key for a while, and never more than a thousand: the oldest goes first.

    Args:
        life: how long a thing is kept, in seconds.
        clock: seconds that only go up.
    """

    def __init__(self, life: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._life = life
        self._clock = clock
        self._things: OrderedDict[str, tuple[float, _T]] = OrderedDict()

    def put(self, key: str, thing: _T) -> None:
        """Keeps a thing."""
        now = self._clock()
        while self._things and (len(self._things) >= _MOST or next(iter(self._things.values()))[0] < now):
            self._things.popitem(last=False)
        self._things[key] = (now + self._life, thing)

    def get(self, key: str | None) -> _T | None:
        """The thing, unless it is unknown or its time is over."""
        until, thing = self._things.get(key or "", (0.0, None))
        return thing if until > self._clock() else None

    def drop(self, key: str | None) -> None:
        """Forgets a thing; harmless if there is none."""
        self._things.pop(key or "", None)
