"""The six operations as commands for a Redis or Valkey server, without sending any of them.

A login's hash holds only what differs from an empty record, besides its phase and its version.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from itsme_facade.errors import InvalidArguments, Problem, StoreUnavailable
from itsme_facade.store import redis_scripts as scripts
from itsme_facade.store.record import Change, Phase, Record, Seen, StoreStats
from itsme_facade.store.redis_scripts import Call
from itsme_facade.store.steps import Due, Erase, Insert, Operation, Read, Swap, Take

if TYPE_CHECKING:
    from collections.abc import Generator

_Sent = str | bytes | float
_BYTES = ("state_digest", "browser_digest", "departure", "answer", "reference", "code_digest")
_PHASES = frozenset(Phase)
_FLAGS = ("bound", "signed_out")
_COUNTS = ("attempts", "code_tries")
_SENT = [(name, name.encode()) for name in ("reason", *_BYTES, *_FLAGS, *_COUNTS)]  # the library is slow at encoding
_TIMES = ("created_at", "expires_at", "due_at", "delivered_at", "code_until")


class Commands:
    """The commands for the logins of one prefix.

    Args:
        prefix: what the names of all keys begin with, in braces: several applications can share one server.

    Raises:
        InvalidArguments: the prefix has other characters than letters, digits and `_ - . :`.
    """

    def __init__(self, prefix: str) -> None:
        if not re.fullmatch(r"[A-Za-z0-9_.:-]{1,64}", prefix):
            raise InvalidArguments((Problem("prefix", "1 to 64 letters, digits and `_ - . :` make a prefix"),))
        tag = b"{%b}" % prefix.encode()
        self._keys = (tag + b"login:", tag + b"due", tag + b"over", tag + b"born")

    def operation(self, operation: Operation) -> Generator[Call, Any, object]:
        """What to send for an operation, call by call; returns what the operation comes to."""
        match operation:
            case Read(login_id):
                now, flat = yield self._call(scripts.READ, login_id)
                return Seen(record_of(login_id, flat) if flat else None, float(now))
            case Take(login_id, state_digest, browser_digest, lease):
                now, flat, mine = yield self._call(scripts.TAKE, login_id, state_digest, browser_digest, lease)
                return Seen(record_of(login_id, flat) if flat else None, float(now), mine=mine == 1)
            case Insert(record, life):
                now = yield self._call(scripts.INSERT, record.login_id, life, *_differing(record, None)[0])
                if now is None:
                    raise InvalidArguments((Problem("login_id", "there is such a login already"),))
                return float(now)
            case Swap(change, before):
                now = yield self._call(scripts.SWAP, *_change(change, before))
                return None if now is None else float(now)
            case Due(limit):
                return [name.decode() for name in (yield self._call(scripts.DUE, limit))]
            case Erase(limit, age, life):
                return (yield from self._erase(limit, "" if age is None else age, life))

    def _erase(self, limit: int, age: float | str, life: float) -> Generator[Call, Any, object]:
        erased: list[Record] = []
        expired: list[Record] = []
        while (left := limit - len(erased) - len(expired)) > 0:
            wanted = min(left, scripts.PAGE)
            names, *found = yield self._call(scripts.ERASE, wanted, age, life)
            for records, ended in zip((erased, expired), found, strict=True):
                records += [_erased(name.decode(), flat) for name, flat in ended]
            if names < wanted:
                break
        return erased, expired

    def stats(self) -> Generator[Call, Any, StoreStats]:
        """What to send for the numbers, a thousand logins at a time; returns them."""
        phases: Counter[Phase] = Counter()
        states: Counter[str] = Counter()
        oldest, start = 0.0, 0
        while True:
            now, looked_at, first, seen = yield self._call(scripts.STATS, start, scripts.PAGE)
            for phase, state in (each.decode().split() for each in seen):
                if phase in _PHASES:
                    phases[Phase(phase)] += 1
                states[state] += 1
            oldest = max(oldest, float(now) - float(first) if first else 0.0)
            start += looked_at
            if looked_at < scripts.PAGE:
                return StoreStats(by_phase=dict(phases), overdue=states["due"], expired=states["over"], oldest=oldest)

    def _call(self, script: scripts.Script, *arguments: _Sent) -> Call:
        # Half a character, which a browser can send, is part of no id, and still has to be sent somehow.
        sent = (each.encode("utf-8", "surrogatepass") if isinstance(each, str) else each for each in arguments)
        return Call(script, self._keys, tuple(sent))


def _change(change: Change, before: Record | None) -> list[_Sent]:
    """The arguments of SWAP: how the times are to be set from the server's clock, then what else differs."""
    fields, emptied = _differing(change.record, before)
    return [
        change.record.login_id,
        change.record.version - 1,
        b"kept" if change.keeps_due else b"" if change.due_in is None else change.due_in,
        b"" if change.life is None else change.life,
        b"1" if change.delivers else b"",
        b"" if change.code_life is None else change.code_life,
        len(fields),
        *fields,
        *emptied,
    ]


def _differing(record: Record, before: Record | None) -> tuple[list[_Sent], list[_Sent]]:
    """Names and values of the fields to write, and names of those that are empty, but for the times.

    All of them if it is not known what there is.
    """
    fields: list[_Sent] = [b"phase", record.phase.encode(), b"version", record.version]
    emptied: list[_Sent] = []
    for name, sent in _SENT:
        value = getattr(record, name)
        if before is not None and value is getattr(before, name):
            continue
        if value:
            fields += (sent, b"1" if value is True else value)
        else:
            emptied.append(sent)
    return fields, emptied


def record_of(login_id: str, flat: list[bytes]) -> Record:
    """A record from the names and values of its hash.

    Raises:
        StoreUnavailable: another version of this package wrote it, and this one does not know how to read it.
    """
    held = {name.decode(): value for name, value in zip(flat[::2], flat[1::2], strict=True)}
    known: dict[str, Any] = {name: held[name] for name in _BYTES if name in held}
    known |= {name: held[name] == b"1" for name in _FLAGS if name in held}
    try:
        known |= {name: int(held[name]) for name in (*_COUNTS, "version") if name in held}
        known |= {name: float(held[name]) for name in _TIMES if name in held}
        return Record(
            login_id=login_id, phase=Phase(held["phase"].decode()), reason=held.get("reason", b"").decode(), **known
        )
    except (KeyError, ValueError):
        raise StoreUnavailable(
            f"What is kept of login {login_id} was written by something that this version cannot read.",
            advice="Have all workers run the same version of this package.",
        ) from None


def _erased(login_id: str, flat: list[bytes]) -> Record:
    """A record that is gone already, so that not being able to read it must not hide it."""
    try:
        return record_of(login_id, flat)
    except StoreUnavailable:
        return Record(login_id=login_id, phase=Phase.EXPIRED)
