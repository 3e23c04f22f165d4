"""The HTTP status of each outcome that is shown: 4xx for what the browser sent, 5xx for what is ours or CM's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from itsme_facade.flow.outcomes import Refused, StillOpen

if TYPE_CHECKING:
    from itsme_facade.flow.outcomes import FlowOutcome

STATUS: Final = {
    "account_changed": 409,
    "other_browser": 409,
    "forged": 403,
    "unknown": 404,
    "prefetch": 503,
    "lost": 502,
}
"""By the outcome's kind, or by the reason of a refusal. 200 for all others."""

ONLY_TOLD: Final = ("forged", "unknown")
"""What the waiting page only repeats: asking the flow again without the state would give another answer."""


def status_of(outcome: FlowOutcome) -> int:
    """The status of the page, or of the document, that says how a login stands."""
    if isinstance(outcome, Refused):
        return STATUS.get(outcome.reason, 200)
    if isinstance(outcome, StillOpen) and outcome.code_wrong:
        return 400
    return STATUS.get(outcome.kind, 200)
