"""A transaction's arguments, checked and put into the contract's own request before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from itsme_facade.errors import InvalidArguments, Problem
from itsme_facade.reading import repaired_phone_number
from itsme_facade.settings import wrong_address

if TYPE_CHECKING:
    from cm_itsme_client.models.locale import Locale
    from cm_itsme_client.models.scope import Scope
    from cm_itsme_client.models.service import Service
    from cm_itsme_client.models.transaction_request import TransactionRequest

_WORD = TypeVar("_WORD", bound=StrEnum)
_LONGEST_URL = 2048
_LONGEST_TOKEN = 512
_PRINTABLE = re.compile(r"[!-~]+", re.ASCII)
_HOST_AND_PORT = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]*)?", re.ASCII | re.IGNORECASE)
# RFC 3986: what may stand in a path, a query and a fragment as it is.
_AFTER_HOST = re.compile(r"([A-Za-z0-9._~/?:@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*", re.ASCII)
_NATIONAL = re.compile(r"0[1-9][0-9]{7,8}", re.ASCII)


def transaction_request(
    *,
    token: str,
    service: Service | str,
    redirect_url: str,
    scopes: Iterable[Scope | str] = (),
    locale: Locale | str | None = None,
    phone_number: str | None = None,
    problems: list[Problem] | None = None,
) -> TransactionRequest:
    """The request for these arguments, repaired where there is one way to read them.

    Arguments: as `Itsme.login` has them; `problems` are those that the caller has found already.

    Raises:
        InvalidArguments: names every wrong argument and shows no value.

    Source: API; the contract's patterns; FACTS (a number with a wrong syntax is silently ignored upstream).
    """
    from cm_itsme_client.models.locale import Locale
    from cm_itsme_client.models.scope import Scope
    from cm_itsme_client.models.service import Service
    from cm_itsme_client.models.transaction_request import TransactionRequest
    from cm_itsme_client.types import UNSET

    found = list(problems or ())
    suggestions: dict[str, str] = {}
    services = _words("service", [service], Service, found)
    wanted = _words("scopes", _listed(scopes, found), Scope, found)
    locales = _words("locale", [] if locale is None else [locale], Locale, found)
    if reason := wrong_address(redirect_url) or _no_uri(redirect_url):
        found.append(Problem("redirect_url", reason))
    number = None if phone_number is None else _number(phone_number, found, suggestions)
    if found:
        raise InvalidArguments(tuple(found), suggestions)
    return TransactionRequest(
        token=token,
        service=services[0],
        redirect_url=_with_lower_case_scheme(redirect_url),
        scopes=list(dict.fromkeys(wanted)) or UNSET,
        locale=locales[0] if locales else UNSET,
        phone_number=number or UNSET,
    )


def known_scopes(scopes: Iterable[Scope | str], problems: list[Problem]) -> tuple[Scope, ...]:
    """Scopes as the contract's words, each once; a wrong one is added to `problems`."""
    from cm_itsme_client.models.scope import Scope

    return tuple(dict.fromkeys(_words("scopes", _listed(scopes, problems), Scope, problems)))


def wrong_transaction_token(token: object) -> str | None:
    """Why this cannot be a transaction token, or None when it can."""
    if not isinstance(token, str) or not _PRINTABLE.fullmatch(token) or len(token) > _LONGEST_TOKEN:
        return f"not 1 to {_LONGEST_TOKEN} printable characters without spaces"
    return "a path, not a token" if token in {".", ".."} else None


def _listed(scopes: Iterable[Scope | str], problems: list[Problem]) -> list[Scope | str]:
    # A bare string is iterable too: "email" would become five wrong scopes of one letter.
    if isinstance(scopes, str) or not isinstance(scopes, Iterable):
        problems.append(Problem("scopes", 'not a list of scopes; write ["email"] for one'))
        return []
    return list(scopes)


def _words(argument: str, given: list[_WORD | str], words: type[_WORD], problems: list[Problem]) -> list[_WORD]:
    try:
        return [words(word) for word in given]
    except ValueError:
        problems.append(Problem(argument, f"not one of {', '.join(words)}"))
        return []


def _no_uri(address: str) -> str | None:
    if len(address) > _LONGEST_URL:
        return f"longer than {_LONGEST_URL} characters"
    parts = urlsplit(address)
    if not _HOST_AND_PORT.fullmatch(parts.netloc):
        return "has a host that no web address has"
    if not all(_AFTER_HOST.fullmatch(part) for part in parts[2:]):
        return "has characters that a URL writes as % and two hexadecimal digits"
    return None


def _with_lower_case_scheme(address: str) -> str:
    scheme, rest = address.split(":", 1)
    return f"{scheme.lower()}:{rest}"


def _number(text: object, problems: list[Problem], suggestions: dict[str, str]) -> str | None:
    number = repaired_phone_number(text) if isinstance(text, str) else None
    if number is not None:
        return number
    reason = "not a number in international form (E.164), like +32 and 8 or 9 digits"
    if isinstance(text, str) and _NATIONAL.fullmatch(digits := re.sub(r"\D", "", text)):
        suggestions["phone_number"] = "+32" + digits[1:]
        reason = (
            "a national number; write it in international form: + and the country's number instead of the first 0 "
            "(for Belgium it is in suggestions['phone_number'])"
        )
    problems.append(Problem("phone_number", reason))
    return None
