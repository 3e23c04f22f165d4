"""How a login ended, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from itsme_facade.commands.saying import Failed, NotSignedIn, Stop, document, note, table
from itsme_facade.results import Cancelled, Expired, Open, Outcome, Success

if TYPE_CHECKING:
    from collections.abc import Mapping

    from itsme_facade.identity import Identity
    from itsme_facade.results import Result

_GONE = "Data is given out once, and it was given out before"
_WITHOUT_DATA = {
    Outcome.ALREADY_GIVEN: Failed(
        f"The person approved, but no data came. {_GONE}.", "Let them go through itsme again."
    ),
    Outcome.LOST: Failed(
        "The person approved, and their data was lost on the way: a read broke after it was sent.",
        "It is not given out twice. Let them go through itsme again.",
    ),
}


def show(result: Result, *, as_json: bool, more: Mapping[str, object] | None = None) -> Stop | None:
    """Prints how a login ended.

    Args:
        result: how.
        as_json: print JSON.
        more: what else the JSON shall hold.

    Returns:
        What to end the command with, if it did not end well.
    """
    identity = result.identity
    if as_json:
        found: dict[str, Any] = {"status": result.status}
        if isinstance(result, Success):
            found["outcome"] = str(result.outcome)
        document(found | {"identity": identity.to_dict() if identity else None} | dict(more or {}))
    elif identity is not None:
        table("Identity", _rows(identity), as_json=False)
    if isinstance(result, Success):
        if not as_json and result.outcome in {Outcome.NOT_ASKED, Outcome.UNKNOWN}:
            asked = "none was asked for" if result.outcome is Outcome.NOT_ASKED else "perhaps none was asked for"
            note(f"The person approved. No data came: {asked}.")
        return _WITHOUT_DATA.get(result.outcome)
    return _ending(result)


def _ending(result: Result) -> Stop:
    again = "Start again when they want to."
    match result:
        case Open():
            return NotSignedIn("The person has not finished yet (open).", "Nothing was consumed. Ask again later.")
        case Cancelled():
            return NotSignedIn("The person refused, left, or chose another icon (cancelled).", again)
        case Expired():
            return NotSignedIn("The person did not finish in time (expired).", again)
        case _ if result.over:
            return NotSignedIn("Something went wrong on the way (failure).", again)
        case _:
            what = "has no status" if result.status is None else "has a status that this version does not know"
            return Failed(f"The answer {what}.", "See the answer itself; a newer version may know what it means.")


def _rows(identity: Identity) -> dict[str, object]:
    """An identity's fields in one level: what came, and nothing else."""
    rows: dict[str, object] = {}
    for field, value in identity.to_dict().items():
        if isinstance(value, dict):
            parts = cast("dict[str, object]", value)
            rows |= {f"{field}_{part}": inner for part, inner in parts.items() if inner not in (None, [])}
        else:
            rows[field] = value
    return rows
