"""The state came back by a browser that did not start the login: iOS returns to the default one, or a link was sent.

The answer is read at once, since it may be withheld later (assumed), and kept unbound: nobody gets it but the browser
that started. Optionally a code is shown here, for the person to type there.

Source: FACTS (the return opens another browser; a sibling API withholds the data after 30 seconds).
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from itsme_facade.flow.asking import ask, bring_in
from itsme_facade.flow.events import EventName
from itsme_facade.flow.outcomes import OtherBrowser, Unknown
from itsme_facade.flow.room import CODE_LIFE, login_in
from itsme_facade.flow.secrets import code_digest, new_code
from itsme_facade.store import steps as store_steps
from itsme_facade.store.phases import is_due
from itsme_facade.store.record import Phase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from itsme_facade.flow.effects import Steps
    from itsme_facade.flow.room import Login, Room
    from itsme_facade.store.record import Record, Seen


def come_to_other_browser(
    room: Room, record: Record, seen: Seen, cookies: Mapping[str, str]
) -> Steps[OtherBrowser | Unknown]:
    """Keeps what CM says, and tells this browser nothing but to go on in the other one.

    After a logout there is nothing to go on with anywhere: it is most likely Back in the same browser.
    """
    if record.phase is Phase.DELIVERED and record.signed_out:
        room.tell(EventName.RETURNED, record.login_id, reason="signed_out")
        return Unknown(login_id=record.login_id)
    if record.phase is Phase.DELIVERED:
        room.tell(EventName.RETURNED, record.login_id, reason="other_browser")
        return OtherBrowser(login_id=record.login_id)
    login = login_in(room, record)
    room.tell(EventName.RETURNED, login.login_id, login.service, "other_browser")
    seen = yield from _read_for_the_other(room, login, record, seen)
    after = seen.record
    if not room.codes or after is None or after.bound or after.phase is not Phase.CAPTURED:
        return OtherBrowser(login_id=login.login_id, locale=login.departure.locale)
    if (shown := shown_before(room, after, seen.now, cookies)).code:
        return shown
    code = new_code()
    offered = yield from store_steps.offer_code(login.login_id, code_digest(login.login_id, code), CODE_LIFE)
    return OtherBrowser(
        login_id=login.login_id,
        locale=login.departure.locale,
        code=code if offered.mine else None,
        set_cookies=(room.jar.keep_code(login.login_id, code, CODE_LIFE),) if offered.mine else (),
    )


def _read_for_the_other(room: Room, login: Login, record: Record, seen: Seen) -> Steps[Seen]:
    """Reads CM's answer, unless that has been done or is being done."""
    is_free = record.phase is Phase.STARTED or (record.phase is Phase.CLAIMED and is_due(record, seen.now))
    if not is_free:
        return seen
    if record.phase is Phase.CLAIMED and login.login_id in (yield from bring_in(room, login.login_id)):
        return (yield from store_steps.look(login.login_id))
    asked = yield from ask(room, login, seen, bound=False)
    return asked.seen


def shown_before(room: Room, record: Record, now: float, cookies: Mapping[str, str]) -> OtherBrowser:
    """What this browser gets after a redirect or a reload: the same code, while it is good."""
    code = room.jar.code_of(record.login_id, cookies)
    good = (
        room.codes
        and code is not None
        and now < record.code_until
        and hmac.compare_digest(code_digest(record.login_id, code), record.code_digest)
    )
    return OtherBrowser(login_id=record.login_id, code=code if good else None)
