"""One browser's login with itsme, from the button to the identity: started, come back, delivered once.

Names are imported when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from itsme_facade.flow.async_flow import AsyncFlow
    from itsme_facade.flow.cookies import SetCookie
    from itsme_facade.flow.delivering import Declined
    from itsme_facade.flow.events import Event, EventName
    from itsme_facade.flow.flow import Flow
    from itsme_facade.flow.limits import StartLimits
    from itsme_facade.flow.messages import Message
    from itsme_facade.flow.outcomes import (
        Busy,
        FlowOutcome,
        Forged,
        Lost,
        OtherBrowser,
        Prefetch,
        Refused,
        SignedIn,
        SignedInAgain,
        StillOpen,
        Unknown,
    )
    from itsme_facade.flow.starting import Departure
    from itsme_facade.flow.sweeping import SweepReport

_HOMES = {
    "itsme_facade.flow.async_flow": ("AsyncFlow",),
    "itsme_facade.flow.cookies": ("SetCookie",),
    "itsme_facade.flow.delivering": ("Declined",),
    "itsme_facade.flow.events": ("Event", "EventName"),
    "itsme_facade.flow.flow": ("Flow",),
    "itsme_facade.flow.limits": ("StartLimits",),
    "itsme_facade.flow.messages": ("Message",),
    "itsme_facade.flow.outcomes": (
        "Busy",
        "FlowOutcome",
        "Forged",
        "Lost",
        "OtherBrowser",
        "Prefetch",
        "Refused",
        "SignedIn",
        "SignedInAgain",
        "StillOpen",
        "Unknown",
    ),
    "itsme_facade.flow.starting": ("Departure",),
    "itsme_facade.flow.sweeping": ("SweepReport",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "AsyncFlow",
    "Busy",
    "Declined",
    "Departure",
    "Event",
    "EventName",
    "Flow",
    "FlowOutcome",
    "Forged",
    "Lost",
    "Message",
    "OtherBrowser",
    "Prefetch",
    "Refused",
    "SetCookie",
    "SignedIn",
    "SignedInAgain",
    "StartLimits",
    "StillOpen",
    "SweepReport",
    "Unknown",
]


if not TYPE_CHECKING:  # a type checker that saw it would believe every misspelt name

    def __getattr__(name: str) -> object:
        if name not in _HOME_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value: object = getattr(import_module(_HOME_OF[name]), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
