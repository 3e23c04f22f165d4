"""What a person is told about a login, in the four languages of itsme: what happened, and one thing to do next.

The words themselves stand in `languages/`, one file a language.
"""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Final

from attrs import frozen

LOCALES: Final = ("en", "nl", "fr", "de")
"""The languages that people are spoken to in, the same that itsme has. Source: API."""


@frozen
class Message:
    """What to show a person: a title, a sentence or two, and the one thing to do next, short enough for a button."""

    title: str
    text: str
    action: str


def message(kind: str, locale: str | None = None) -> Message:
    """What to tell a person.

    Args:
        kind: one of `KINDS`. Any other, such as an application's own reason for declining, is told as `refused`.
        locale: a language, as browsers or itsme write it: "fr", "FR", "fr-BE". English for what is none of `LOCALES`.

    >>> message("cancelled", "nl-BE").action
    'Opnieuw beginnen'
    """
    told = _MESSAGES[language(locale)]
    return told.get(kind, told["refused"])


def language(locale: str | None) -> str:
    """The one of `LOCALES` that a locale means, or "en".

    >>> language("DE_at")
    'de'
    """
    code = (locale or "").replace("_", "-").partition("-")[0].strip().lower()
    return code if code in LOCALES else "en"


def _read(locale: str) -> dict[str, Message]:
    words = resources.files("itsme_facade.flow").joinpath(f"languages/{locale}.toml").read_text("utf-8")
    return {kind: Message(**told) for kind, told in tomllib.loads(words).items()}


_MESSAGES: Final = {locale: _read(locale) for locale in LOCALES}

KINDS: Final = tuple(_MESSAGES["en"])
"""Everything that can be told."""
