"""Looking after what no browser came back for: one login at a time, none stops the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, frozen

from itsme_facade.errors import ItsmeError
from itsme_facade.flow.asking import ask, bring_in
from itsme_facade.flow.delivering import hand_over
from itsme_facade.flow.events import EventName, log
from itsme_facade.flow.outcomes import Refused
from itsme_facade.flow.room import login_in
from itsme_facade.store import steps as store_steps
from itsme_facade.store.phases import NOBODY_TOOK_IT, is_due
from itsme_facade.store.record import UNFINISHED, Phase

if TYPE_CHECKING:
    from itsme_facade.flow.effects import Steps
    from itsme_facade.flow.room import Room
    from itsme_facade.flow.verdicts import Verdict
    from itsme_facade.store.record import Record, Seen

MOST_SECONDS = 60.0


@frozen(kw_only=True)
class SweepReport:
    """What a sweep did: ids of logins.

    Args:
        asked: CM was asked.
        delivered: the application has taken the identity.
        refused: ended without an identity.
        lost: CM says success, and the data is gone.
        still_open: the person has not finished.
        failed: could not be looked after now; the log says why. The next sweep tries again.
        brought_in: an answer was brought in from the spool.
        expired: erased unfinished, because their life was over.
        expired_with_identity: of these, the ones with an identity that nobody took.
    """

    asked: tuple[str, ...] = ()
    delivered: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    still_open: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    brought_in: tuple[str, ...] = ()
    expired: tuple[str, ...] = ()
    expired_with_identity: tuple[str, ...] = ()


@define
class Sweeping:
    """A sweep under way: what has been done so far."""

    room: Room
    asked: list[str]
    delivered: list[str]
    refused: list[str]
    lost: list[str]
    still_open: list[str]
    failed: list[str]
    brought_in: list[str]
    expired: list[str]
    expired_with_identity: list[str]

    @classmethod
    def of(cls, room: Room) -> Sweeping:
        """A sweep that begins."""
        return cls(room, [], [], [], [], [], [], [], [], [])

    @property
    def report(self) -> SweepReport:
        """What has been done."""
        return SweepReport(
            asked=tuple(self.asked),
            delivered=tuple(self.delivered),
            refused=tuple(self.refused),
            lost=tuple(self.lost),
            still_open=tuple(self.still_open),
            failed=tuple(self.failed),
            brought_in=tuple(self.brought_in),
            expired=tuple(self.expired),
            expired_with_identity=tuple(self.expired_with_identity),
        )

    def begin(self, limit: int) -> Steps[list[str]]:
        """Brings spooled answers in, ends what has expired, and names what has to be looked after."""
        self.brought_in += yield from bring_in(self.room)
        due, ended = yield from store_steps.sweep(limit, lives=self.room.lives)
        for record in ended:
            self._expired(record)
        return due

    def look_after(self, login_id: str) -> Steps[None]:
        """Takes one login as far as it goes without its browser. Raises nothing that belongs to this one alone."""
        try:
            seen = yield from store_steps.look(login_id)
            yield from self._look_after(login_id, seen)
        except Exception as error:  # noqa: BLE001 - the others are still to be looked after
            what = error.what if isinstance(error, ItsmeError) else ""
            log.warning("sweep: login=%s could not be looked after (%s) %s", login_id, type(error).__name__, what)
            self.failed.append(login_id)

    def _look_after(self, login_id: str, seen: Seen) -> Steps[None]:
        record = seen.record
        if record is None or not is_due(record, seen.now):
            return
        login = login_in(self.room, record)
        fresh = None
        if record.phase is Phase.CLAIMED:
            asked = yield from ask(self.room, login, seen, bound=False, delivers=True, gives_back=False)
            seen, fresh = asked.seen, asked.fresh
            if asked.said is not None:
                self.asked.append(login_id)
            self._note(login_id, seen.record, asked.said)
        record = seen.record
        if record is not None and record.bound and record.phase in (Phase.CAPTURED, Phase.DELIVERING):
            ended, _ = yield from hand_over(self.room, login, seen, fresh)
            if isinstance(ended, Refused):
                self.refused.append(login_id)
            elif ended is not None:
                self.delivered.append(login_id)

    def _note(self, login_id: str, record: Record | None, said: Verdict | None) -> None:
        if record is None or said is None:
            return
        if record.phase is Phase.REFUSED:
            self.refused.append(login_id)
        elif record.phase is Phase.LOST:
            self.lost.append(login_id)
        elif record.phase is Phase.STARTED:
            self.still_open.append(login_id)

    def _expired(self, record: Record) -> None:
        if record.phase is not Phase.EXPIRED and record.phase not in UNFINISHED:
            return
        self.expired.append(record.login_id)
        if record.phase is Phase.EXPIRED and record.reason == NOBODY_TOOK_IT:
            self.expired_with_identity.append(record.login_id)
        reason = record.reason if record.phase is Phase.EXPIRED else record.phase.value
        self.room.tell(EventName.EXPIRED, record.login_id, reason=reason)
