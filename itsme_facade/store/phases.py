"""What may become of a record, and when: every rule about phases, pure.

Each function takes a record and says how it shall be, or None where the rules do not allow it. Times are compared
with `now`, the store's own clock at the reading; what a write sets is counted from the store's clock at the write.
"""

from __future__ import annotations

from typing import Any

from attrs import frozen

from itsme_facade.store.record import UNFINISHED, Change, Phase, Record, changed


@frozen(kw_only=True)
class Lives:
    """How long things are kept, in seconds.

    Args:
        open: a login from its start, whatever happens, unless something below says otherwise.
        undelivered: a bound identity that the application has not taken yet, from its capture. Its only copy.
        finished: a reference, a refusal or a loss, from then.
    """

    open: float = 3_600.0
    undelivered: float = 259_200.0
    finished: float = 3_600.0


READ_LEASE = 10.0
"""Seconds that one worker may ask CM alone."""
DELIVERY_LEASE = 30.0
"""Seconds that one worker may run the application's handler alone."""
CODE_TRIES = 3
NOBODY_TOOK_IT, UNREADABLE = "captured", "unreadable_answer"
"""Why a login that held an answer has expired: it carried an identity, or nobody could read it."""
_SAID_BY_CM = ("cancelled", "failure", "expired", "")
# What a handler is called with may be put back, or its life may end, before the handler returns.
_MAY_BE_IN_HAND = (Phase.CAPTURED, Phase.DELIVERING, Phase.EXPIRED)
_FIRST_RETRY, _LONGEST_RETRY = 30.0, 3_600.0


def claim(record: Record, now: float, *, bound: bool, lease: float = READ_LEASE) -> Change | None:
    """To ask CM: one worker at a time, and only while nothing is known yet."""
    free = record.phase is Phase.STARTED or (record.phase is Phase.CLAIMED and is_due(record, now))
    if not free:
        return None
    return Change(record=_next(record, phase=Phase.CLAIMED, bound=record.bound or bound), due_in=lease)


def release(record: Record, to: Phase, reason: str = "", *, answer: bytes = b"", lives: Lives) -> Change | None:
    """What CM said gives no identity: the login goes on (started), or is over (refused, lost).

    Never takes a captured answer away; a capture after it wins even so. `answer` is what did arrive of one that broke:
    kept by the same write, so that nobody finds the one without the other.
    """
    if record.phase not in (Phase.CLAIMED, Phase.STARTED):
        return None
    if to is Phase.STARTED:
        return Change(record=_next(record, phase=to))
    return Change(record=_next(record, phase=to, reason=reason, answer=answer or record.answer), life=lives.finished)


def bind(record: Record, *, lives: Lives) -> Change | None:
    """The browser that started it has proved that it is back."""
    if record.bound:
        return None
    bound = _next(record, bound=True, code_digest=b"")
    if record.phase is Phase.CAPTURED:
        return Change(record=bound, due_in=0.0, life=lives.undelivered)
    return Change(record=bound, keeps_due=True)


def capture(record: Record, answer: bytes, *, bound: bool, lives: Lives, lease: float | None = None) -> Change | None:
    """An answer that carries an identity is kept: the first one, whoever holds the lease, even over lost.

    Only what this site refused itself stays refused: an account that changed, a person whom it declined.

    With a `lease`, who keeps a bound one takes the lease to deliver it by the same write, for it is about to.
    """
    if record.phase in (Phase.CAPTURED, Phase.DELIVERING, Phase.DELIVERED):
        return None
    if record.phase is Phase.REFUSED and record.reason not in _SAID_BY_CM:
        return None
    bound = bound or record.bound
    if not bound:
        return Change(record=_next(record, phase=Phase.CAPTURED, answer=answer, reason=""))
    phase = Phase.CAPTURED if lease is None else Phase.DELIVERING
    kept = _next(record, phase=phase, answer=answer, bound=True, reason="")
    return Change(record=kept, due_in=lease or 0.0, life=lives.undelivered)


def deliver(record: Record, now: float, *, lease: float = DELIVERY_LEASE) -> Change | None:
    """To run the application's handler: one worker at a time, and only for the browser that started it."""
    free = record.phase is Phase.CAPTURED or (record.phase is Phase.DELIVERING and is_due(record, now))
    if not free or not record.bound:
        return None
    return Change(record=_next(record, phase=Phase.DELIVERING), due_in=lease)


def delivered(record: Record, reference: bytes, *, lives: Lives) -> Change | None:
    """The application has taken the identity: it is erased, and what it gave back is kept. The first one stays."""
    if record.phase not in _MAY_BE_IN_HAND:
        return None
    kept = _next(record, phase=Phase.DELIVERED, departure=b"", answer=b"", reference=reference, code_digest=b"")
    return Change(record=kept, life=lives.finished, delivers=True)


def declined(record: Record, reason: str, *, lives: Lives) -> Change | None:
    """The application has looked at the identity and does not want it: it is erased."""
    if record.phase not in _MAY_BE_IN_HAND:
        return None
    kept = _next(record, phase=Phase.REFUSED, answer=b"", reason=reason, code_digest=b"")
    return Change(record=kept, life=lives.finished)


def failed(record: Record) -> Change | None:
    """The application's handler raised: the identity stays captured, and a sweep tries again, later each time."""
    if record.phase is not Phase.DELIVERING:
        return None
    wait = min(_FIRST_RETRY * 2.0 ** min(record.attempts, 10), _LONGEST_RETRY)
    return Change(record=_next(record, phase=Phase.CAPTURED, attempts=record.attempts + 1), due_in=wait)


def keep_odd(record: Record, answer: bytes) -> Change | None:
    """An answer that cannot be read is kept, and the login goes on: a later answer may carry the identity."""
    if record.phase not in (Phase.CLAIMED, Phase.STARTED):
        return None
    return Change(record=_next(record, phase=Phase.STARTED, answer=answer))


def sign_out(record: Record) -> Change | None:
    """The person has logged out: this login signs nobody in any more."""
    return None if record.signed_out else Change(record=_next(record, signed_out=True), keeps_due=True)


def offer_code(record: Record, digest: bytes, life: float) -> Change | None:
    """A code is shown in another browser. One at a time: a new one takes the place of the last."""
    if record.bound or record.phase is not Phase.CAPTURED:
        return None
    return Change(record=_next(record, code_digest=digest, code_tries=0), code_life=life)


def wrong_code(record: Record) -> Change | None:
    """A wrong code was typed; after the last try the code is gone."""
    if not record.code_digest:
        return None
    tries = record.code_tries + 1
    digest = record.code_digest if tries < CODE_TRIES else b""
    return Change(record=_next(record, code_tries=tries, code_digest=digest), keeps_due=True)


def expire(record: Record, *, life: float) -> Change | None:
    """Its life is over: an answer that nobody took is erased, and what is left says so for `life` seconds more.

    Erasing the whole record would lose an identity without a word, if the worker died before it could say one.
    """
    if record.phase not in UNFINISHED or not record.answer:
        return None
    reason = NOBODY_TOOK_IT if record.phase in (Phase.CAPTURED, Phase.DELIVERING) else UNREADABLE
    return Change(record=_next(record, phase=Phase.EXPIRED, answer=b"", reason=reason, code_digest=b""), life=life)


def is_due(record: Record, now: float) -> bool:
    """Whether its lease is over, or its time to be looked after has come."""
    return record.due_at is not None and record.due_at <= now


def is_over(record: Record, now: float) -> bool:
    """Whether its life is over."""
    return record.expires_at <= now


def _next(record: Record, **changes: Any) -> Record:
    return changed(record, version=record.version + 1, **changes)
