"""What an answer means: pure functions from its bytes to a value or an error."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl, quote, urlsplit

from itsme_facade.errors import ItsmeError, RequestRefused, ServerFailed, UnreadableAnswer
from itsme_facade.reading import read_identity
from itsme_facade.results import (
    Cancelled,
    Expired,
    Failed,
    Open,
    Outcome,
    Result,
    Success,
    Unrecognised,
)
from itsme_facade.settings import wrong_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cm_itsme_client.models.scope import Scope

    from itsme_facade.identity import Identity
    from itsme_facade.raw import RawAnswer

# NaN and Infinity are no JSON, but Python reads them, and a NaN is not equal to itself.
_DECODER = json.JSONDecoder(parse_constant=str)
_LONGEST_MESSAGE = 500
_TRY_LATER = frozenset({408, 425, 429})
_NOTHING_DONE = frozenset({500, 503})
_REQUEST_IDS = ("x-request-id", "x-correlation-id", "request-id", "cf-ray")


def document_in(raw: RawAnswer) -> dict[str, Any] | None:
    """The JSON object in an answer, whatever its content type says; None if there is none."""
    try:
        document = _DECODER.decode(raw.body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", document) if isinstance(document, dict) else None


def read_transaction(raw: RawAnswer, secrets: Iterable[str] = ()) -> tuple[str, str]:
    """The authentication URL and the transaction token in the answer to a create request.

    Args:
        raw: the answer.
        secrets: what was sent and must not come back in a message.

    Raises:
        RequestRefused: HTTP 4xx.
        ServerFailed: HTTP 5xx.
        UnreadableAnswer: anything else that is not what the contract has.
    """
    from cm_itsme_client.models.transaction import Transaction

    document = _document_or_error(raw, "create the transaction", secrets, creating=True)
    try:
        transaction = Transaction.from_dict(document)
    except (KeyError, TypeError, ValueError):
        raise _unreadable(raw, "lacks transactionToken or authenticationUrl") from None
    url, token = transaction.authentication_url, transaction.transaction_token
    # Dots alone would be another path, and a lone surrogate cannot stand in an address.
    if not isinstance(token, str) or not token.strip(". ") or not token.isprintable():
        raise _unreadable(raw, "has no usable transactionToken")
    if wrong_address(url):
        raise _unreadable(raw, "has an authenticationUrl that a browser must not be sent to")
    return url, token


def read_status(
    raw: RawAnswer,
    *,
    scopes: tuple[Scope, ...] | None,
    was_given: bool = False,
    was_interrupted: bool = False,
    partial: RawAnswer | None = None,
    secrets: Iterable[str] = (),
) -> Result:
    """What a status answer says.

    Args:
        raw: the answer.
        scopes: what the transaction asked for; None when nobody here knows.
        was_given: an earlier answer to this client carried the data.
        was_interrupted: an earlier read by this client broke after it was sent.
        partial: what arrived of that read.
        secrets: what must not come back in a message.

    Raises:
        RequestRefused: HTTP 4xx.
        ServerFailed: HTTP 5xx.
        UnreadableAnswer: anything else that is not what the contract has.
    """
    document = _document_or_error(raw, "give the status", secrets, creating=False)
    word = document.get("status")
    identity = read_identity(document)
    if not isinstance(word, str):
        return Unrecognised(status=None, raw=raw, identity=identity)
    match word.strip().lower():
        case "open":
            return Open(status=word, raw=raw, identity=identity)
        case "success":
            outcome = _outcome(identity, scopes, was_given=was_given, was_interrupted=was_interrupted)
            partial = partial if outcome is Outcome.LOST else None
            return Success(status=word, raw=raw, identity=identity, outcome=outcome, partial=partial)
        case "cancelled":
            return Cancelled(status=word, raw=raw, identity=identity)
        case "failure":
            return Failed(status=word, raw=raw, identity=identity)
        case "expired":
            return Expired(status=word, raw=raw, identity=identity)
        case _:
            return Unrecognised(status=word, raw=raw, identity=identity)


def scrubbed(text: str, secrets: Iterable[str]) -> str:
    """The text without what was sent in confidence, in any of the forms it may come back in.

    >>> scrubbed("phoneNumber 32471234567 is wrong", ["+32471234567"])
    'phoneNumber … is wrong'
    """
    for secret in secrets:
        query = urlsplit(secret).query if "?" in secret else ""
        values = [value for _, value in parse_qsl(query)] + [part.partition("=")[2] for part in query.split("&")]
        forms = {secret, secret.lstrip("+"), quote(secret, safe=""), *values} - {""}
        for form in sorted(forms, key=len, reverse=True):  # a part replaced first would hide the whole
            text = re.sub(re.escape(form), "…", text, flags=re.IGNORECASE)
    return text


def _outcome(
    identity: Identity | None, scopes: tuple[Scope, ...] | None, *, was_given: bool, was_interrupted: bool
) -> Outcome:
    if identity is not None:
        return Outcome.GIVEN
    if was_given:
        return Outcome.ALREADY_GIVEN
    if scopes == ():
        return Outcome.NOT_ASKED
    if was_interrupted:
        return Outcome.LOST
    return Outcome.UNKNOWN if scopes is None else Outcome.ALREADY_GIVEN


def _document_or_error(raw: RawAnswer, doing: str, secrets: Iterable[str], *, creating: bool) -> dict[str, Any]:
    document = document_in(raw)
    if 200 <= raw.status_code < 300:
        if document is None:
            raise _unreadable(raw, _what_is_wrong_with(raw))
        return document
    if raw.status_code < 400:
        what = "is a redirect, which is never followed" if raw.status_code >= 300 else "is no final answer"
        raise _unreadable(raw, what)
    raise _failure(raw, document, doing, secrets, creating=creating)


def _failure(
    raw: RawAnswer, document: Mapping[str, Any] | None, doing: str, secrets: Iterable[str], *, creating: bool
) -> ItsmeError:
    message = _message(raw, document)
    # Cut last: a secret that is cut in two would not be found.
    message = scrubbed(message, secrets)[:_LONGEST_MESSAGE] if message else None
    refused = raw.status_code < 500
    who_did = "CM's API refused to" if refused else "CM's API failed to"
    # What CM says of a request quotes at most what we sent, and that is scrubbed. What it says of a read might
    # quote the person, so that stays out of the text.
    said = f': "{message}"' if message and creating else ""
    kind = RequestRefused if refused else ServerFailed
    retry_safe = raw.status_code in _TRY_LATER if refused else (raw.status_code in _NOTHING_DONE or not creating)
    return kind(
        f"{who_did} {doing} (HTTP {raw.status_code}){said}.",
        raw.status_code,
        message,
        _request_id(raw),
        raw,
        retry_safe,
    )


def _unreadable(raw: RawAnswer, what: str) -> UnreadableAnswer:
    return UnreadableAnswer(
        f"CM's API sent an answer that {what} (HTTP {raw.status_code}).",
        raw.status_code,
        None,
        _request_id(raw),
        raw,
    )


def _what_is_wrong_with(raw: RawAnswer) -> str:
    if not raw.body:
        return "is empty"
    return "is cut off" if raw.truncated else "is not a JSON object"


def _message(raw: RawAnswer, document: Mapping[str, Any] | None) -> str | None:
    if document is not None:
        message = document.get("message")
    elif raw.headers.get("content-type", "").startswith("text/plain"):
        message = raw.body.decode("utf-8", "replace")
    else:
        message = None
    if not isinstance(message, str):
        return None
    return " ".join(message.split()) or None


def _request_id(raw: RawAnswer) -> str | None:
    found = (raw.headers[name] for name in _REQUEST_IDS if name in raw.headers)
    request_id = next(found, None)
    return request_id[:200] if request_id else None
