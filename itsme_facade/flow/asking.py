"""The one way to CM's answer: claim, read, keep. Every status read of a flow goes through here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from itsme_facade.errors import NotConnected, ReadInterrupted, SealBroken, TimedOut
from itsme_facade.flow.effects import AskStatus, DropAside, LookAside, Pause, PutAside, Steps
from itsme_facade.flow.events import EventName, log
from itsme_facade.flow.verdicts import REFUSALS, Verdict, verdict
from itsme_facade.raw import RawAnswer
from itsme_facade.results import Success
from itsme_facade.store import steps as store_steps
from itsme_facade.store.record import Phase, Seen

if TYPE_CHECKING:
    from itsme_facade.flow.room import Login, Room
    from itsme_facade.store.record import Record
    from itsme_facade.store.spool import Spooled

_TRIES_AGAIN_AFTER = (0.1, 0.3, 0.6)
"""Seconds before each new try to keep an answer. With the read's 8 s they stay within the lease of 10 s."""
_TRIES_FOR = 2.0
"""Seconds after which there is no new try: a store that hangs would only keep the one copy in memory for longer."""


@frozen
class Asked:
    """What came of asking.

    Args:
        said: what CM said; None if somebody else holds the lease.
        seen: the record as it is then. None in it after `Verdict.IDENTITY`: the answer is in the spool, or the login's
            life was over when it came.
        fresh: the answer, if it is kept and the caller's to deliver; else None.
    """

    said: Verdict | None
    seen: Seen
    fresh: RawAnswer | None = field(default=None, repr=False)


def ask(
    room: Room,
    login: Login,
    seen: Seen,
    *,
    bound: bool,
    claimed: bool = False,
    delivers: bool = False,
    gives_back: bool = True,
) -> Steps[Asked]:
    """Asks CM how a login ended, if nobody else is doing so, and keeps what it says.

    Args:
        room: the surroundings.
        login: the login.
        seen: its record, read a moment ago.
        bound: the browser that started it has proved that it is back.
        claimed: `seen` is the caller's own claim already.
        delivers: take the lease to deliver a bound identity by the write that keeps it.
        gives_back: if CM cannot answer, end the claim at once, for a browser that will come again; else leave that to
            the lease, so that the next sweep asks again.

    Raises:
        NotConnected: CM was not reached; the login goes on.
        TimedOut: likewise.
        RequestRefused: CM refused to answer; the login goes on.
        ServerFailed: CM failed to answer; the login goes on.
        StoreUnavailable: nothing was asked; or what was said will be said again.
    """
    if not claimed:
        seen = yield from store_steps.claim(login.login_id, bound=bound, lease=room.read_lease, held=seen)
    if not seen.mine or seen.record is None:
        return Asked(None, seen)
    room.tell(EventName.CLAIMED, login.login_id, login.service)
    try:
        raw: RawAnswer = yield AskStatus(login.departure.started)
        said = verdict(raw)
    except ReadInterrupted as error:
        raw, said = error.raw or RawAnswer(b"", 0), Verdict.ODD
    except (NotConnected, TimedOut):
        if gives_back:
            yield from store_steps.release(login.login_id, lives=room.lives, held=seen)
        raise
    if said is Verdict.TROUBLE:
        if gives_back:
            yield from store_steps.release(login.login_id, lives=room.lives, held=seen)
        room.interpret(raw, login.departure.started)  # raises what it means
    kept = yield from _keep(room, login, seen, raw, said, delivers=delivers)
    ours = kept.mine and kept.record is not None and kept.record.phase is Phase.DELIVERING
    return Asked(said, kept, raw if ours else None)


def bring_in(room: Room, login_id: str | None = None) -> Steps[list[str]]:
    """Brings answers from the spool into the store: one login's, or all.

    Returns:
        The logins whose answer was brought in.
    """
    brought: list[str] = []
    for entry in (yield LookAside()):
        if login_id not in (None, entry.login_id):
            continue
        if not _opens(room, entry):
            continue
        kept = yield from store_steps.capture(entry.login_id, entry.sealed, bound=entry.bound, lives=room.lives)
        if kept.record is None:
            room.tell(EventName.LOST, entry.login_id, reason="came_too_late")
        elif kept.mine:
            room.tell(EventName.CAPTURED, entry.login_id, reason="brought_in")
            brought.append(entry.login_id)
        yield DropAside(entry)
    return brought


def _keep(room: Room, login: Login, claimed: Seen, raw: RawAnswer, said: Verdict, *, delivers: bool) -> Steps[Seen]:
    """Writes down what CM said, and so ends the claim."""
    if said is Verdict.IDENTITY:
        return (yield from _capture(room, login, raw, claimed, delivers=delivers))
    if said is Verdict.ODD:
        return (yield from _keep_odd(room, login, raw, claimed))
    if said is Verdict.LOST:
        return (yield from _lost(room, login, raw, claimed))
    if said in REFUSALS:
        refused = yield from store_steps.release(login.login_id, Phase.REFUSED, said, lives=room.lives, held=claimed)
        if refused.mine:
            room.tell(EventName.REFUSED, login.login_id, login.service, said)
        return refused
    return (yield from store_steps.release(login.login_id, lives=room.lives, held=claimed))


def _capture(room: Room, login: Login, raw: RawAnswer, claimed: Seen, *, delivers: bool) -> Steps[Seen]:
    """Keeps the only copy: in the store, else in the spool, else says that it is lost."""
    sealed = room.seal_answer(raw.to_dict(), login.login_id)
    bound = claimed.record is not None and claimed.record.bound
    lease = room.delivery_lease if delivers else None
    kept, ended = yield from _try_to_capture(room, login, sealed, claimed, bound=bound, lease=lease)
    if kept is not None:
        if kept.record is None:
            room.tell(EventName.LOST, login.login_id, login.service, "came_too_late")
        elif kept.mine:
            room.tell(EventName.CAPTURED, login.login_id, login.service, "" if kept.record.bound else "unbound")
        return kept
    try:
        where: str = yield PutAside(login.login_id, sealed, bound)
    except GeneratorExit:
        raise
    except BaseException:
        room.tell(EventName.LOST, login.login_id, login.service, "store_and_spool_failed")
        raise
    room.tell(EventName.SPOOLED, login.login_id, login.service, where)
    if ended is not None:
        raise ended
    return Seen(None, claimed.now)


def _try_to_capture(
    room: Room, login: Login, sealed: bytes, claimed: Seen, *, bound: bool, lease: float | None
) -> Steps[tuple[Seen | None, BaseException | None]]:
    """Tries for a while. What cancels it, or tells the process to stop, comes second: first the answer."""
    held: Seen | None = claimed
    until = room.clock() + _TRIES_FOR
    for pause in (0.0, *_TRIES_AGAIN_AFTER):
        if pause and room.clock() > until:
            break
        try:
            if pause:
                yield Pause(pause)
            kept = yield from store_steps.capture(
                login.login_id, sealed, bound=bound, lives=room.lives, lease=lease, held=held
            )
            return (Seen(kept.record, kept.now, mine=True) if _is_our_write(kept, claimed, sealed) else kept), None
        except GeneratorExit:
            raise
        except Exception:  # noqa: BLE001 - whatever ails the store, this answer exists once
            held = None
        except BaseException as error:  # noqa: BLE001 - raised by `_capture` once the answer is kept
            return None, error
    return None, None


def _is_our_write(kept: Seen, claimed: Seen, sealed: bytes) -> bool:
    """Whether an earlier try had done it, though the store's word of it was lost on the way.

    No two sealed texts are alike, and no write has come since; else this worker's delivery would wait for its own
    lease to end.
    """
    before, after = claimed.record, kept.record
    return (
        before is not None
        and after is not None
        and after.phase is Phase.DELIVERING
        and after.version == before.version + 1
        and after.answer == sealed
    )


def _keep_odd(room: Room, login: Login, raw: RawAnswer, claimed: Seen) -> Steps[Seen]:
    room.tell(EventName.UNREADABLE, login.login_id, login.service, f"http_{raw.status_code}")
    if not raw.body:
        return (yield from store_steps.release(login.login_id, lives=room.lives, held=claimed))
    sealed = room.seal_answer(raw.to_dict(), login.login_id)
    return (yield from store_steps.keep_odd(login.login_id, sealed, held=claimed))


def _lost(room: Room, login: Login, raw: RawAnswer, claimed: Seen) -> Steps[Seen]:
    """Says so by name, and keeps what did arrive of an answer that broke."""
    result = room.interpret(raw, login.departure.started)
    partial = result.partial if isinstance(result, Success) else None
    sealed = room.seal_answer(partial.to_dict(), login.login_id) if partial is not None and partial.body else b""
    # One write: between two of them a worker could die, and nobody would know that the data is gone.
    seen = yield from store_steps.release(
        login.login_id, Phase.LOST, "no_data", answer=sealed, lives=room.lives, held=claimed
    )
    if _is_lost(seen.record):
        room.tell(EventName.LOST, login.login_id, login.service, "no_data")
    return seen


def _is_lost(record: Record | None) -> bool:
    return record is None or record.phase is Phase.LOST


def _opens(room: Room, entry: Spooled) -> bool:
    """Whether a spooled answer is ours; another one must not take the place of the right one."""
    try:
        room.open_answer(entry.sealed, entry.login_id)
    except SealBroken:
        log.warning("spool: what is there of login=%s opens with none of the keys; it is left there", entry.login_id)
        return False
    return True
