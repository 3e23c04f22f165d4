"""What the API sent, kept before anything interprets it."""

from __future__ import annotations

from base64 import b64decode, b64encode
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

from attrs import field, frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@frozen(repr=False)
class RawAnswer:
    """The bytes of one answer, with its HTTP status and headers.

    The bytes may hold the only copy of a person's data, so `repr` shows none of them, and pickling (an exception
    sent to another process, a cache) leaves body and headers out: `dropped` is then true. Whoever wants to keep them
    asks for them with `to_dict`.

    Args:
        body: the content, decompressed where the answer said that it was compressed and that could be undone.
        status_code: the HTTP status, or 0 when none arrived.
        headers: names in lower case; repeated ones joined by a comma and a space.
        truncated: the body is not whole: it was cut at the size limit, or the connection ended early.
        dropped: pickling left the body out.

    Source: API (user information is provided once); FACTS (the one-time body taken apart before it is saved).

    >>> RawAnswer(b'{"status": "open"}', 200)
    RawAnswer(status_code=200, 18 bytes)
    """

    body: bytes
    status_code: int = 200
    headers: Mapping[str, str] = field(default=_NO_HEADERS, hash=False)
    truncated: bool = False
    dropped: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Everything, ready for JSON. It may hold personal data and secrets: store it sealed.

        >>> raw = RawAnswer(b"{}", 200, {"content-type": "application/json"})
        >>> RawAnswer.from_dict(raw.to_dict()) == raw
        True
        """
        return {
            "body": b64encode(self.body).decode("ascii"),
            "status_code": self.status_code,
            "headers": dict(self.headers),
            "truncated": self.truncated,
            "dropped": self.dropped,
        }

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Self:
        """Takes back what `to_dict` gave."""
        return cls(
            body=b64decode(document["body"]),
            status_code=document["status_code"],
            headers=document["headers"],
            truncated=document["truncated"],
            dropped=document["dropped"],
        )

    def __repr__(self) -> str:
        marks = "".join(f", {mark}" for mark in ("truncated", "dropped") if getattr(self, mark))
        return f"RawAnswer(status_code={self.status_code}, {len(self.body)} bytes{marks})"

    def __reduce__(self) -> tuple[object, ...]:
        headers: dict[str, str] = {}
        return RawAnswer, (b"", self.status_code, headers, self.truncated, True)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self
