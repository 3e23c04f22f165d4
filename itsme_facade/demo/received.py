"""An identity for people to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from attrs import frozen

if TYPE_CHECKING:
    from itsme_facade import Identity


@frozen(repr=False)
class Received:
    """What a login asked for and what came, for a page to show.

    A real site keeps what it needs of an identity, and no more. This one shows it all, so it keeps it all, in memory.

    Args:
        service: "login" or "register".
        scopes: what was asked for.
        name: the full name, if one came.
        rows: a label and a value each.
        of_age: whether the person is 18 or older, in words; None if no birth date came.
    """

    service: str
    scopes: tuple[str, ...]
    name: str | None
    rows: tuple[tuple[str, str], ...]
    of_age: str | None

    @classmethod
    def of(cls, identity: Identity, service: str, scopes: tuple[str, ...]) -> Self:
        """Takes down what came."""
        name = identity.name.full if identity.name else None
        return cls(service, scopes, name, tuple(rows(identity)), of_age(identity))

    @property
    def greeting(self) -> str:
        """The heading of the page of somebody who is signed in."""
        return f"Hello, {self.name}" if self.name else "You are logged in"


def rows(identity: Identity) -> list[tuple[str, str]]:
    """What came, a label and a value each; a part that did not come has no row."""
    name, address, birthdate = identity.name, identity.address, identity.birthdate
    values = {
        "User id": identity.user_id,
        "Given name": name and name.given,
        "Family name": name and name.family,
        "Full name": name and name.full,
        "Gender": identity.gender,
        "Birth date": birthdate and birthdate.isoformat(),
        "Locale": identity.locale,
        "Phone number": identity.phone_number,
        "E-mail address": identity.email_address,
        "Street": address and ", ".join(address.street),
        "Postal code": address and address.postal_code,
        "City": address and address.city,
        "Country": address and address.country_code,
    }
    return [(label, str(value)) for label, value in values.items() if value]


def of_age(identity: Identity) -> str | None:
    """Whether the person is 18 or older, in words; None if no birth date was given."""
    if identity.birthdate is None:
        return None
    return {True: "yes", False: "no", None: "cannot be known"}[identity.birthdate.is_at_least(18)]
