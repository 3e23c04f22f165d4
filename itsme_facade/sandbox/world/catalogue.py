"""The file that people come from, and what can be wrong with such a file."""

from __future__ import annotations

import functools
import re
import tomllib
from importlib import resources
from typing import TYPE_CHECKING, Any, Final, cast, get_args

from attrs import fields_dict

from .cards import BANKS
from .errors import BadCatalogue
from .people import AccountState, Address, Document, Person
from .phones import BEHAVIOURS, national_to_international

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from .people import People

_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "behaviour": BEHAVIOURS,
    "account": get_args(AccountState),
    "document": get_args(Document),
}
_DIGITS: Final = {"pin": 4, "bank_pin": 4, "itsme_code": 5}
_SWITCHES: Final = frozenset({"pin_known", "letter_kept", "app", "touch_id"})


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
    source = resources.files("itsme_facade.sandbox.world").joinpath("people.toml")
    return _parse(source.read_bytes(), "people.toml")


def default_people() -> People:
    """The people who come with the sandbox, by id: each stands for something that real data does."""
    return dict(_default_people())


def check_numbers(people: Mapping[str, Person], faults: list[str]) -> None:
    """Add a fault for every two people with one phone number: nobody would know who is meant."""
    seen: dict[str, str] = {}
    for id_, person in people.items():
        number = national_to_international(person.phone_number)
        if number is None or not person.phone_number.startswith("+"):
            faults.append(f"{id_}: phone_number is no E.164 number, such as +32471234567")
        elif (other := seen.setdefault(number, id_)) != id_:
            faults.append(f"{id_}: has the phone number of {other}")


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


def _person(id_: str, entry: object, faults: list[str]) -> Person | None:
    """Make a person of a table, or add what is wrong with it to `faults`."""
    before = len(faults)
    if not re.fullmatch(r"[a-z0-9-]*[a-z0-9][a-z0-9-]*", id_):
        faults.append(f"{id_!r}: an id is lower case letters, digits and hyphens")
    fields = _fields(id_, entry, fields_dict(Person).keys() - {"id"}, faults)
    address = fields.pop("address", None)
    if address is not None:
        fields["address"] = Address(**_fields(f"{id_}.address", address, fields_dict(Address), faults))
    if "phone_number" not in fields:
        faults.append(f"{id_}: phone_number is missing")
    for key, choices in _CHOICES.items():
        if key in fields and fields[key] not in choices:
            faults.append(f"{id_}: {key} is one of {', '.join(choices)}")
    for key, length in _DIGITS.items():
        if key in fields and not re.fullmatch(rf"[0-9]{{{length}}}", str(fields[key])):
            faults.append(f"{id_}: {key} is {length} digits")
    if "banks" in fields:
        fields["banks"] = tuple(fields["banks"])
    return Person(id=id_, **fields) if len(faults) == before else None


def _fields(where: str, entry: object, known: Iterable[str], faults: list[str]) -> dict[str, Any]:
    """Keep the known fields of a table; whatever has the wrong type is a fault."""
    if not isinstance(entry, dict):
        faults.append(f"{where}: not a table")
        return {}
    table = cast("dict[str, object]", entry)
    for key, value in table.items():
        if key not in known:
            faults.append(f"{where}: no field is called {key!r}")
        elif fault := _wrong_type(key, value):
            faults.append(f"{where}: {key} {fault}")
    return {key: value for key, value in table.items() if key in known}


def _wrong_type(key: str, value: object) -> str | None:
    if key == "address":
        return None
    if key == "banks":
        good = isinstance(value, list) and all(bank in BANKS for bank in cast("list[object]", value))
        return None if good else f"is a list of {', '.join(BANKS)}"
    if key in _SWITCHES:
        return None if isinstance(value, bool) else "is true or false"
    return None if isinstance(value, str) else "is no text"
