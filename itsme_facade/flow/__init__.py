"""One browser's login with itsme, from the button to the identity: started, come back, delivered once.

Names are imported when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from itsme_facade.lazy import lazy_names

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
    __getattr__, __dir__ = lazy_names(__name__, _HOMES)
