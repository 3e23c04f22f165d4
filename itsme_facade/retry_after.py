"""The Retry-After header."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from itsme_facade.raw import RawAnswer


def retry_after(raw: RawAnswer, now: datetime | None = None) -> float:
    """Seconds until the server wants to be asked again; 0 when it does not say so in a way that can be read.

    Args:
        raw: the answer, with `Retry-After` in seconds or as an HTTP date.
        now: the time that a date is compared with; this machine's clock unless given.

    >>> from itsme_facade.raw import RawAnswer
    >>> retry_after(RawAnswer(b"", 429, {"retry-after": "7"}))
    7.0
    """
    value = raw.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        then = parsedate_to_datetime(value)
    except (ValueError, OverflowError):  # the latter for an offset of more hours than fit
        return 0.0
    if then.tzinfo is None:
        then = then.replace(tzinfo=UTC)
    return max(0.0, (then - (now or datetime.now(UTC))).total_seconds())
