"""The few words on our pages that belong to no message, and the words on the button."""

from __future__ import annotations

from typing import Final

from itsme_facade.flow.messages import language

_BUTTON: Final = {
    # Source: FACTS for English and for the Dutch login; the others are assumed, after how itsme's partners word them.
    "login": {
        "en": "Log in with itsme",
        "nl": "Aanmelden met itsme",
        "fr": "S'identifier avec itsme",
        "de": "Mit itsme anmelden",
    },
    "register": {
        "en": "Sign up with itsme",
        "nl": "Registreren met itsme",
        "fr": "S'inscrire avec itsme",
        "de": "Mit itsme registrieren",
    },
}

_LABELS: Final = {
    "en": {"reference": "Reference", "code": "Code"},
    "nl": {"reference": "Referentie", "code": "Code"},
    "fr": {"reference": "Référence\u00a0", "code": "Code"},  # French has a space before a colon
    "de": {"reference": "Referenz", "code": "Code"},
}


def button_words(service: str, locale: str | None) -> str:
    """What the button says, by service ("login", "register") and language.

    Source:
        FACTS: the English words, and the Dutch ones of a login; the rest is assumed.
    """
    return _BUTTON[service][language(locale)]


def labels(locale: str | None) -> dict[str, str]:
    """The words around a message: what stands before the reference, the name of the code's field."""
    return _LABELS[language(locale)]
