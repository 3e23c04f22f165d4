"""What an answer of CM means for a login. Guarded: nothing that CM can send makes it raise."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from itsme_facade.answers import document_in
from itsme_facade.reading import USER_INFORMATION, read_identity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from itsme_facade.identity import Identity
    from itsme_facade.raw import RawAnswer


class Verdict(StrEnum):
    """What to do with an answer."""

    IDENTITY = "identity"
    """It carries a person's data: capture it, whatever else it says."""
    OPEN = "open"
    """The person has not finished, or the status is a word that is not known here."""
    CANCELLED = "cancelled"
    FAILURE = "failure"
    EXPIRED = "expired"
    LOST = "lost"
    """Success without data."""
    ODD = "odd"
    """It cannot be read. It might be what is left of the only copy: keep it."""
    TROUBLE = "trouble"
    """CM says that it could not, or would not, answer (HTTP 4xx and 5xx)."""


_BY_WORD = {
    "success": Verdict.LOST,
    "cancelled": Verdict.CANCELLED,
    "failure": Verdict.FAILURE,
    "expired": Verdict.EXPIRED,
}
REFUSALS = (Verdict.CANCELLED, Verdict.FAILURE, Verdict.EXPIRED)


def verdict(raw: RawAnswer) -> Verdict:
    """What an answer means.

    Source: API (status); FACTS (the one-time body is taken apart before it is saved).
    """
    try:
        document = document_in(raw)
    except Exception:  # noqa: BLE001 - whatever it is, the bytes are worth more than the reason
        return Verdict.ODD
    if document is not None and carries_identity(document):
        return Verdict.IDENTITY
    if raw.status_code >= 400:
        return Verdict.TROUBLE
    if document is None or not 200 <= raw.status_code < 300:
        return Verdict.ODD
    word = document.get("status")
    return _BY_WORD.get(word.strip().lower(), Verdict.OPEN) if isinstance(word, str) else Verdict.OPEN


def carries_identity(document: Mapping[str, Any]) -> bool:
    """Whether there is a person's data in it. Says yes where the data is there and reading it fails."""
    user_id = document.get("userId")
    if isinstance(user_id, str) and user_id.strip():
        return True  # nearly always; what else there is can wait until the answer is kept
    try:
        return read_identity(document) is not None
    except Exception:  # noqa: BLE001 - a reader's fault must not cost the only copy
        return any(document.get(name) not in (None, "", [], {}) for name in USER_INFORMATION)


def identity_in(raw: RawAnswer) -> Identity | None:
    """The person's data in an answer, whatever its status; None if there is none."""
    document = document_in(raw)
    return None if document is None else read_identity(document)
