"""What becomes of a login when the browser that started it has proved that it is back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from itsme_facade.flow.asking import ask, bring_in
from itsme_facade.flow.delivering import ACCOUNT_CHANGED, again, hand_over
from itsme_facade.flow.effects import Pause, Steps
from itsme_facade.flow.events import EventName
from itsme_facade.flow.outcomes import Busy, Lost, Refused, StillOpen, Unknown
from itsme_facade.flow.verdicts import Verdict
from itsme_facade.store import steps as store_steps
from itsme_facade.store.phases import is_due
from itsme_facade.store.record import Phase

if TYPE_CHECKING:
    from itsme_facade.flow.outcomes import FlowOutcome
    from itsme_facade.flow.room import Login, Room
    from itsme_facade.store.record import Seen

_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 0.25
_SPOOLED_RETRY = 5.0
_NOT_YET_TAKEN = (Phase.STARTED, Phase.CLAIMED, Phase.CAPTURED)


def go_on(room: Room, login: Login, seen: Seen, account: str | None, *, claimed: bool = False) -> Steps[FlowOutcome]:
    """Takes a login as far as it goes now: asks CM, hands the identity over, or waits a little for who does.

    Args:
        room: the surroundings.
        login: the login.
        seen: its record, read a moment ago.
        account: who is signed in now.
        claimed: `seen` is this worker's own claim.
    """
    waited, pause = 0.0, _FIRST_PAUSE
    while True:
        ended, seen = yield from _go_one_step(room, login, seen, account, claimed=claimed)
        claimed = False
        if ended is not None:
            return ended
        if not _is_taken(seen):
            continue
        if waited >= room.patience:
            return Busy(**login.known)
        yield Pause(pause)
        waited, pause = waited + pause, min(pause * 2, _LONGEST_PAUSE)
        seen = yield from store_steps.look(login.login_id)


def _go_one_step(
    room: Room, login: Login, seen: Seen, account: str | None, *, claimed: bool
) -> Steps[tuple[FlowOutcome | None, Seen]]:
    """The outcome, if there is one by now, and the record as it is then."""
    record = seen.record
    if record is None:
        return Unknown(login_id=login.login_id, locale=login.departure.locale), seen
    if _is_somebody_else(login, account) and record.phase in _NOT_YET_TAKEN:
        return None, (yield from _refuse_other_account(room, login, seen))
    match record.phase:
        case Phase.CAPTURED if not record.bound:
            return None, (yield from store_steps.bind(login.login_id, lives=room.lives, held=seen))
        case Phase.CAPTURED | Phase.DELIVERING:
            free = record.phase is Phase.CAPTURED or is_due(record, seen.now)
            return (yield from hand_over(room, login, seen)) if free else (None, seen)
        case Phase.DELIVERED:
            return again(room, record, seen.now, account), seen
        case Phase.REFUSED:
            return Refused(reason=record.reason, **login.known), seen
        case Phase.LOST | Phase.EXPIRED:
            return (yield from _look_in_spool(room, login, seen))
        case Phase.STARTED | Phase.CLAIMED:
            return (yield from _ask(room, login, seen, claimed=claimed))


def _look_in_spool(room: Room, login: Login, seen: Seen) -> Steps[tuple[FlowOutcome | None, Seen]]:
    """Lost, unless another worker of this machine has put the answer aside."""
    if login.login_id in (yield from bring_in(room, login.login_id)):
        return None, (yield from store_steps.look(login.login_id))
    return Lost(**login.known), seen


def _ask(room: Room, login: Login, seen: Seen, *, claimed: bool) -> Steps[tuple[FlowOutcome | None, Seen]]:
    """Asks CM unless somebody else does, or has an answer lying in the spool."""
    record = seen.record
    if not claimed and record is not None and record.phase is Phase.CLAIMED:
        if login.login_id in (yield from bring_in(room, login.login_id)):
            return None, (yield from store_steps.look(login.login_id))
        if not record.bound and not is_due(record, seen.now):
            seen = yield from store_steps.bind(login.login_id, lives=room.lives, held=seen)
    asked = yield from ask(room, login, seen, bound=True, claimed=claimed, delivers=True)
    if asked.fresh is not None:
        return (yield from hand_over(room, login, asked.seen, asked.fresh))
    match asked.said:
        case Verdict.IDENTITY if asked.seen.record is None:
            return Busy(retry_after=_SPOOLED_RETRY, **login.known), asked.seen
        case Verdict.OPEN | Verdict.ODD:
            return StillOpen(**login.known), asked.seen
        case _:
            return None, asked.seen


def _is_taken(seen: Seen) -> bool:
    """Whether somebody else's lease has to be waited for."""
    record = seen.record
    return record is not None and record.phase in (Phase.CLAIMED, Phase.DELIVERING) and not is_due(record, seen.now)


def _is_somebody_else(login: Login, account: str | None) -> bool:
    """Whether the account that wanted to link its itsme is not the one that is signed in now."""
    return login.departure.account is not None and login.departure.account != account


def _refuse_other_account(room: Room, login: Login, seen: Seen) -> Steps[Seen]:
    """Nothing may be linked any more: neither asked for, nor handed over if it has come already."""
    if seen.record is not None and seen.record.phase is Phase.CAPTURED:
        refused = yield from store_steps.declined(login.login_id, ACCOUNT_CHANGED, lives=room.lives, held=seen)
    else:
        refused = yield from store_steps.release(
            login.login_id, Phase.REFUSED, ACCOUNT_CHANGED, lives=room.lives, held=seen
        )
    if refused.mine:
        room.tell(EventName.REFUSED, login.login_id, login.service, ACCOUNT_CHANGED)
    return refused
