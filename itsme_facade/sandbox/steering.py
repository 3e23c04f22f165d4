"""What a test steers the sandbox with in Python: its clock, and what goes wrong on purpose."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .faults import Fault

if TYPE_CHECKING:
    from .faults import Call, Damage, Drop
    from .instance import Instance
    from .world import World


class SandboxClock:
    """The world's time, which tests can move."""

    def __init__(self, world: World) -> None:
        self._world = world

    def now(self) -> datetime:
        """The world's time, in UTC."""
        return datetime.fromtimestamp(self._world.clock.now(), UTC)

    def advance(self, seconds: float = 0, *, minutes: float = 0, hours: float = 0) -> None:
        """Move forward by the given seconds, minutes and hours together; what is due by then happens.

        Raises:
            ValueError: The sum is less than nothing.
        """
        self._world.advance(seconds + 60 * minutes + 3600 * hours)


class SandboxFaults:
    """What is going to go wrong on purpose, on the sandbox's own server.

    Where the ASGI application is called without that server, there is no connection to break: a dropped call raises
    ConnectionResetError in the caller instead, and connections are never refused.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    def next(
        self,
        *,
        call: Call | None = None,
        times: int | None = None,
        probability: float | None = None,
        delay: float = 0.0,
        status: int | None = None,
        message: str | None = None,
        body: Damage | None = None,
        drop: Drop | None = None,
        dribble: float = 0.0,
        refuse: float = 0.0,
    ) -> Fault:
        """Let something go wrong with the next calls. Seconds are the machine's.

        Args:
            call: "create" or "status"; by default whichever comes first.
            times: How many calls it happens to; by default once, or with a probability until `clear`.
            probability: How likely it is to happen to one call, from 0 to 1; the sandbox's seed draws.
            delay: Seconds before the answer. The call is carried out before them.
            status: Answer with this error, 400 to 599, and do not carry the call out.
            message: The error's message.
            body: "truncated", "malformed", "unknown-values" or "extra-fields": what to do to the answer's JSON.
            drop: When the connection breaks: "before-answer" carries nothing out; "instead-of-answer" carries the
                call out and sends nothing; "within-answer" sends half of it; "after-answer" all of it. With the last
                three, user information counts as given out.
            dribble: Seconds between the single bytes of the answer's body.
            refuse: For how many seconds new connections are refused after this call.

        Returns:
            The fault, which `pending` holds until it has happened.

        Raises:
            ValueError: That cannot be carried out; the message names every argument that is wrong.
        """
        if times is None and probability is None:
            times = 1
        fault = Fault(
            call=call,
            times=times,
            probability=probability,
            delay=delay,
            status=status,
            message=message,
            body=body,
            drop=drop,
            dribble=dribble,
            refuse=refuse,
        )
        return self._instance.faults.add(fault)

    @property
    def pending(self) -> tuple[Fault, ...]:
        """What has not happened yet, or not as often as it is to, oldest first."""
        return self._instance.faults.waiting

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        self._instance.faults.clear()

    def refuse_connections(self, seconds: float | None = None) -> None:
        """Refuse new connections from now on, and end the ones that are open once they are idle.

        Args:
            seconds: For how long; by default until `accept_connections` or a reset.
        """
        if (door := self._instance.door) is not None:
            door.run(door.close_door(seconds))

    def accept_connections(self) -> None:
        """Accept connections again. Harmless if they are accepted."""
        if (door := self._instance.door) is not None and door.is_shut:
            door.run(door.open_door())
