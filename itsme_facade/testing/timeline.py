"""What the sandbox saw during a test, in order, with its clock: for the report of a test that failed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, cast

from .scenario import describe

if TYPE_CHECKING:
    from itsme_facade.sandbox import ApiCall, Sandbox, TransactionView

_MOST_LINES: Final = 200
_ERROR: Final = 400  # the HTTP status from which an answer is one


def timeline(sandbox: Sandbox) -> str:
    """Tell the life of every transaction, the API's calls, and the faults that still wait.

    Nothing in it is secret: the sandbox masks what it shows of calls, and transactions go by a number.
    """
    transactions, calls = sandbox.transactions, sandbox.calls
    names = {transaction.id: f"{transaction.service} {n}" for n, transaction in enumerate(transactions, 1)}
    moments = [(call.at, names.get(call.transaction or "", "-"), _told(call)) for call in calls]
    moments += [(event.at, names[seen.id], event.what) for seen in transactions for event in seen.timeline]
    moments.sort(key=lambda moment: moment[0])
    width = max([len(name) for name in names.values()], default=0)
    lines = [f"{_clock(at)}  {name:{width}}  {what}" for at, name, what in moments]
    if len(lines) > _MOST_LINES:
        lines = [f"({len(lines) - _MOST_LINES} earlier moments are left out)", *lines[-_MOST_LINES:]]
    lines = lines or ["No call reached the sandbox. Does the application know its address, itsme_sandbox.api_url?"]
    now = datetime.fromtimestamp(sandbox.world.clock.now(), UTC)
    return "\n".join(
        [
            *lines,
            *(f"{names[seen.id]}: {_stands(seen)}" for seen in transactions),
            *(f"a fault waits: {describe(fault)}" for fault in sandbox.faults.pending),
            f"The sandbox's clock says {now:%Y-%m-%d %H:%M:%S} UTC.",
        ]
    )


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")[11:23]


def _told(call: ApiCall) -> str:
    answered = "nothing was answered" if call.status is None else f"answered {call.status}"
    document = call.answered
    if call.status is not None and call.status >= _ERROR and isinstance(document, dict):
        said = cast("dict[str, object]", document).get("message")
        answered += f" {said!r}" if said else ""
    return f"{call.method} {call.route}: {answered}{', as a fault has it' if call.fault else ''}"


def _stands(seen: TransactionView) -> str:
    parts = [str(seen.status), f"scopes {' '.join(seen.scopes) or 'none'}"]
    if seen.locale:
        parts.append(f"in {seen.locale}")
    parts.append(f"status read {seen.reads} times" if seen.reads != 1 else "status read once")
    parts.append("user information handed out" if seen.given else "user information not handed out")
    return ", ".join(parts)
