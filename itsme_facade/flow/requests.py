"""What a flow reads from a browser's request, however a framework passes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs

Query = str | bytes | Mapping[str, Any]
"""A raw query string, or a mapping from names to a value or to several."""

_STATE = "state"
_METHODS = ("GET", "POST")
_SAID_IN = ("sec-purpose", "purpose", "x-moz")
_AHEAD = ("prefetch", "prerender", "preview")
_LONGEST_QUERY = 16_000


def state_in(query: Query) -> str | None:
    """The state in a query; None if there is none, or more than one. All else in it is ignored.

    Source: FACTS (a sibling API appends parameters of its own: accept unknown ones).

    >>> state_in("?trxid=1&state=a.b&ec=2")
    'a.b'
    """
    values = _values(query)
    if len(values) != 1:
        return None
    value = values[0]
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    return value if isinstance(value, str) else None


def is_looking_ahead(method: str, headers: Mapping[str, str]) -> bool:
    """Whether nobody is there yet: a browser fetches ahead, or asks for headers only.

    Source: FACTS (a browser prefetches the callback and consumes it).

    >>> is_looking_ahead("GET", {"Sec-Purpose": "prefetch;prerender"})
    True
    """
    if method.upper() not in _METHODS:
        return True
    said = (str(value).lower() for name, value in headers.items() if str(name).lower() in _SAID_IN)
    return any(word in value for value in said for word in _AHEAD)


def _values(query: Query) -> list[Any]:
    if isinstance(query, str | bytes):
        text = query.decode("latin-1") if isinstance(query, bytes) else query
        if len(text) > _LONGEST_QUERY:
            return []
        return [*parse_qs(text.removeprefix("?"), keep_blank_values=True).get(_STATE, [])]
    several = getattr(query, "getlist", None)  # Starlette, Werkzeug and Django
    if callable(several):
        found: Any = several(_STATE)
        return [*found]
    value = query.get(_STATE)
    if value is None:
        return []
    return [*value] if isinstance(value, Iterable) and not isinstance(value, str | bytes) else [value]
