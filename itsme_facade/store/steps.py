"""What a store does, step by step, without doing any of it: reads, decides by `phases`, writes onto what it read.

A store is six small operations (`Operation`); all that is said about phases and leases stands here and in `phases`,
once for every store. A write names the version it was decided from; when somebody else was faster, it is read and
decided again.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, TypeVar

from attrs import field, frozen

from itsme_facade.store import phases
from itsme_facade.store.phases import DELIVERY_LEASE, READ_LEASE, Lives
from itsme_facade.store.record import Change, Phase, Record, Seen, changed


@frozen
class Read:
    """Read a record. Comes back as `Seen`, with the record even when its life is over."""

    login_id: str


@frozen
class Take:
    """Read a record and, if it is only started and both digests are its own, claim it by the same write, bound.

    Comes back as `Seen`, as it is then; `mine` says whether it was claimed. `taken` has the rule.
    """

    login_id: str
    state_digest: bytes = field(repr=False)
    browser_digest: bytes = field(repr=False)
    lease: float


@frozen
class Insert:
    """Add a record with `life` seconds to live; its times are set by the store. Comes back as the store's time."""

    record: Record
    life: float


@frozen
class Swap:
    """Write a change if the stored version is the one before it. Comes back as the store's time, or None if not.

    `before` is the record as it was read in that version, where that is known: only what differs has to be written.
    """

    change: Change
    before: Record | None = None


@frozen
class Due:
    """The ids of up to `limit` records whose `due_at` is past and whose life is not over, the longest waiting first."""

    limit: int


@frozen
class Erase:
    """End up to `limit` records whose life is over, or erase as many that are older than `age` seconds.

    To end one is to erase it; but one with an answer that nobody took is written down as expired, without it, for
    `life` seconds more. `expired` has the rule. Comes back as two lists: the records as they were erased, and those
    that are expired now.
    """

    limit: int
    age: float | None = None
    life: float = Lives().finished


Operation = Read | Take | Insert | Swap | Due | Erase

_T = TypeVar("_T")
Steps = Generator[Operation, Any, _T]


def add(record: Record, *, lives: Lives) -> Steps[None]:
    """Adds a login that has just been started."""
    yield Insert(record, lives.open)


def claim(login_id: str, *, bound: bool = False, lease: float = READ_LEASE, held: Seen | None = None) -> Steps[Seen]:
    """Takes the lease to ask CM. `mine` says whether it was free; the record is as it stands then."""
    return (yield from _change(login_id, lambda record, now: phases.claim(record, now, bound=bound, lease=lease), held))


def take(login_id: str, *, state_digest: bytes, browser_digest: bytes, lease: float = READ_LEASE) -> Steps[Seen]:
    """Reads a login for a browser that seems to be back and, if it is and nobody was before it, claims it as well."""
    seen: Seen = yield Take(login_id, state_digest, browser_digest, lease)
    return _alive(seen)


def release(
    login_id: str,
    to: Phase = Phase.STARTED,
    reason: str = "",
    *,
    answer: bytes = b"",
    lives: Lives,
    held: Seen | None = None,
) -> Steps[Seen]:
    """Ends a claim without an identity: `to` started again, refused or lost; `answer` is what arrived of a lost one."""
    return (
        yield from _change(
            login_id, lambda record, _: phases.release(record, to, reason, answer=answer, lives=lives), held
        )
    )


def capture(
    login_id: str,
    answer: bytes,
    *,
    bound: bool = False,
    lives: Lives,
    lease: float | None = None,
    held: Seen | None = None,
) -> Steps[Seen]:
    """Keeps a sealed answer that carries an identity. Never refused, unless another one was first.

    With a `lease`, a bound one is the caller's to deliver; the phase says whether it is.
    """
    return (
        yield from _change(
            login_id, lambda record, _: phases.capture(record, answer, bound=bound, lives=lives, lease=lease), held
        )
    )


def keep_odd(login_id: str, answer: bytes, *, held: Seen | None = None) -> Steps[Seen]:
    """Keeps a sealed answer that could not be read, and lets the login go on."""
    return (yield from _change(login_id, lambda record, _: phases.keep_odd(record, answer), held))


def bind(login_id: str, *, lives: Lives, held: Seen | None = None) -> Steps[Seen]:
    """Notes that the browser that started it has proved that it is back."""
    return (yield from _change(login_id, lambda record, _: phases.bind(record, lives=lives), held))


def deliver(login_id: str, *, lease: float = DELIVERY_LEASE, held: Seen | None = None) -> Steps[Seen]:
    """Takes the lease to run the application's handler on a bound, captured answer."""
    return (yield from _change(login_id, lambda record, now: phases.deliver(record, now, lease=lease), held))


def delivered(login_id: str, reference: bytes, *, lives: Lives, held: Seen | None = None) -> Steps[Seen]:
    """Erases the identity and keeps the sealed reference; the first one stays."""
    return (yield from _change(login_id, lambda record, _: phases.delivered(record, reference, lives=lives), held))


def declined(login_id: str, reason: str, *, lives: Lives, held: Seen | None = None) -> Steps[Seen]:
    """Erases an identity that the application does not want."""
    return (yield from _change(login_id, lambda record, _: phases.declined(record, reason, lives=lives), held))


def failed(login_id: str, *, held: Seen | None = None) -> Steps[Seen]:
    """Puts an identity back after the application's handler raised."""
    return (yield from _change(login_id, lambda record, _: phases.failed(record), held))


def sign_out(login_id: str) -> Steps[Seen]:
    """Notes that the person has logged out."""
    return (yield from _change(login_id, lambda record, _: phases.sign_out(record)))


def offer_code(login_id: str, digest: bytes, life: float) -> Steps[Seen]:
    """Notes the digest of a code shown in another browser, good for `life` seconds."""
    return (yield from _change(login_id, lambda record, _: phases.offer_code(record, digest, life)))


def wrong_code(login_id: str) -> Steps[Seen]:
    """Counts a wrong code."""
    return (yield from _change(login_id, lambda record, _: phases.wrong_code(record)))


def try_code(login_id: str) -> Steps[tuple[Seen, bytes]]:
    """Counts a try at the code before anybody compares it, so that many at once are not more than three.

    Returns:
        The record as it is then, and the digest to compare with: empty when there is no code, or its time is over.
    """
    while True:
        seen = _alive((yield Read(login_id)))
        change = None if seen.record is None else phases.wrong_code(seen.record)
        if seen.record is None or change is None:
            return seen, b""
        now: float | None = yield Swap(change, seen.record)
        if now is not None:
            digest = seen.record.code_digest if now < seen.record.code_until else b""
            return Seen(stamped(change, seen.record, now), now, mine=True), digest


def look(login_id: str) -> Steps[Seen]:
    """Reads a record; one whose life is over is as good as none."""
    seen: Seen = yield Read(login_id)
    return _alive(seen)


def sweep(limit: int = 100, *, lives: Lives) -> Steps[tuple[list[str], list[Record]]]:
    """Ends what has outlived its life, and names what has to be looked after.

    Returns:
        The ids of the records that are due, and the records that have ended: the erased ones, but for those that had
        been written down as expired before, and those that are expired now.
    """
    erased, expired = yield Erase(limit, life=lives.finished)
    due: list[str] = yield Due(limit)
    return due, [*(record for record in erased if record.phase is not Phase.EXPIRED), *expired]


def purge(age: float = 0.0) -> Steps[int]:
    """Erases every record older than `age` seconds, whatever its phase, and says how many."""
    erased = 0
    while True:
        batch, _ = yield Erase(1_000, age)
        erased += len(batch)
        if not batch:
            return erased


def _change(login_id: str, decide: Callable[[Record, float], Change | None], held: Seen | None = None) -> Steps[Seen]:
    """Reads, decides and writes, until nobody was faster. `held`, read a moment ago, saves the first reading."""
    while True:
        seen = _alive(held or (yield Read(login_id)))
        held = None
        if seen.record is None:
            return seen
        change = decide(seen.record, seen.now)
        if change is None:
            return Seen(seen.record, seen.now)  # what `held` says of an earlier write does not hold for this one
        now: float | None = yield Swap(change, seen.record)
        if now is not None:
            return Seen(stamped(change, seen.record, now), now, mine=True)


def taken(take: Take, before: Record | None, now: float) -> Record | None:
    """The record as a `Take` at `now` leaves it, or None if it only reads. What stores without a `WHERE` ask."""
    if before is None or before.phase is not Phase.STARTED or phases.is_over(before, now):
        return None
    if (before.state_digest, before.browser_digest) != (take.state_digest, take.browser_digest):
        return None
    change = phases.claim(before, now, bound=True, lease=take.lease)
    return None if change is None else stamped(change, before, now)


def expired(erase: Erase, before: Record, now: float) -> Record | None:
    """The record as an `Erase` at `now` leaves it, or None if it erases it. What stores without an `UPDATE` ask."""
    change = None if erase.age is not None else phases.expire(before, life=erase.life)
    return None if change is None else stamped(change, before, now)


def stamped(change: Change, before: Record, now: float) -> Record:
    """The record as a write at `now` leaves it. What stores without a clock in their write statement store."""
    record = change.record
    due_at = before.due_at if change.keeps_due else None if change.due_in is None else now + change.due_in
    return changed(
        record,
        due_at=due_at,
        expires_at=record.expires_at if change.life is None else now + change.life,
        delivered_at=now if change.delivers else record.delivered_at,
        code_until=record.code_until if change.code_life is None else now + change.code_life,
    )


def _alive(seen: Seen) -> Seen:
    gone = seen.record is not None and phases.is_over(seen.record, seen.now)
    return Seen(None, seen.now) if gone else seen
