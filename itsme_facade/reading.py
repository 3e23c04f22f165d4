"""From an answer's JSON document to an `Identity`, whatever real data did to it.

The plain document is read rather than the generated model: a field that a regenerated client has learned must still
end in `extra` until this facade knows it, and a model that cannot be built must never cost an identity.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from itsme_facade.dates import PartialDate
from itsme_facade.identity import Address, Identity, Name, known_or_as_it_came

if TYPE_CHECKING:
    from collections.abc import Mapping

_DECORATION = re.compile(r"[\s.()/-]")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_COMPACT_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})", re.ASCII)
_LONGER_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})[T ].*", re.ASCII | re.DOTALL)

USER_INFORMATION = (
    "userId",
    "name",
    "gender",
    "birthdate",
    "locale",
    "phoneNumber",
    "emailAddress",
    "address",
)
"""The documented fields of user information, by the wire's names. Source: API."""


def repaired_phone_number(text: str) -> str | None:
    """The number in E.164 without spaces, dots, dashes and brackets and with + for a leading 00; None if it is not one.

    >>> repaired_phone_number("0032 (471) 23-45-67")
    '+32471234567'
    """
    digits = _DECORATION.sub("", text)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    return digits if _E164.fullmatch(digits) else None


def read_identity(document: Mapping[str, Any]) -> Identity | None:
    """The person's data in a status answer, or None if no documented field of it came with anything in it.

    Every oddity is read and none raises: what is not of its documented type, or could be read only in part, stays
    in `extra` as it came.

    Source: API; FACTS (what a client survives).
    """
    from cm_itsme_client.models.gender import Gender
    from cm_itsme_client.models.locale import Locale

    if not _says_anything(document):
        return None
    fields = _Fields(document)
    fields.left.pop("status", None)
    gender, locale = fields.text("gender"), fields.text("locale")
    identity = Identity(
        user_id=fields.text("userId", numbers=True),
        name=_name(fields),
        gender=gender and known_or_as_it_came(gender, Gender),
        birthdate=_birthdate(fields),
        locale=locale and known_or_as_it_came(locale, Locale),
        phone_number=_phone_number(fields),
        email_address=fields.text("emailAddress"),
        address=_address(fields),
        extra=fields.left,
    )
    # A name or an address of nothing but nulls is nobody's data.
    known = identity.user_id is not None or _says_anything(fields.left) or identity != Identity(extra=fields.left)
    return identity if known else None


def _says_anything(document: Mapping[str, Any]) -> bool:
    return any(document.get(key) not in (None, "", [], {}) for key in USER_INFORMATION)


class _Fields:
    """A document's fields, taken out one by one; `left` is what nobody could read."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.left = dict(document)

    def text(self, key: str, *, numbers: bool = False) -> str | None:
        value = self.left.get(key)
        if value is None or value == "":
            self.left.pop(key, None)
            return None
        if numbers and isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str) or not value.strip():
            return None
        del self.left[key]
        return value

    def part(self, key: str) -> _Fields | None:
        value = self.left.get(key)
        if value is not None and not isinstance(value, dict):
            return None
        self.left.pop(key, None)
        return _Fields(cast("dict[str, Any]", value)) if value else None

    def keep(self, key: str, part: _Fields) -> None:
        if part.left:
            self.left[key] = part.left


def _name(fields: _Fields) -> Name | None:
    part = fields.part("name")
    if part is None:
        return None
    name = Name(part.text("givenName"), part.text("familyName"), part.text("fullName"))
    fields.keep("name", part)
    return None if name == Name() else name


def _address(fields: _Fields) -> Address | None:
    part = fields.part("address")
    if part is None:
        return None
    street = part.text("streetAddress")
    country_code = part.text("countryCode")
    address = Address(
        street=tuple(line for line in (street or "").splitlines() if line.strip()),
        postal_code=part.text("postalCode", numbers=True),
        city=part.text("city"),
        country_code=country_code and country_code.strip().upper(),
    )
    fields.keep("address", part)
    return None if address == Address() else address


def _phone_number(fields: _Fields) -> str | None:
    text = fields.text("phoneNumber")
    return text and (repaired_phone_number(text) or text)


def _birthdate(fields: _Fields) -> PartialDate | None:
    """A date as documented is taken whole. Of anything else the readable part is, and what came stays in `extra`."""
    value = fields.left.get("birthdate")
    text = fields.text("birthdate", numbers=True)
    if text is None:
        return None
    text = text.strip()
    try:
        whole = PartialDate.fromisoformat(text)
    except ValueError:
        fields.left["birthdate"] = value
        return _readable_part(text)
    if not isinstance(value, str):
        fields.left["birthdate"] = value
    return whole


def _readable_part(text: str) -> PartialDate | None:
    match = _COMPACT_DATE.fullmatch(text) or _LONGER_DATE.fullmatch(text) or _LONGER_DATE.fullmatch(text + "T")
    if match is None:
        return None
    year, month, day = match.groups()
    for parts in (f"{year}-{month}-{day}", f"{year}-{month}", year):
        try:
            return PartialDate.fromisoformat(parts)
        except ValueError:
            continue
    return None
