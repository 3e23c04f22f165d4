"""Log people in and register them with itsme, through CM.com's API.

>>> from itsme_facade import Itsme
>>> itsme = Itsme(token="00000000-0000-0000-0000-000000000000", environment="sandbox")

Names are imported when they are first used, so that importing the package costs little.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from itsme_facade.lazy import lazy_names

if TYPE_CHECKING:
    from cm_itsme_client.models.gender import Gender
    from cm_itsme_client.models.locale import Locale
    from cm_itsme_client.models.scope import Scope
    from cm_itsme_client.models.service import Service
    from cm_itsme_client.models.status import Status

    from itsme_facade.client import AsyncItsme, Itsme
    from itsme_facade.dates import PartialDate
    from itsme_facade.errors import (
        InvalidArguments,
        ItsmeError,
        MissingExtra,
        NotConnected,
        Problem,
        ReadInterrupted,
        RequestRefused,
        SealBroken,
        ServerFailed,
        StoreNotDurable,
        StoreUnavailable,
        TimedOut,
        TooManyStarts,
        UnreadableAnswer,
        WaitTimeout,
    )
    from itsme_facade.identity import Address, Identity, Name
    from itsme_facade.raw import RawAnswer
    from itsme_facade.results import (
        Cancelled,
        Expired,
        Failed,
        Open,
        Outcome,
        Result,
        Success,
        Unrecognised,
    )
    from itsme_facade.settings import Timeouts
    from itsme_facade.started import Started

_HOMES = {
    "cm_itsme_client.models": ("Gender", "Locale", "Scope", "Service", "Status"),
    "itsme_facade.client": ("AsyncItsme", "Itsme"),
    "itsme_facade.dates": ("PartialDate",),
    "itsme_facade.errors": (
        "InvalidArguments",
        "ItsmeError",
        "MissingExtra",
        "NotConnected",
        "Problem",
        "ReadInterrupted",
        "RequestRefused",
        "SealBroken",
        "ServerFailed",
        "StoreNotDurable",
        "StoreUnavailable",
        "TimedOut",
        "TooManyStarts",
        "UnreadableAnswer",
        "WaitTimeout",
    ),
    "itsme_facade.identity": ("Address", "Identity", "Name"),
    "itsme_facade.raw": ("RawAnswer",),
    "itsme_facade.results": (
        "Cancelled",
        "Expired",
        "Failed",
        "Open",
        "Outcome",
        "Result",
        "Success",
        "Unrecognised",
    ),
    "itsme_facade.settings": ("Timeouts",),
    "itsme_facade.started": ("Started",),
}

__all__ = [
    "Address",
    "AsyncItsme",
    "Cancelled",
    "Expired",
    "Failed",
    "Gender",
    "Identity",
    "InvalidArguments",
    "Itsme",
    "ItsmeError",
    "Locale",
    "MissingExtra",
    "Name",
    "NotConnected",
    "Open",
    "Outcome",
    "PartialDate",
    "Problem",
    "RawAnswer",
    "ReadInterrupted",
    "RequestRefused",
    "Result",
    "Scope",
    "SealBroken",
    "ServerFailed",
    "Service",
    "Started",
    "Status",
    "StoreNotDurable",
    "StoreUnavailable",
    "Success",
    "TimedOut",
    "Timeouts",
    "TooManyStarts",
    "UnreadableAnswer",
    "Unrecognised",
    "WaitTimeout",
]


if not TYPE_CHECKING:  # a type checker that saw it would believe every misspelt name
    __getattr__, __dir__ = lazy_names(__name__, _HOMES)
