"""The create request as the contract has it: closed, and everything that is wrong is named at once."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, cast, get_args
from urllib.parse import urlsplit

from .world.transactions import Locale, Scope, Service, TransactionRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .world.assumptions import Assumptions

_GUID: Final = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
# RFC 3986, with a host: a browser cannot be sent anywhere else.
_URL: Final = re.compile(
    r"""https?://
    (?: (?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})* @ )?          # user information
    (?: \[[0-9A-Fa-f:.]+\] | (?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+ )  # host
    (?: :[0-9]* )?                                                     # port
    (?: / (?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})* )?        # path
    (?: \? (?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})* )?      # query
    (?: \# (?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})* )?      # fragment
    """,
    re.VERBOSE,
)
_PHONE: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_SERVICES: Final[tuple[str, ...]] = get_args(Service)
_SCOPES: Final[tuple[str, ...]] = get_args(Scope)
_LOCALES: Final[tuple[str, ...]] = get_args(Locale)
_REQUIRED: Final = ("token", "service", "redirectUrl")


class BadRequest(Exception):
    """A request is not what the contract says. The message names every field and never a value."""

    def __init__(self, faults: Iterable[str]) -> None:
        super().__init__("; ".join(faults))


def _refuse_constant(_: str) -> object:
    raise ValueError


def _no_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise BadRequest(["body: a field stands in it twice"])
    return fields


_decode: Final = json.JSONDecoder(object_pairs_hook=_no_twice, parse_constant=_refuse_constant).decode


def read_object(body: bytes) -> dict[str, object]:
    """Read a JSON object: strict UTF-8, no NaN, no field twice.

    Raises:
        BadRequest: It is something else.
    """
    try:
        document: object = _decode(body.decode())
    except (ValueError, RecursionError):
        raise BadRequest(["body: not JSON in UTF-8"]) from None
    if not isinstance(document, dict):
        raise BadRequest(["body: not a JSON object"])
    return cast("dict[str, object]", document)


def unknown_fields(fields: Iterable[str], known: Iterable[str]) -> list[str]:
    """Name the fields that are not known: ten at most, each cut short, in ASCII."""
    names = [ascii(name)[1:-1][:40] for name in fields if name not in known]
    more = [f"and {len(names) - 10} more unknown fields"] if len(names) > 10 else []
    return [f"{name}: unknown field" for name in names[:10]] + more


def read_transaction_request(body: bytes, assumptions: Assumptions) -> TransactionRequest:
    """Read the body of a create request (API; `TransactionRequest` in the contract).

    Raises:
        BadRequest: Something in it is not what the contract says, or is refused by an assumption.
    """
    fields = read_object(body)
    faults = [f"{name}: required" for name in _REQUIRED if name not in fields]
    faults += [fault for name, value in fields.items() if name in _CHECKS and (fault := _CHECKS[name](value))]
    faults += unknown_fields(fields, _CHECKS)
    if not faults:
        faults += _refused_redirect(cast("str", fields["redirectUrl"]), assumptions)
    if faults:
        raise BadRequest(faults)
    valid = cast("dict[str, Any]", fields)
    return TransactionRequest(
        token=valid["token"],
        service=valid["service"],
        redirect_url=valid["redirectUrl"],
        scopes=tuple(valid.get("scopes", ())),
        locale=valid.get("locale"),
        phone_number=valid.get("phoneNumber"),
    )


def _token(value: object) -> str | None:
    return None if isinstance(value, str) and _GUID.fullmatch(value) else "token: not a GUID"


def _service(value: object) -> str | None:
    return None if value in _SERVICES else f"service: not one of {', '.join(_SERVICES)}"


def _locale(value: object) -> str | None:
    return None if value in _LOCALES else f"locale: not one of {', '.join(_LOCALES)}"


def _scopes(value: object) -> str | None:
    if not isinstance(value, list):
        return "scopes: not an array"
    scopes = cast("list[object]", value)
    if not all(scope in _SCOPES for scope in scopes):
        return f"scopes: something in it is not one of {', '.join(_SCOPES)}"
    return "scopes: something stands in it twice" if len(set(scopes)) != len(scopes) else None


def _redirect_url(value: object) -> str | None:
    if not isinstance(value, str) or not _URL.fullmatch(value):
        return "redirectUrl: not an absolute http or https URL as RFC 3986 writes it"
    return "redirectUrl: longer than 2048 characters" if len(value) > 2048 else None


def _phone_number(value: object) -> str | None:
    if isinstance(value, str) and _PHONE.fullmatch(value):
        return None
    return "phoneNumber: not a number in E.164 format, such as +32471234567"


_CHECKS: Final[dict[str, Callable[[object], str | None]]] = {
    "token": _token,
    "service": _service,
    "scopes": _scopes,
    "locale": _locale,
    "redirectUrl": _redirect_url,
    "phoneNumber": _phone_number,
}


def _refused_redirect(url: str, assumptions: Assumptions) -> list[str]:
    if not assumptions.redirect_refused:
        return []
    try:
        parts = urlsplit(url)
    except ValueError:
        return ["redirectUrl: not a URL"]
    host = parts.hostname or ""
    kinds = {
        "http": parts.scheme == "http",
        "loopback": host in {"localhost", "127.0.0.1", "::1"} or host.endswith(".localhost"),
        "query": bool(parts.query),
        "fragment": bool(parts.fragment),
    }
    return [
        f"redirectUrl: {kind} is refused here"
        for kind, is_it in kinds.items()
        if is_it and kind in assumptions.redirect_refused
    ]
