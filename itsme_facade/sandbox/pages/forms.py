"""Forms as browsers send them: bounded, and never a reason to fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from attrs import frozen

from itsme_facade.sandbox.contract import BadRequest
from itsme_facade.sandbox.replies import read_body

if TYPE_CHECKING:
    from starlette.requests import Request

_MOST_FIELDS: Final = 40
_LONGEST: Final = 200


@frozen
class Problem:
    """What is wrong with a form.

    Attributes:
        text: What happened and what to do next, in the person's language.
        field: The name of the field it is about; empty if it is about none.
    """

    text: str
    field: str = ""


async def read_form(request: Request) -> dict[str, str]:
    """Read a form's fields: the first value of each, without space around it, at most 200 characters.

    What no page of ours would send (too large, no UTF-8, too many fields) is read as an empty form.
    """
    try:
        fields = parse_qs((await read_body(request)).decode(), max_num_fields=_MOST_FIELDS)
    except (BadRequest, ValueError):
        return {}
    return {name: values[0].strip()[:_LONGEST] for name, values in fields.items()}
