"""What a callback may do: who is it, what has it proved, and how far is the login."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from attrs import frozen

from itsme_facade.errors import SealBroken
from itsme_facade.flow.cookies import KEPT
from itsme_facade.flow.delivering import again
from itsme_facade.flow.events import EventName
from itsme_facade.flow.going_on import go_on
from itsme_facade.flow.other_browser import come_to_other_browser, shown_before
from itsme_facade.flow.outcomes import Forged, Prefetch, StillOpen, Unknown
from itsme_facade.flow.requests import is_looking_ahead, state_in
from itsme_facade.flow.room import COOKIE_ONLY, login_in
from itsme_facade.flow.secrets import code_digest, digest, is_login_id, is_right, login_id_of
from itsme_facade.store import steps as store_steps
from itsme_facade.store.record import UNFINISHED, Phase, Seen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from itsme_facade.flow.cookies import SetCookie
    from itsme_facade.flow.effects import Steps
    from itsme_facade.flow.outcomes import FlowOutcome
    from itsme_facade.flow.requests import Query
    from itsme_facade.flow.room import Room
    from itsme_facade.store.record import Record


@frozen(kw_only=True, repr=False)
class Visit:
    """A browser's request, as far as a flow looks at it."""

    method: str
    cookies: Mapping[str, str]
    headers: Mapping[str, str]
    account: str | None
    query: Query = ""


def finish(room: Room, visit: Visit) -> Steps[FlowOutcome]:
    """A browser comes back from CM."""
    state = None if room.cookie_only else state_in(visit.query)
    login_id = login_id_of(state) if state else None
    if is_looking_ahead(visit.method, visit.headers):
        room.tell(EventName.RETURNED, login_id, reason="prefetch")
        return Prefetch(login_id=login_id)
    if room.cookie_only:
        return (yield from _finish_by_cookie(room, visit))
    if state is None or login_id is None:
        room.tell(EventName.RETURNED, None, reason="no_state")
        return Unknown()
    secret = room.jar.secret_of(login_id, visit.cookies)
    if secret is None:
        seen = yield from store_steps.look(login_id)
    else:  # nearly always the right ones: then it is claimed by the same write. What decides is compared below.
        seen = yield from store_steps.take(
            login_id, state_digest=digest(state), browser_digest=digest(secret), lease=room.read_lease
        )
    if seen.record is None:
        return _unknown(room, login_id, visit)
    if not is_right(state, seen.record.state_digest):
        return _forged(room, login_id, "state")
    if secret is None:
        return (yield from come_to_other_browser(room, seen.record, seen, visit.cookies))
    if not is_right(secret, seen.record.browser_digest):
        return _forged(room, login_id, "cookie")
    return (yield from _come_back(room, seen.record, seen, visit.account))


def resume(room: Room, login_id: str, visit: Visit) -> Steps[FlowOutcome]:
    """A browser that is waiting looks again: with its cookie, without a state."""
    if is_looking_ahead(visit.method, visit.headers):
        return Prefetch(login_id=login_id if is_login_id(login_id) else None)
    stranger, seen = yield from _recognised(room, login_id, visit)
    if stranger is not None or seen.record is None:
        return stranger or Unknown()
    if seen.record.phase is Phase.DELIVERED:
        return again(room, seen.record, seen.now, visit.account)
    login = login_in(room, seen.record)
    if seen.record.bound or room.cookie_only or seen.record.phase not in UNFINISHED:
        return (yield from go_on(room, login, seen, visit.account))
    return StillOpen(code_wanted=_code_wanted(room, seen), **login.known)


def confirm(room: Room, login_id: str, code: str, visit: Visit) -> Steps[FlowOutcome]:
    """The person types, in the browser that started, the code that another browser shows."""
    stranger, seen = yield from _recognised(room, login_id, visit)
    if stranger is not None or seen.record is None:
        return stranger or Unknown()
    record = seen.record
    if record.bound or record.phase is not Phase.CAPTURED:
        return (yield from resume(room, login_id, visit))
    login = login_in(room, record)
    seen, kept = yield from store_steps.try_code(login_id)
    if not kept or not hmac.compare_digest(code_digest(login_id, code), kept):
        room.tell(EventName.FORGED, login_id, login.service, "code")
        return StillOpen(code_wanted=_code_wanted(room, seen), code_wrong=True, **login.known)
    return (yield from go_on(room, login, seen, visit.account))


def sign_out(login_id: str) -> Steps[None]:
    """The person logs out: what was delivered signs nobody in any more."""
    if is_login_id(login_id):
        yield from store_steps.sign_out(login_id)


def _finish_by_cookie(room: Room, visit: Visit) -> Steps[FlowOutcome]:
    """The weaker mode: the newest login of this browser that is not over, else the newest at all."""
    found: list[Seen] = []
    for login_id in room.jar.logins(visit.cookies)[:KEPT]:
        seen = yield from store_steps.look(login_id)
        secret = room.jar.secret_of(login_id, visit.cookies)
        if seen.record is not None and secret is not None and is_right(secret, seen.record.browser_digest):
            found.append(seen)
            if seen.record.phase in UNFINISHED:
                break
    still_open = [each for each in found if each.record is not None and each.record.phase in UNFINISHED]
    best = next(iter(still_open or found), None)
    if best is None or best.record is None:
        room.tell(EventName.RETURNED, None, reason="no_cookie")
        return Unknown()
    return (yield from _come_back(room, best.record, best, visit.account))


def _come_back(room: Room, record: Record, seen: Seen, account: str | None) -> Steps[FlowOutcome]:
    """The browser that started has proved that it is back."""
    if record.phase is Phase.DELIVERED:
        room.tell(EventName.RETURNED, record.login_id, reason="again")
        return again(room, record, seen.now, account)
    try:
        login = login_in(room, record)
    except SealBroken:
        if seen.mine:  # its lease would only keep others waiting
            yield from store_steps.release(record.login_id, lives=room.lives, held=seen)
        raise
    room.tell(EventName.RETURNED, login.login_id, login.service, COOKIE_ONLY if room.cookie_only else "")
    return (yield from go_on(room, login, seen, account, claimed=seen.mine))


def _recognised(room: Room, login_id: str, visit: Visit) -> Steps[tuple[FlowOutcome | None, Seen]]:
    """Reads a login for a browser that has a cookie and no state; says what a stranger gets."""
    if not is_login_id(login_id):
        return Unknown(), Seen(None, 0.0)
    seen = yield from store_steps.look(login_id)
    if seen.record is None:
        return _unknown(room, login_id, visit), seen
    secret = room.jar.secret_of(login_id, visit.cookies)
    if secret is None:
        return shown_before(room, seen.record, seen.now, visit.cookies), seen
    if not is_right(secret, seen.record.browser_digest):
        return _forged(room, login_id, "cookie"), seen
    return None, seen


def _unknown(room: Room, login_id: str, visit: Visit) -> Unknown:
    room.tell(EventName.RETURNED, login_id, reason="unknown")
    useless = room.jar.secret_of(login_id, visit.cookies) is not None
    return Unknown(login_id=login_id, set_cookies=(room.jar.forget(login_id),) if useless else ())


def _forged(room: Room, login_id: str, what: str) -> Forged:
    room.tell(EventName.FORGED, login_id, reason=what)
    return Forged(login_id=login_id)


def _code_wanted(room: Room, seen: Seen) -> bool:
    record = seen.record
    return room.codes and record is not None and bool(record.code_digest) and seen.now < record.code_until


def forgotten(room: Room, login_id: str) -> tuple[SetCookie, ...]:
    """The cookies to delete at a logout."""
    return (room.jar.forget(login_id),) if is_login_id(login_id) else ()
