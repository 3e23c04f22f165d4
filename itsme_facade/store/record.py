"""One unfinished login, as it is kept: what may be seen of it, and what is sealed."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from attrs import fields, frozen


class Phase(StrEnum):
    """How far a login is."""

    STARTED = "started"
    """The browser was sent away."""
    CLAIMED = "claimed"
    """One worker is asking CM, until its lease ends."""
    CAPTURED = "captured"
    """The sealed answer is durable."""
    DELIVERING = "delivering"
    """One worker runs the application's handler, until its lease ends."""
    DELIVERED = "delivered"
    """The application has taken the identity; it is erased, the reference is kept."""
    REFUSED = "refused"
    """It ended without an identity; `reason` says how."""
    LOST = "lost"
    """CM says success, but its data had gone out on a wire that broke."""
    EXPIRED = "expired"
    """Its life was over while it held an answer. That is erased; the rest stays for a while and says so."""


UNFINISHED = (Phase.STARTED, Phase.CLAIMED, Phase.CAPTURED, Phase.DELIVERING)
"""Phases of a login whose end nobody has been told of."""


@frozen(kw_only=True, repr=False, slots=False)  # with a dict of its own, which `changed` can copy at once
class Record:
    """A login in the store. Times are seconds since 1970 by the store's clock.

    Everything that could hurt somebody is a digest or sealed; the store never sees it open.

    Args:
        login_id: names the login, in logs and to the application. No secret. Sorts by its start.
        phase: how far it is.
        version: raised by one at every write; a write is made only onto the version it was decided from.
        created_at: when it was added.
        expires_at: when its life is over.
        due_at: when somebody has to look after it: a lease's end, or the next try to deliver. None: never.
        bound: whether the browser that started it has proved that it came back (state and cookie).
        attempts: how often its delivery has failed.
        state_digest: SHA-256 of the state that travelled through CM.
        browser_digest: SHA-256 of the cookie of the browser that started it.
        departure: sealed: the transaction, where to go afterwards, the language, the account to link.
        answer: sealed: CM's answer as it came. Empty once delivered. In another phase than captured and delivering
            it is one that could not be read, kept for a person to look at.
        reference: sealed: what the application gave back. Empty until delivered.
        reason: for refused, lost and expired: one word that says why.
        delivered_at: when the application had taken the identity. None until then.
        signed_out: the person has logged out since, so this login signs nobody in any more.
        code_digest: SHA-256 of the code that was shown in another browser, or empty.
        code_until: when that code ends.
        code_tries: how often a wrong one has been typed.
    """

    login_id: str
    phase: Phase = Phase.STARTED
    version: int = 1
    created_at: float = 0.0
    expires_at: float = 0.0
    due_at: float | None = None
    bound: bool = False
    attempts: int = 0
    state_digest: bytes = b""
    browser_digest: bytes = b""
    departure: bytes = b""
    answer: bytes = b""
    reference: bytes = b""
    reason: str = ""
    delivered_at: float | None = None
    signed_out: bool = False
    code_digest: bytes = b""
    code_until: float = 0.0
    code_tries: int = 0

    def __repr__(self) -> str:
        return f"Record({self.login_id}, {self.phase.value}, version={self.version})"


_NAMES = frozenset(field.name for field in fields(Record))


def changed(record: Record, **values: Any) -> Record:
    """The record with other values, as `attrs.evolve` makes it: every step of a login does so, here at a fifth.

    A record has neither converters nor validators that would have to be called.
    """
    if not _NAMES.issuperset(values):
        raise KeyError(*values.keys() - _NAMES)
    made = Record.__new__(Record)
    made.__dict__.update(record.__dict__, **values)
    return made


@frozen(kw_only=True)
class Change:
    """A write: `record` as it shall be. It takes place only onto the version before.

    Args:
        record: the new values, its version one higher than the one it replaces.
        due_in: seconds from the write until somebody has to look after it; None: never. Sets `due_at`.
        keeps_due: leave `due_at` as it is instead.
        life: seconds from the write that it may live; None: `expires_at` stays. Sets `expires_at`.
        delivers: the write sets `delivered_at` to its own time.
        code_life: seconds from the write that the code is good for; None: `code_until` stays.
    """

    record: Record
    due_in: float | None = None
    keeps_due: bool = False
    life: float | None = None
    delivers: bool = False
    code_life: float | None = None


@frozen
class Seen:
    """A record as read, and the store's time of the reading.

    Args:
        record: None if there is none, or its life is over.
        now: seconds since 1970 by the store's clock.
        mine: whether the step that was asked for took place by this call.
    """

    record: Record | None
    now: float
    mine: bool = False


@frozen(kw_only=True)
class StoreStats:
    """What is in a store: numbers only.

    Args:
        by_phase: how many records there are of each phase.
        overdue: how many wait for a sweep.
        expired: how many have outlived their life and wait to be erased.
        oldest: age of the oldest record in seconds; 0.0 for an empty store.
    """

    by_phase: dict[Phase, int]
    overdue: int = 0
    expired: int = 0
    oldest: float = 0.0
