"""Handing the identity to the application, once, and what is said of it later."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from itsme_facade.errors import StoreUnavailable
from itsme_facade.flow.effects import Hand, Pause, Steps
from itsme_facade.flow.events import EventName
from itsme_facade.flow.outcomes import Refused, SignedIn, SignedInAgain
from itsme_facade.flow.room import SAME_AGAIN, Arrival
from itsme_facade.flow.verdicts import identity_in
from itsme_facade.raw import RawAnswer
from itsme_facade.store import steps as store_steps
from itsme_facade.store.record import Phase

if TYPE_CHECKING:
    from itsme_facade.flow.room import Login, Room
    from itsme_facade.identity import Identity
    from itsme_facade.store.record import Record, Seen

ACCOUNT_CHANGED = "account_changed"
_LONGEST_REFERENCE = 1_000
_TRIES_AGAIN_AFTER = (0.1, 0.5, 1.5)


class Declined(Exception):
    """Raise it in `on_identity` or `on_link` for a person whom the application does not want: too young, no customer.

    The identity is erased and the outcome is `Refused` with this reason.

    Args:
        reason: one word of the application's own, for its pages and logs. No personal data.
    """

    def __init__(self, reason: str = "declined") -> None:
        super().__init__(reason)
        self.reason = reason


def hand_over(
    room: Room, login: Login, seen: Seen, fresh: RawAnswer | None = None
) -> Steps[tuple[SignedIn | SignedInAgain | Refused | None, Seen]]:
    """Runs the application's handler on a bound, captured answer, if nobody else is doing so.

    Args:
        room: the surroundings.
        login: the login.
        seen: its record, read a moment ago.
        fresh: the answer, for whoever has just captured it and holds the lease to deliver it already.

    Returns:
        What came of it, or None if somebody else holds the lease; and the record as it is then.

    Raises:
        SealBroken: the answer cannot be opened; it stays captured.
        Exception: what the handler raised; the answer stays captured, and a sweep tries again.
    """
    departure, login_id = login.departure, login.login_id
    raw = fresh
    if raw is None and seen.record is not None:
        # Before the lease, which could only run out if a key is missing.
        raw = RawAnswer.from_dict(room.open_answer(seen.record.answer, login_id))
        seen = yield from store_steps.deliver(login_id, lease=room.delivery_lease, held=seen)
    if not seen.mine or raw is None:
        return None, seen
    room.tell(EventName.DELIVERING, login_id, login.service)
    try:
        reference = _checked((yield Hand(_identity(raw), login_id, departure.account)))
    except GeneratorExit:
        raise
    except Declined as declined:
        reason = declined.reason if isinstance(declined.reason, str) and declined.reason else "declined"
        seen = yield from store_steps.declined(login_id, reason, lives=room.lives, held=seen)
        if not seen.mine:
            return outcome_of(room, login, seen), seen
        room.tell(EventName.REFUSED, login_id, login.service, reason)
        return Refused(reason=reason, **login.known), seen
    except BaseException as error:
        room.tell(EventName.FAILED, login_id, login.service, type(error).__name__)
        yield from _put_back(login_id, seen)
        raise
    arrival = Arrival(
        reference=reference,
        service=login.service,
        next=departure.next,
        locale=departure.locale,
        account=departure.account,
    )
    seen = yield from _note(room, login_id, room.seal_arrival(arrival, login_id), seen)
    if not seen.mine:
        return outcome_of(room, login, seen), seen
    room.tell(EventName.DELIVERED, login_id, login.service)
    linked = departure.account is not None
    return SignedIn(reference=reference, service=login.service, linked=linked, **login.known), seen


def again(room: Room, record: Record, now: float, account: str | None) -> SignedInAgain | Refused:
    """What the browser that finished a login gets when it comes back.

    Args:
        room: the surroundings.
        record: a delivered one.
        now: the store's time.
        account: who is signed in now.
    """
    arrival = room.open_arrival(record.reference, record.login_id)
    if arrival.account is not None and arrival.account != account:
        return Refused(reason=ACCOUNT_CHANGED, login_id=record.login_id, next=arrival.next, locale=arrival.locale)
    fresh = record.delivered_at is not None and now - record.delivered_at <= SAME_AGAIN
    return SignedInAgain(
        reference=arrival.reference,
        signs_in=fresh and not record.signed_out,
        service=arrival.service,
        linked=arrival.account is not None,
        login_id=record.login_id,
        next=arrival.next,
        locale=arrival.locale,
    )


def outcome_of(room: Room, login: Login, seen: Seen) -> SignedInAgain | Refused | None:
    """What somebody who was faster has made of a login; None if it is not over."""
    record = seen.record
    if record is None:
        return None
    if record.phase is Phase.DELIVERED:
        return again(room, record, seen.now, login.departure.account)
    if record.phase is Phase.REFUSED:
        return Refused(reason=record.reason, **login.known)
    return None


def _note(room: Room, login_id: str, reference: bytes, seen: Seen) -> Steps[Seen]:
    """Erases the identity and keeps the reference. The handler has run: this is tried for a while."""
    held: Seen | None = seen
    for pause in _TRIES_AGAIN_AFTER:
        try:
            return (yield from store_steps.delivered(login_id, reference, lives=room.lives, held=held))
        except StoreUnavailable:
            held = None
            yield Pause(pause)
    return (yield from store_steps.delivered(login_id, reference, lives=room.lives))


def _put_back(login_id: str, seen: Seen) -> Steps[None]:
    with suppress(StoreUnavailable):  # else its lease ends by itself, and a sweep delivers it then
        yield from store_steps.failed(login_id, held=seen)


def _identity(raw: RawAnswer) -> Identity:
    identity = identity_in(raw)
    if identity is None:
        raise ValueError("a captured answer holds no identity; it stays captured")
    return identity


def _checked(reference: object) -> str:
    if isinstance(reference, str) and 0 < len(reference) <= _LONGEST_REFERENCE:
        return reference
    raise TypeError(
        f"on_identity and on_link return a reference, text of 1 to {_LONGEST_REFERENCE} characters "
        f"(the user's own id), not {'such text' if isinstance(reference, str) else type(reference).__name__}"
    )
