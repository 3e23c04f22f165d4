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
    from .sandbox import Sandbox, SandboxClock, SandboxPerson, SandboxPhone
except ModuleNotFoundError as error:
    if (error.name or "").partition(".")[0] not in ("starlette", "uvicorn", "jinja2", "click"):
        raise
    raise ImportError("the local sandbox needs more packages: pip install 'itsme-facade[sandbox]'") from error
from .views import TransactionView
from .world.assumptions import Assumptions
from .world.catalogue import default_people, read_people
from .world.clock import Clock
from .world.errors import (
    AlreadyOver,
    BadCatalogue,
    CannotStart,
    NotAsked,
    SandboxError,
    UnknownPerson,
    UnknownTransaction,
)
from .world.people import Address, Person
from .world.transactions import Status

__all__ = [
    "Address",
    "AlreadyOver",
    "Assumptions",
    "BadCatalogue",
    "CannotStart",
    "Clock",
    "NotAsked",
    "Person",
    "Sandbox",
    "SandboxClock",
    "SandboxError",
    "SandboxPerson",
    "SandboxPhone",
    "Status",
    "TransactionView",
    "UnknownPerson",
    "UnknownTransaction",
    "default_people",
    "read_people",
]
