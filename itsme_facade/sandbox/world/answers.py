"""Which user information the scopes give."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .people import Address, Person
    from .transactions import Scope

Answer = dict[str, object]


def user_information(person: Person, scopes: tuple[Scope, ...]) -> Answer:
    """Say what the scopes ask for, in the API's fields (API); what is not known is left out."""
    answer: Answer = {}
    if "profile" in scopes:
        names = _present(givenName=person.given_name, familyName=person.family_name, fullName=person.name or None)
        answer |= _present(name=names or None, gender=person.gender, birthdate=person.birthdate, locale=person.locale)
    if "phone" in scopes:
        answer["phoneNumber"] = person.phone_number
    if "email" in scopes:
        answer |= _present(emailAddress=person.email_address)
    if "address" in scopes and person.address is not None:
        answer |= _present(address=_address(person.address) or None)
    return answer


def _address(address: Address) -> Answer:
    return _present(
        streetAddress=address.street,
        postalCode=address.postal_code,
        city=address.city,
        countryCode=address.country_code,
    )


def _present(**fields: object) -> Answer:
    return {name: value for name, value in fields.items() if value is not None}
