"""What one client knows about the transactions it has asked for, so that it can say what became of the data."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import blake2b
from threading import Lock
from typing import TYPE_CHECKING

from attrs import define

from itsme_facade.forks import anew_after_fork

if TYPE_CHECKING:
    from itsme_facade.raw import RawAnswer

_REMEMBERED = 10_000


@define
class _Past:
    given: bool = False
    interrupted: bool = False
    undelivered: RawAnswer | None = None
    partial: RawAnswer | None = None


class Memory:
    """Of the last 10,000 transactions asked for: whether their data was given here, or a read of them broke.

    It keeps digests of transaction tokens, not the tokens. Safe for threads.
    """

    def __init__(self, size: int = _REMEMBERED) -> None:
        self._size = size
        self._past: OrderedDict[bytes, _Past] = OrderedDict()
        self._lock = Lock()
        anew_after_fork(self)

    def begin_anew(self) -> None:
        """In a forked child: the lock may have been held by a thread that is not here."""
        self._lock = Lock()

    def given(self, transaction_token: str) -> None:
        """An answer with the person's data has arrived."""
        with self._lock:
            past = self._of(transaction_token)
            past.given, past.partial = True, None

    def interrupted(self, transaction_token: str, partial: RawAnswer | None = None) -> None:
        """A read was sent and its answer did not arrive whole, or cannot be read; `partial` is what did arrive."""
        with self._lock:
            past = self._of(transaction_token)
            past.interrupted = True
            if partial is not None and len(partial.body) > len(past.partial.body if past.partial else b""):
                past.partial = partial

    def undelivered(self, transaction_token: str, raw: RawAnswer) -> None:
        """The answer has arrived whole, but the caller was cancelled before it could take it."""
        with self._lock:
            self._of(transaction_token).undelivered = raw

    def take_undelivered(self, transaction_token: str) -> RawAnswer | None:
        """The answer that a cancelled caller left, once."""
        with self._lock:
            past = self._past.get(_digest(transaction_token))
            if past is None:
                return None
            raw, past.undelivered = past.undelivered, None
            return raw

    def was_given(self, transaction_token: str) -> bool:
        """Whether this client has had the data."""
        with self._lock:
            past = self._past.get(_digest(transaction_token))
            return past is not None and past.given

    def was_interrupted(self, transaction_token: str) -> bool:
        """Whether a read by this client broke after it was sent."""
        with self._lock:
            past = self._past.get(_digest(transaction_token))
            return past is not None and past.interrupted

    def partial(self, transaction_token: str) -> RawAnswer | None:
        """The longest part of an answer that came of a read that broke."""
        with self._lock:
            past = self._past.get(_digest(transaction_token))
            return None if past is None else past.partial

    def _of(self, transaction_token: str) -> _Past:
        digest = _digest(transaction_token)
        past = self._past.setdefault(digest, _Past())
        self._past.move_to_end(digest)
        while len(self._past) > self._size:
            self._past.popitem(last=False)
        return past


def _digest(transaction_token: str) -> bytes:
    return blake2b(transaction_token.encode(), digest_size=16).digest()
