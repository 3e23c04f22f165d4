"""How often a login may be started: per browser, per address and per phone number.

Starting sends a message to somebody's phone, so who starts many logins can be a nuisance, or hope that a tired
person approves one. Counting is done by the `limits` library with a sliding window, in this process's memory or,
for several processes and machines, in a Redis or Valkey that they share.

Counters never hold a number or an address, only keyed digests. When the storage cannot be reached, starts are let
through, with one warning: a login page that is down for everybody is the greater harm.
"""

from __future__ import annotations

import hmac
import ipaddress
import logging
import math
import re
import time
from threading import Lock
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from itsme_facade.errors import InvalidArguments, MissingExtra, Problem
from itsme_facade.forks import anew_after_fork

if TYPE_CHECKING:
    from collections.abc import Iterable

log = logging.getLogger("itsme_facade.flow")

_MEMORY = "memory"
_SCHEMES = {  # as written for the store, and as the `limits` library wants it
    _MEMORY: "memory",
    "redis": "redis",
    "rediss": "rediss",
    "unix": "redis+unix",
    "redis+unix": "redis+unix",
    "valkey": "redis",
    "valkeys": "rediss",
}
_SECONDS_FOR_STORAGE = 1.0
_NUMBER_OF_ITS_OWN = 64  # of the 128 bits of an IPv6 address; the rest is the host's to choose


@frozen(kw_only=True)
class StartLimits:
    """How often a login may be started. Each limit is text such as "5 per 10 minutes", or None for no limit.

    Several limits on one thing are separated by semicolons: "5 per 10 minutes; 20 per day". The window slides, and
    is counted in two halves that are weighed, so a limit is exact to about one start.

    Args:
        browser: for one browser, known by a cookie. A browser without it is not counted here.
        address: for one address that starts come from; an IPv6 network (/64) counts as one address. Many people may
            share one (an office, a mobile operator), so it is the widest.
        number: for one phone number, where it is given at the start.
        storage: where is counted: "memory://" for each process alone, or "redis://host/0" (also rediss:, unix:,
            valkey:, valkeys:) for all processes and machines together. May hold a password.

    >>> StartLimits(number="3 per hour")
    StartLimits(browser='10 per 10 minutes', address='60 per 10 minutes', number='3 per hour')
    """

    browser: str | None = "10 per 10 minutes"
    address: str | None = "60 per 10 minutes"
    number: str | None = "5 per 10 minutes"
    storage: str = field(default="memory://", repr=False)


class Limiter:
    """Counts starts. Safe for threads; in a forked child it begins anew.

    Args:
        limits: how often; None counts nothing.
        keys: the keys that records are sealed with (see `Seal`). What is counted is stored as digests keyed with
            one derived from the first of them; after a rotation the counting begins anew.

    Raises:
        InvalidArguments: a limit cannot be read, or the storage is of a kind that is not supported.
        MissingExtra: `limits` or `redis` is not installed.
    """

    def __init__(self, limits: StartLimits | None, keys: str | Iterable[str]) -> None:
        listed = keys.replace(",", " ").split() if isinstance(keys, str) else list(keys)
        self._key = hmac.digest("".join(listed[:1]).encode(), b"itsme start limits", "sha256")
        self._items = _items(limits) if limits else {}
        self._storage_url = _storage_url(limits.storage) if limits else ""
        self._strategy: Any = None
        self._failing = False
        self._lock = Lock()
        if self._items:
            self._strategy = _strategy(self._storage_url)
        anew_after_fork(self)

    @property
    def waits(self) -> bool:
        """Whether counting waits for a server."""
        return bool(self._items) and not self._storage_url.startswith(_MEMORY)

    def hit(self, *, browser: str | None = None, address: str | None = None, number: str | None = None) -> float | None:
        """Counts one start, and says whether it is one too many.

        Args:
            browser: what the browser's cookie says; None for one without.
            address: where the request comes from.
            number: the phone number given at the start.

        Returns:
            None when it may go on; else the seconds after which another try is worthwhile. A refused start is not
            counted by the limits that come after the one that refused it, so nobody can use up another's number
            beyond their own browser's limit.
        """
        told = {"browser": browser, "address": _network(address), "number": _digits(number)}
        try:
            for kind, items in self._items.items():
                who = told[kind]
                if who is None:
                    continue
                digest = hmac.digest(self._key, f"{kind}\n{who}".encode(), "sha256").hex()
                for item in items:
                    if not self._strategy.hit(item, kind, digest):
                        until = self._strategy.get_window_stats(item, kind, digest).reset_time
                        return float(min(max(1, math.ceil(until - time.time())), item.get_expiry()))
        except Exception as error:  # noqa: BLE001 - whatever a storage raises, people can go on logging in
            self._storage_failed(error)
        else:
            self._failing = False
        return None

    async def hit_async(
        self, *, browser: str | None = None, address: str | None = None, number: str | None = None
    ) -> float | None:
        """As `hit`, without holding up the event loop: a server is asked in a thread, so every loop will do."""
        if not self.waits:
            return self.hit(browser=browser, address=address, number=number)
        from anyio import to_thread

        def hit() -> float | None:
            return self.hit(browser=browser, address=address, number=number)

        return await to_thread.run_sync(hit, abandon_on_cancel=True)

    def begin_anew(self) -> None:
        """In a forked child: counters and connections of its own."""
        self._lock = Lock()
        if self._items:
            self._strategy = _strategy(self._storage_url)

    def _storage_failed(self, error: Exception) -> None:
        with self._lock:
            told, self._failing = self._failing, True
        if not told:
            log.warning(
                "Starts are not limited: the storage that counts them failed (%s). They are let through until it is "
                "back; look at the server that `storage` of StartLimits names.",
                type(error).__name__,
            )

    def __repr__(self) -> str:
        return f"Limiter({', '.join(self._items) or 'off'})"


def _items(limits: StartLimits) -> dict[str, list[Any]]:
    try:
        from limits import parse_many
    except ModuleNotFoundError:
        raise MissingExtra("Limiting starts needs more packages: pip install 'itsme-facade[store]'") from None
    items: dict[str, list[Any]] = {}
    problems: list[Problem] = []
    for kind, text in (("browser", limits.browser), ("address", limits.address), ("number", limits.number)):
        if text is None:
            continue
        try:
            items[kind] = list(parse_many(text))
        except ValueError:
            problems.append(Problem(f"limits.{kind}", 'not a limit such as "5 per 10 minutes"'))
    if problems:
        raise InvalidArguments(tuple(problems))
    return items


def _storage_url(storage: str) -> str:
    """The storage's URL as the library wants it; its text never stands in an error, for it may hold a password."""
    scheme, colon, rest = storage.partition("://")
    if not colon or scheme not in _SCHEMES:
        supported = ", ".join(f"{name}://" for name in _SCHEMES)
        raise InvalidArguments((Problem("limits.storage", f"not a URL that starts with one of {supported}"),))
    return f"{_SCHEMES[scheme]}://{rest}"


def _strategy(url: str) -> Any:
    from limits.errors import ConfigurationError
    from limits.storage import storage_from_string
    from limits.strategies import SlidingWindowCounterRateLimiter

    if url.startswith(_MEMORY):
        from itsme_facade.flow.counters import Counters

        return SlidingWindowCounterRateLimiter(Counters())
    waiting: Any = {"socket_timeout": _SECONDS_FOR_STORAGE, "socket_connect_timeout": _SECONDS_FOR_STORAGE}
    try:
        return SlidingWindowCounterRateLimiter(storage_from_string(url, key_prefix="itsme_starts", **waiting))
    except ConfigurationError:
        raise MissingExtra("Counting starts in Redis needs more packages: pip install 'itsme-facade[redis]'") from None
    except ValueError:
        raise InvalidArguments((Problem("limits.storage", "not a URL of a Redis or Valkey server"),)) from None


def _network(address: str | None) -> str | None:
    """An address as it is counted: one host of IPv4, one network of IPv6, whatever else as it is."""
    if address is None:
        return None
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped is None:
            return str(ipaddress.ip_network((known, _NUMBER_OF_ITS_OWN), strict=False))
        return str(known.ipv4_mapped)
    return str(known)


def _digits(number: str | None) -> str | None:
    """A number without what people write into it, so that a space more does not make it another one."""
    return None if number is None else re.sub(r"[^0-9+]", "", number)
