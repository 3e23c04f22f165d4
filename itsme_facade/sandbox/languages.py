"""The texts of the screens in the languages that itsme speaks."""

from __future__ import annotations

import functools
import gettext
from importlib import resources


@functools.cache
def translations(locale: str) -> gettext.NullTranslations:
    """The texts in `locale` (en, nl, fr, de); English is what the templates are written in.

    They are gettext catalogues: `sandbox` for what the pages say, `world` for what the world tells people. After a
    change to a `.po` file its `.mo` file is made anew with
    `pybabel compile -D "sandbox world" -d itsme_facade/sandbox/translations`.
    """
    if locale == "en":
        return gettext.NullTranslations()
    pages, world = (_catalogue(locale, domain) for domain in ("sandbox", "world"))
    pages.add_fallback(world)
    return pages


def _catalogue(locale: str, domain: str) -> gettext.GNUTranslations:
    path = resources.files("itsme_facade.sandbox").joinpath("translations", locale, "LC_MESSAGES", f"{domain}.mo")
    with path.open("rb") as file:
        return gettext.GNUTranslations(file)
