"""A local sandbox: CM.com's itsme API, a login page and people with phones, on one machine.

    >>> from itsme_facade.sandbox import Sandbox
    >>> with Sandbox() as sandbox:
    ...     lucas = sandbox.person("lucas")
    ...     lucas.phone.number
    '+32471234567'

Needs the `sandbox` extra: `pip install "itsme-facade[sandbox]"`.
"""

from __future__ import annotations

try:
    from .sandbox import Sandbox
except ModuleNotFoundError as error:
    if (error.name or "").partition(".")[0] not in ("starlette", "uvicorn", "jinja2", "click", "msgspec"):
        raise
    raise ImportError("the local sandbox needs more packages: pip install 'itsme-facade[sandbox]'") from error
from .call_log import ApiCall
from .faults import Fault
from .handles import SandboxAccount, SandboxPerson, SandboxPhone
from .steering import SandboxClock, SandboxFaults
from .views import TransactionView
from .world import (
    MAGIC,
    Address,
    AlreadyOver,
    Assumptions,
    BadCatalogue,
    CannotStart,
    Clock,
    NotAsked,
    Person,
    Refused,
    SandboxError,
    Status,
    UnknownBank,
    UnknownPerson,
    UnknownPhone,
    UnknownSession,
    UnknownTransaction,
    default_people,
    plausible_people,
    read_people,
)

__all__ = [
    "MAGIC",
    "Address",
    "AlreadyOver",
    "ApiCall",
    "Assumptions",
    "BadCatalogue",
    "CannotStart",
    "Clock",
    "Fault",
    "NotAsked",
    "Person",
    "Refused",
    "Sandbox",
    "SandboxAccount",
    "SandboxClock",
    "SandboxError",
    "SandboxFaults",
    "SandboxPerson",
    "SandboxPhone",
    "Status",
    "TransactionView",
    "UnknownBank",
    "UnknownPerson",
    "UnknownPhone",
    "UnknownSession",
    "UnknownTransaction",
    "default_people",
    "plausible_people",
    "read_people",
]
