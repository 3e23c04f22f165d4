"""The pytest plugin: a local sandbox, a client for it, and people who log in, as fixtures.

pytest finds it by itself once the package is installed with the `sandbox` extra. It costs nothing until one of its
fixtures is used: `itsme_sandbox`, `itsme`, `async_itsme` and `itsme_person`. The marker `itsme` says who logs in, what
they answer and what goes wrong.

The two classes are for annotations; they are imported when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .fixtures import (
    async_itsme,
    itsme,
    itsme_person,
    itsme_sandbox,
    itsme_sandbox_options,
    itsme_sandbox_server,
)
from .hooks import pytest_addoption, pytest_configure, pytest_runtest_makereport, pytest_runtest_teardown

if TYPE_CHECKING:
    from .browser import LoginStopped
    from .people import PersonInTests, SandboxInTests

_HOMES = {"LoginStopped": "browser", "PersonInTests": "people", "SandboxInTests": "people"}

__all__ = [
    "LoginStopped",
    "PersonInTests",
    "SandboxInTests",
    "async_itsme",
    "itsme",
    "itsme_person",
    "itsme_sandbox",
    "itsme_sandbox_options",
    "itsme_sandbox_server",
    "pytest_addoption",
    "pytest_configure",
    "pytest_runtest_makereport",
    "pytest_runtest_teardown",
]


if not TYPE_CHECKING:  # a type checker that saw it would believe every misspelt name

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        value: object = getattr(import_module(f".{_HOMES[name]}", __name__), name)
        globals()[name] = value
        return value
