"""What belongs to one running sandbox, beside the world in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from .call_log import CallLog
from .faults import Faults

if TYPE_CHECKING:
    from .connection import Door
    from .world import World


@define(eq=False)
class Instance:
    """One sandbox, whichever of its faces looks at it.

    Attributes:
        world: The people, their phones and what happens to them.
        faults: What is going to go wrong on purpose.
        calls: The latest calls of the API.
        door: What lets connections in, while a server does.
        control_token: What a program on another machine must show to the control API; None: none may call it.
    """

    world: World
    faults: Faults = field(factory=Faults)
    calls: CallLog = field(factory=CallLog)
    door: Door | None = None
    control_token: str | None = field(default=None, repr=False)

    def reset(self) -> None:
        """Back to the beginning: the world as it was, no faults, no calls."""
        self.world.reset()
        self.faults.clear()
        self.calls.clear()
