"""What a flow's steps ask for beyond the store's operations. The sync and the async shell carry them out."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import field, frozen

from itsme_facade.store.steps import Due, Erase, Insert, Operation, Read, Swap, Take

if TYPE_CHECKING:
    from itsme_facade.identity import Identity
    from itsme_facade.started import Started
    from itsme_facade.store.spool import Spooled

OPERATIONS = frozenset({Read, Take, Insert, Swap, Due, Erase})
"""The types of what goes to the store."""


@frozen(kw_only=True, repr=False)
class Create:
    """Create a transaction at CM. Comes back as `Started`."""

    service: str
    redirect_url: str
    locale: str | None
    phone_number: str | None


@frozen(repr=False)
class AskStatus:
    """Read the status at CM, once, uninterpreted. Comes back as `RawAnswer`."""

    started: Started


@frozen(repr=False)
class Hand:
    """Run the application's handler. Comes back as what it gave back."""

    identity: Identity
    login_id: str
    account: str | None


@frozen(kw_only=True, repr=False)
class CountStart:
    """Count a start. Comes back as None, or as the seconds to wait when it is one too many."""

    browser: str | None
    address: str | None
    number: str | None


@frozen
class Pause:
    """Let so many seconds pass."""

    seconds: float


@frozen
class PutAside:
    """Put a sealed answer into the spool. Comes back as "" where it is on disk, else as a word that says where."""

    login_id: str
    answer: bytes = field(repr=False)
    bound: bool


@frozen
class LookAside:
    """List what is in the spool. Comes back as a list of `Spooled`."""


@frozen
class DropAside:
    """Remove from the spool what the store has taken."""

    entry: Spooled


Effect = Operation | Create | AskStatus | Hand | CountStart | Pause | PutAside | LookAside | DropAside

_T = TypeVar("_T")
Steps = Generator[Effect, Any, _T]
