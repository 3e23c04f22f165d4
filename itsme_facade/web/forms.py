"""What a browser or a program has posted: a form, or a JSON object of texts."""

from __future__ import annotations

import json
from typing import Final, cast
from urllib.parse import parse_qsl

MOST_BYTES: Final = 20_000
MOST_FIELDS: Final = 20


def fields(body: bytes, content_type: str) -> dict[str, str]:
    """The fields by name, the last one of each; nothing of a body that none of our forms sends."""
    kind = content_type.partition(";")[0].strip().lower()
    if len(body) > MOST_BYTES:
        return {}
    try:
        if kind == "application/json":
            return _of_json(json.loads(body))
        if kind == "application/x-www-form-urlencoded":
            return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except (ValueError, RecursionError):
        pass
    return {}


def _of_json(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {name: text for name, text in cast("dict[str, object]", value).items() if isinstance(text, str)}
