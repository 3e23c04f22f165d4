"""The translations: complete, and compiled from what translators edit."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import itsme_facade.sandbox
from itsme_facade.sandbox.languages import translations
from itsme_facade.sandbox.world import ICONS

FOLDER = Path(itsme_facade.sandbox.__file__).parent
LOCALES = ["nl", "fr", "de"]


def texts() -> set[str]:
    """Every text of the templates, and the names of the icons."""
    templates = "".join(file.read_text(encoding="utf-8") for file in (FOLDER / "templates").glob("*.html"))
    return set(re.findall(r'_\("([^"]+)"\)', templates)) | set(ICONS)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_text_is_translated_and_compiled_and_no_translation_is_left_over(locale: str) -> None:
    with (FOLDER / "translations" / locale / "LC_MESSAGES" / "sandbox.po").open("rb") as file:
        catalogue = {str(message.id): message.string for message in read_po(file) if message.id}
    assert set(catalogue) == texts()
    assert all(catalogue.values())
    assert all(translations(locale).gettext(text) == catalogue[text] for text in texts())


def test_english_is_what_the_templates_say() -> None:
    assert all(translations("en").gettext(text) == text for text in texts())
