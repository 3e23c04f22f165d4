"""People, and the catalogue they come from."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from attrs import fields_dict, frozen

from .errors import BadCatalogue
from .phones import BEHAVIOURS, Behaviour, national_to_international

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

AccountState = Literal["active", "blocked"]


@frozen(kw_only=True)
class Address:
    """A legal address, in the API's own form; what is not known is None and is left out of an answer."""

    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    country_code: str | None = None


@frozen(kw_only=True)
class Person:
    """Somebody who could log in; what is not known is None and is left out of an answer.

    Attributes:
        id: The name a test calls them by: lower case letters, digits and hyphens.
        about: Why they are worth having, in one sentence.
        phone_number: As the API hands it out: E.164, maybe with a space after the country code.
        email_address: Never verified, as with itsme.
        given_name: First names.
        family_name: Last names.
        full_name: Given and family name together, if it is not simply the one after the other.
        gender: Usually `male` or `female`.
        birthdate: ISO 8601, maybe partial: `1974`, `1974-00-00`.
        locale: The person's own language: not the one of the screens, which is the request's.
        address: Their legal address.
        account: Whether their itsme account works.
        behaviour: What they do by themselves as soon as their phone asks; None waits to be told.
    """

    id: str
    about: str = ""
    phone_number: str
    email_address: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    full_name: str | None = None
    gender: str | None = None
    birthdate: str | None = None
    locale: str | None = None
    address: Address | None = None
    account: AccountState = "active"
    behaviour: Behaviour | None = None

    @property
    def name(self) -> str:
        """The full name as it is handed out: given, or else made of the first and the last name."""
        return self.full_name or " ".join(part for part in (self.given_name, self.family_name) if part)


People = dict[str, Person]


def read_people(path: Path) -> People:
    """Read a TOML file of people: one table a person, named by the id, with the fields of `Person`.

    `default_people() | read_people(path)` adds to the catalogue; `read_people(path)` alone replaces it.

    Args:
        path: The file, in UTF-8.

    Returns:
        People by id, in the file's order.

    Raises:
        BadCatalogue: The file is no TOML, or something in it is not what `Person` says; all faults are named.
        OSError: The file cannot be read.
    """
    return _parse(path.read_bytes(), str(path))


@functools.cache
def _default_people() -> People:
    source = resources.files("itsme_facade.sandbox").joinpath("people.toml")
    return _parse(source.read_bytes(), "people.toml")


def default_people() -> People:
    """The people who come with the sandbox, by id: each stands for something that real data does."""
    return dict(_default_people())


def _parse(source: bytes, name: str) -> People:
    try:
        document = tomllib.loads(source.decode())
    except ValueError as error:
        raise BadCatalogue(f"{name}: not TOML in UTF-8: {error}") from None
    faults: list[str] = []
    people = {id_: person for id_, entry in document.items() if (person := _person(id_, entry, faults)) is not None}
    check_numbers(people, faults)
    if faults:
        raise BadCatalogue(f"{name}: " + "; ".join(faults))
    return people


def check_numbers(people: Mapping[str, Person], faults: list[str]) -> None:
    """Add a fault for every two people with one phone number: nobody would know who is meant."""
    seen: dict[str, str] = {}
    for id_, person in people.items():
        number = national_to_international(person.phone_number)
        if number is None or not person.phone_number.startswith("+"):
            faults.append(f"{id_}: phone_number is no E.164 number, such as +32471234567")
        elif (other := seen.setdefault(number, id_)) != id_:
            faults.append(f"{id_}: has the phone number of {other}")


def _person(id_: str, entry: object, faults: list[str]) -> Person | None:
    """Make a person of a table, or add what is wrong with it to `faults`."""
    before = len(faults)
    if not id_.replace("-", "").isalnum() or not id_.isascii() or id_ != id_.lower():
        faults.append(f"{id_!r}: an id is lower case letters, digits and hyphens")
    fields = _texts(id_, entry, set(fields_dict(Person)) - {"id"}, faults, nested="address")
    address = fields.pop("address", None)
    if address is not None:
        fields["address"] = Address(**_texts(f"{id_}.address", address, set(fields_dict(Address)), faults))
    if "phone_number" not in fields:
        faults.append(f"{id_}: phone_number is missing")
    if fields.get("behaviour", "approve") not in BEHAVIOURS:
        faults.append(f"{id_}: behaviour is one of {', '.join(BEHAVIOURS)}")
    if fields.get("account", "active") not in get_args(AccountState):
        faults.append(f"{id_}: account is one of {', '.join(get_args(AccountState))}")
    return Person(id=id_, **fields) if len(faults) == before else None


def _texts(where: str, entry: object, known: set[str], faults: list[str], nested: str | None = None) -> dict[str, Any]:
    """Keep the known fields of a table, which must be texts, but for the one that is a table itself."""
    if not isinstance(entry, dict):
        faults.append(f"{where}: not a table")
        return {}
    table = cast("dict[str, object]", entry)
    for key, value in table.items():
        if key not in known:
            faults.append(f"{where}: no field is called {key!r}")
        elif key != nested and not isinstance(value, str):
            faults.append(f"{where}: {key} is no text")
    return {key: value for key, value in table.items() if key in known}
