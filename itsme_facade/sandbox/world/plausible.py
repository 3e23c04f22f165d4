"""As many plausible people as wanted, from a seed. None of them exists."""

from __future__ import annotations

import unicodedata
from random import Random
from typing import TYPE_CHECKING, Final

from attrs import frozen

from .cards import BANKS
from .people import Address, Person

if TYPE_CHECKING:
    from .people import People


@frozen
class _Region:
    """Where a language is spoken: names that are common there, streets, and places with their postal codes."""

    locale: str
    weight: int
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]
    streets: tuple[str, ...]
    places: tuple[tuple[str, str], ...]


_REGIONS: Final = (
    _Region(
        "nl",
        58,
        ("Emma", "Lotte", "Marie", "Lien", "Hannelore", "Griet", "Katrien", "Fatima", "Elke", "Ines"),
        ("Jan", "Bram", "Wout", "Pieter", "Dries", "Mohamed", "Koen", "Stijn", "Jef", "Tuur"),
        ("Peeters", "Janssens", "Willems", "Claes", "Goossens", "Wouters", "De Smet", "Van Damme", "Mertens", "Aydin"),
        ("Kerkstraat", "Dorpsstraat", "Stationsstraat", "Molenstraat", "Nieuwstraat", "Schoolstraat"),
        (("2000", "Antwerpen"), ("9000", "Gent"), ("3000", "Leuven"), ("8000", "Brugge"), ("3500", "Hasselt")),
    ),
    _Region(
        "fr",
        38,
        ("Léa", "Camille", "Manon", "Sarah", "Élise", "Nathalie", "Aïcha", "Chloé", "Martine", "Zoé"),
        ("Louis", "Hugo", "Noah", "Benoît", "Olivier", "Karim", "Jérôme", "Théo", "Pascal", "Loïc"),
        ("Dubois", "Lambert", "Dupont", "Martin", "Simon", "Laurent", "Leclercq", "Lejeune", "Benali", "Renard"),
        ("Rue de l'Église", "Rue de la Gare", "Rue du Moulin", "Avenue des Tilleuls", "Place Communale"),
        (("1000", "Bruxelles"), ("4000", "Liège"), ("5000", "Namur"), ("7000", "Mons"), ("6000", "Charleroi")),
    ),
    _Region(
        "de",
        4,
        ("Anna", "Heike", "Jana", "Ursula", "Lena"),
        ("Karl", "Jürgen", "Lukas", "Günther", "Tim"),
        ("Schmitz", "Müller", "Heinen", "Jost", "Thelen"),
        ("Hauptstraße", "Kirchweg", "Bahnhofstraße", "Schulstraße"),
        (("4700", "Eupen"), ("4780", "Sankt Vith"), ("4720", "Kelmis")),
    ),
)
# Numbers of magic begin with +3240; these, with +3241, can be nobody's for the same reason (see `magic`).
_FIRST_NUMBER: Final = 32_410_000_000


def plausible_people(count: int, seed: int = 0) -> People:
    """Make up people: Belgian names by language, numbers that nobody can have, most of them with an account.

    Args:
        count: How many, up to 10 million.
        seed: The same seed makes the same people, and the first ones of a greater count are the same too.

    Returns:
        People by id: `plausible-1` and so on. `default_people() | plausible_people(500)` adds them to the catalogue.

    Raises:
        ValueError: The count is below 0 or above 10 million.

    >>> [person.phone_number for person in plausible_people(2, seed=7).values()]
    ['+32410000001', '+32410000002']
    """
    if not 0 <= count <= 10_000_000:
        raise ValueError("count must be from 0 to 10 million")
    random = Random(seed)  # noqa: S311 - the same people again is the point
    return {person.id: person for person in (_person(random, number) for number in range(1, count + 1))}


def _person(random: Random, number: int) -> Person:
    region = random.choices(_REGIONS, [region.weight for region in _REGIONS])[0]
    woman = random.random() < 0.5
    given, family = random.choice(region.women if woman else region.men), random.choice(region.families)
    postal_code, city = random.choice(region.places)
    street = f"{random.choice(region.streets)} {random.randint(1, 180)}"
    return Person(
        id=f"plausible-{number}",
        about="Made up from a seed.",
        phone_number=f"+{_FIRST_NUMBER + number}",
        email_address=f"{_ascii(given)}.{_ascii(family)}.{number}@mail.example",
        given_name=given,
        family_name=family,
        gender="female" if woman else "male",
        birthdate=f"{random.randint(1940, 2005)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
        locale=region.locale,
        address=Address(street=street, postal_code=postal_code, city=city, country_code="BE"),
        pin=f"{random.randint(0, 9999):04}",
        banks=tuple(sorted(random.sample(list(BANKS), random.randint(0, 2)))),
        bank_pin=f"{random.randint(0, 9999):04}",
        touch_id=random.random() < 0.6,
        account=random.choices(("active", "none"), (9, 1))[0],
        itsme_code=f"{random.randint(0, 99999):05}",
    )


def _ascii(name: str) -> str:
    """A name as an e-mail address has it: small letters without accents."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return "".join(letter for letter in plain.lower() if letter.isalpha())
