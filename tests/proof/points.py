"""Named points between the durable steps of a login, at which a worker process can be killed or stopped.

They are reached by what stands around a flow: its store, its client, its handler, its spool. The flow knows nothing.
"""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

from itsme_facade import Itsme, RawAnswer, Started
from itsme_facade.store import Phase, Store, StoreStats
from itsme_facade.store.spool import Spool, Spooled
from itsme_facade.store.steps import Erase, Insert, Operation, Swap, Take

if TYPE_CHECKING:
    from collections.abc import Callable

START_POINTS = ("before-create", "after-create", "after-add")
"""Of a start: CM may have a transaction then, the browser has nothing."""
READ_POINTS = ("before-claim", "after-claim", "after-read", "after-capture")
"""Who keeps an identity takes the lease to deliver it by the same write."""
LATER_POINTS = ("before-deliver", "after-deliver")
"""Of a delivery by somebody who has not kept the identity in that moment."""
END_POINTS = ("before-end", "after-end")
"""Of a sweep: what has outlived its life is erased."""
DELIVERY_POINTS = (
    "before-work",
    "after-work",
    "before-delivered",
    "after-delivered",
)
SPOOL_POINTS = ("before-spool", "after-spool")
_WORDS = {
    Phase.STARTED: "release",
    Phase.CLAIMED: "claim",
    Phase.CAPTURED: "capture",
    Phase.DELIVERING: "deliver",
    Phase.DELIVERED: "delivered",
    Phase.REFUSED: "refused",
    Phase.LOST: "lost",
}
_OWN_RETRY = 1.0  # seconds; a capture that waits for longer is one that the handler gave back


class Points:
    """What is to happen at which point, in this process."""

    def __init__(self, pause: Callable[[str], None]) -> None:
        self._armed: dict[str, str] = {}
        self._pause = pause

    def arm(self, point: str, what: str) -> None:
        """At the next time that `point` is reached: `kill`, `stop` (until SIGCONT) or `pause` (until told)."""
        self._armed[point] = what

    def disarm(self) -> None:
        """Nothing is to happen any more."""
        self._armed.clear()

    def reach(self, point: str) -> None:
        """It is reached."""
        match self._armed.pop(point, None):
            case "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            case "stop":
                os.kill(os.getpid(), signal.SIGSTOP)
            case "pause":
                self._pause(point)
            case _:
                pass


class WatchedStore(Store):
    """A store with a point before and after every write."""

    def __init__(self, inside: Store, points: Points) -> None:
        self._inside, self._points = inside, points
        self.lives = inside.lives

    def open(self) -> None:
        self._inside.open()

    def do(self, operation: Operation) -> object:
        word = _word(operation)
        if word is None:
            return self._inside.do(operation)
        self._points.reach(f"before-{word}")
        came = self._inside.do(operation)
        if came is not None and getattr(came, "mine", True):
            self._points.reach(f"after-{word}")
        return came

    def stats(self) -> StoreStats:
        return self._inside.stats()

    def close(self) -> None:
        self._inside.close()


class WatchedItsme(Itsme):
    """A client with a point before and after every call."""

    points: Points

    def login(self, *args: Any, **kwargs: Any) -> Started:
        return self._created(super().login, args, kwargs)

    def register(self, *args: Any, **kwargs: Any) -> Started:
        return self._created(super().register, args, kwargs)

    def read_raw(self, *args: Any, **kwargs: Any) -> RawAnswer:
        self.points.reach("before-read")
        raw = super().read_raw(*args, **kwargs)
        self.points.reach("after-read")
        return raw

    def _created(self, create: Callable[..., Started], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Started:
        self.points.reach("before-create")
        started = create(*args, **kwargs)
        self.points.reach("after-create")
        return started


def watch_spool(points: Points) -> None:
    """Gives the spool of this process a point before and after every answer that it takes and lets go."""
    put, remove = Spool.put, Spool.remove

    def watched_put(self: Spool, login_id: str, sealed: bytes, bound: bool) -> None:
        points.reach("before-spool")
        put(self, login_id, sealed, bound)
        points.reach("after-spool")

    def watched_remove(self: Spool, which: str | Spooled) -> None:
        points.reach("before-drop")
        remove(self, which)
        points.reach("after-drop")

    Spool.put, Spool.remove = watched_put, watched_remove  # type: ignore[method-assign]


def _word(operation: Operation) -> str | None:
    match operation:
        case Insert():
            return "add"
        case Take():
            return "claim"
        case Swap(change, before):
            put_back = change.record.phase is Phase.CAPTURED and (change.due_in or 0.0) > _OWN_RETRY
            delivers_too = before is not None and before.answer != change.record.answer
            fresh = change.record.phase is Phase.DELIVERING and delivers_too
            return "put-back" if put_back else "capture" if fresh else _WORDS[change.record.phase]
        case Erase():
            return "end"
        case _:
            return None
