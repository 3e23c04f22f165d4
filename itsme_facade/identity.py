"""The person's data, as far as the answer said it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypeVar

from attrs import field, frozen

from itsme_facade.dates import PartialDate

if TYPE_CHECKING:  # the generated package brings httpx along, which `import itsme_facade` can do without
    from collections.abc import Iterable, Mapping

    from cm_itsme_client.models.gender import Gender
    from cm_itsme_client.models.locale import Locale


_Words = TypeVar("_Words", bound=StrEnum)


def known_or_as_it_came(word: str, words: type[_Words]) -> _Words | str:
    """The member for a word, whatever its case, or the word itself: a new word is data, not an error."""
    try:
        return words(word.strip().lower())
    except ValueError:
        return word


def _member_or_word(word: str | None, words: type[_Words]) -> _Words | str | None:
    try:
        return word if word is None else words(word)
    except ValueError:
        return word


class _Personal:
    """What all values with personal data share: they do not show it and are not pickled by accident."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    def __reduce__(self) -> NoReturn:
        name = type(self).__name__
        raise TypeError(f"{name} holds personal data and is not pickled: use to_dict() and store it sealed")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self


@frozen(repr=False)
class Name(_Personal):
    """A person's name, each part as it came: `full` is never rebuilt from the others, nor they from it."""

    given: str | None = None
    family: str | None = None
    full: str | None = None


@frozen(repr=False)
class Address(_Personal):
    """A legal address.

    Args:
        street: its lines; house and box number stand inside them.
        postal_code: text, never a number.
        city: as it came: TONGEREN, Brussel, Bruxelles.
        country_code: ISO 3166-1 alpha-2, in upper case.
    """

    street: tuple[str, ...] = ()
    postal_code: str | None = None
    city: str | None = None
    country_code: str | None = None


def _address(street: Iterable[str], **parts: str | None) -> Address:
    return Address(tuple(street), **parts)


@frozen(repr=False, kw_only=True)
class Identity(_Personal):
    """The person's data, field by field; what did not come is None.

    `repr` and `str` show nothing of it, and pickling is refused; `to_dict` and `from_dict` carry it.

    Args:
        user_id: the same for this person across transactions, until their itsme account is deleted and made anew.
            Know people by this and never by their e-mail address.
        name: `Name`.
        gender: a `Gender`, or the word that came if it is another.
        birthdate: `PartialDate`: the month and the day may be unknown.
        locale: a `Locale`, whatever its case, or the word that came if it is another.
        phone_number: E.164 without spaces, or as it came if it cannot be read as E.164.
        email_address: never verified by itsme.
        address: `Address`.
        extra: whatever else came, under the wire's names: fields this version does not know, and what could not be
            read as its documented type. Nothing that came is thrown away.

    Source: API (the answer's fields); FACTS (what real data does to them).

    >>> identity = Identity(user_id="QC1J", name=Name(full="Lucas Maes"), birthdate=PartialDate(1974))
    >>> identity
    Identity(…)
    >>> Identity.from_dict(identity.to_dict()) == identity
    True
    """

    user_id: str | None = None
    name: Name | None = None
    gender: Gender | str | None = None
    birthdate: PartialDate | None = None
    locale: Locale | str | None = None
    phone_number: str | None = None
    email_address: str | None = None
    address: Address | None = None
    extra: Mapping[str, Any] = field(factory=dict[str, Any], hash=False)

    def to_dict(self) -> dict[str, Any]:
        """What came, ready for JSON; fields that did not come are left out. All of it is personal data."""
        name, address = self.name, self.address
        document: dict[str, Any] = {
            "user_id": self.user_id,
            "name": name and {"given": name.given, "family": name.family, "full": name.full},
            "gender": self.gender and str(self.gender),
            "birthdate": self.birthdate and self.birthdate.isoformat(),
            "locale": self.locale and str(self.locale),
            "phone_number": self.phone_number,
            "email_address": self.email_address,
            "address": address
            and {
                "street": list(address.street),
                "postal_code": address.postal_code,
                "city": address.city,
                "country_code": address.country_code,
            },
            "extra": dict(self.extra) or None,
        }
        return {key: value for key, value in document.items() if value is not None}

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Self:
        """Takes back what `to_dict` gave."""
        from cm_itsme_client.models.gender import Gender
        from cm_itsme_client.models.locale import Locale

        name, address, birthdate = (document.get(key) for key in ("name", "address", "birthdate"))
        return cls(
            user_id=document.get("user_id"),
            name=None if name is None else Name(**name),
            gender=_member_or_word(document.get("gender"), Gender),
            birthdate=None if birthdate is None else PartialDate.fromisoformat(birthdate),
            locale=_member_or_word(document.get("locale"), Locale),
            phone_number=document.get("phone_number"),
            email_address=document.get("email_address"),
            address=None if address is None else _address(**address),
            extra=document.get("extra", {}),
        )
