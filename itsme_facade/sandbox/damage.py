"""Answers' JSON, damaged in the ways that faults ask for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from .faults import Damage

_ENUMERATED: Final = ("status", "gender", "locale")
_NO_SUCH_WORD: Final = "not-in-any-documentation"
_MORE: Final = {"notInAnyDocumentation": {"number": 1, "nothing": None, "list": ["text"]}}


def damaged(body: bytes, damage: Damage) -> bytes:
    """Damage the JSON object that an answer's body is.

    >>> damaged(b'{"status":"open"}', "malformed")
    b'{"status"="open"}'
    """
    match damage:
        case "truncated":
            return body[: len(body) // 2]
        case "malformed":
            return body.replace(b'":', b'"=', 1)
        case "unknown-values":
            document = json.loads(body)
            return _encoded(document | {name: _NO_SUCH_WORD for name in _ENUMERATED if name in document})
        case "extra-fields":
            return _encoded(_with_more(json.loads(body)))


def _with_more(document: dict[str, Any]) -> dict[str, Any]:
    """Add a field to an object and to every object in it."""
    inner = {
        name: _with_more(cast("dict[str, Any]", value)) if isinstance(value, dict) else value
        for name, value in document.items()
    }
    return inner | _MORE


def _encoded(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
