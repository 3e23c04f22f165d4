"""What a status answer can mean: one small frozen class for each."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from itsme_facade.raw import RawAnswer

if TYPE_CHECKING:
    from itsme_facade.identity import Identity


class Outcome(StrEnum):
    """Why a successful transaction does or does not come with the person's data.

    Source: API (user information can only be provided once); FACTS (a second read gives the status only: assumed).
    """

    GIVEN = "given"
    """The data is here, on `identity`."""
    NOT_ASKED = "not asked"
    """The transaction asked for no user information."""
    ALREADY_GIVEN = "already given"
    """An earlier answer carried the data: to this client, to another process, or to somebody else."""
    LOST = "lost"
    """An earlier read by this client was interrupted after it was sent; the data went out on it and did not arrive.
    The person has to go through itsme again."""
    UNKNOWN = "unknown"
    """Only a bare transaction token was passed, so nobody here knows whether any data was asked for."""


_NOTHING = RawAnswer(b"")


@frozen(kw_only=True)
class _Result:
    raw: RawAnswer = _NOTHING
    """The answer's bytes."""
    identity: Identity | None = None
    """The person's data, if this answer carried any."""
    over: ClassVar[bool] = True
    """Whether the transaction has ended: no later answer will say anything else."""


@frozen(kw_only=True)
class Open(_Result):
    """The person has not finished yet. Ask again later."""

    status: str = "open"
    over: ClassVar[bool] = False


@frozen(kw_only=True)
class Success(_Result):
    """The person approved. `identity` holds their data if `outcome` is `Outcome.GIVEN`."""

    outcome: Outcome
    status: str = "success"
    partial: RawAnswer | None = None
    """When the data was lost: what did arrive of the read that broke, perhaps a part of it."""


@frozen(kw_only=True)
class Cancelled(_Result):
    """The person refused or left. Offer to start again."""

    status: str = "cancelled"


@frozen(kw_only=True)
class Failed(_Result):
    """Something went wrong on the way. Offer to start again."""

    status: str = "failure"


@frozen(kw_only=True)
class Expired(_Result):
    """The person did not finish in time. Offer to start again."""

    status: str = "expired"


@frozen(kw_only=True)
class Unrecognised(_Result):
    """The answer has no status, or one that this version does not know: `status` is the word as it came, or None.

    It is not taken for the end of the transaction.
    """

    status: str | None = None
    over: ClassVar[bool] = False


Result = Open | Success | Cancelled | Failed | Expired | Unrecognised
