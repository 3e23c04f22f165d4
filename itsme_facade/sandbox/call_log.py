"""The latest calls of the API: what was sent and answered, without secrets and without anything about a person."""

from __future__ import annotations

import json
import re
from collections import deque
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

from attrs import field, frozen

if TYPE_CHECKING:
    from .faults import Call

LATEST: Final = 100
_LONGEST_BODY: Final = 4096  # bytes; what is longer is not kept
_MASK: Final = "***"
# The words that are shown, by field. Anything else in a field, and every other field, is masked.
_SHOWN: Final[dict[str, frozenset[object]]] = {
    "service": frozenset({"login", "register"}),
    "scopes": frozenset({"profile", "email", "phone", "address"}),
    "status": frozenset({"open", "success", "cancelled", "failure", "expired", *range(400, 600)}),
}
_NAME: Final = re.compile(r"[A-Za-z]{1,30}")  # of a field; what does not look like one may be a secret
_LOCALES: Final[frozenset[object]] = frozenset({"en", "nl", "fr", "de"})
_ROUTES: Final[dict[Call, tuple[str, str]]] = {
    "create": ("POST", "/transactions"),
    "status": ("GET", "/status/{transactionToken}"),
}


@frozen(kw_only=True)
class ApiCall:
    """One call of the API, as it may be shown.

    Attributes:
        at: When it came, in seconds since the epoch, in the sandbox's time.
        method: `POST` or `GET`.
        route: The contract's path, never the address that was called: that holds the transaction token.
        transaction: The public id of the transaction it was about, if there is one.
        sent: The request's JSON with everything secret or personal masked; None if there was none to show.
        status: The answer's HTTP status; None: none was sent.
        answered: The answer's JSON, masked like `sent`.
        seconds: How long it took, in the machine's time.
        fault: Whether something went wrong on purpose.
    """

    at: float
    method: str
    route: str
    transaction: str | None
    sent: object
    status: int | None
    answered: object
    seconds: float
    fault: bool


@frozen(kw_only=True)
class _Kept:
    """What is kept of a call until it is shown: masking waits, because most calls are never looked at."""

    at: float
    call: Call
    transaction: str | None
    sent: bytes = field(repr=False)
    status: int | None
    answered: bytes = field(repr=False)
    seconds: float
    fault: bool


class CallLog:
    """The latest hundred calls. Every method may be called from any thread.

    Attributes:
        count: How many calls there were, so that a page can tell whether it is out of date.
    """

    def __init__(self) -> None:
        self._kept: deque[_Kept] = deque(maxlen=LATEST)
        self.count = 0

    def add(
        self,
        *,
        at: float,
        call: Call,
        transaction: str | None,
        sent: bytes,
        status: int | None,
        answered: bytes,
        seconds: float,
        fault: bool,
    ) -> None:
        """Keep a call; the oldest one makes room. The arguments are those of `ApiCall`, the bodies unmasked."""
        sent = sent if len(sent) <= _LONGEST_BODY else b""
        answered = answered if len(answered) <= _LONGEST_BODY else b""
        self.count += 1
        self._kept.append(
            _Kept(
                at=at,
                call=call,
                transaction=transaction,
                sent=sent,
                status=status,
                answered=answered,
                seconds=seconds,
                fault=fault,
            )
        )

    def latest(self) -> tuple[ApiCall, ...]:
        """The latest calls, the oldest first."""
        return tuple(_shown(kept) for kept in self._kept.copy())

    def clear(self) -> None:
        """Forget them."""
        self._kept.clear()


def _shown(kept: _Kept) -> ApiCall:
    method, route = _ROUTES[kept.call]
    return ApiCall(
        at=kept.at,
        method=method,
        route=route,
        transaction=kept.transaction,
        sent=_masked_body(kept.sent, asked=True),
        status=kept.status,
        answered=_masked_body(kept.answered, asked=False),
        seconds=kept.seconds,
        fault=kept.fault,
    )


def _masked_body(body: bytes, *, asked: bool) -> object:
    if not body:
        return None
    try:
        return _masked(json.loads(body), asked=asked)
    except (ValueError, RecursionError):
        return _MASK


def _masked(document: object, *, asked: bool) -> object:
    """Mask what a request (`asked`) or an answer says, keeping its form."""
    if not isinstance(document, dict):
        return _MASK
    fields = cast("dict[str, Any]", document)
    return {
        name if _NAME.fullmatch(name) else _MASK: _masked_field(name, value, asked=asked)
        for name, value in fields.items()
    }


def _masked_field(name: str, value: object, *, asked: bool) -> object:
    shown = _LOCALES if name == "locale" and asked else _SHOWN.get(name, frozenset[object]())
    match value:
        case None:
            return None
        case dict():
            return _masked(cast("dict[str, object]", value), asked=asked)
        case list():
            return [_masked_field(name, item, asked=asked) for item in cast("list[object]", value)]
        case str() if name == "redirectUrl" and asked:
            return _site(value)
        case str() if name in ("message", "code", "authenticationUrl") and not asked:
            return value
        case str() | int() if value in shown:
            return value
        case _:
            return _MASK


def _site(url: str) -> str:
    """Keep of a URL which site it is; its path and its query may hold a state."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return _MASK
    return f"{parts.scheme}://{host}{port}/{_MASK}" if host else _MASK
