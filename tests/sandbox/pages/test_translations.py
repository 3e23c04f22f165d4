"""The translations of the pages: complete, compiled from what translators edit, with every place filled."""

import re

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from itsme_facade.sandbox.languages import translations
from tests.sandbox.pages.texts import FOLDER, Text, texts

LOCALES = ["nl", "fr", "de"]
# Where a language says it as English does.
SAME = {
    *("Account", "App", "Browser", "Connective", "Messages", "Person", "Problem:", "Problem", "Sandbox", "Scopes"),
    *("Touch ID", "Transactions", "open", "triangle"),
}


def catalogue(locale: str) -> Catalog:
    with (FOLDER / "translations" / locale / "LC_MESSAGES" / "sandbox.po").open("rb") as file:
        return read_po(file, locale)


def places(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)[sd]|\{\w+\}", text))


@pytest.mark.parametrize("locale", LOCALES)
def test_every_text_is_translated_and_no_translation_is_left_over(locale: str) -> None:
    written: dict[Text, str | tuple[str, ...]] = {
        message.id if isinstance(message.id, str) else tuple(message.id): message.string
        for message in catalogue(locale)
        if message.id
    }
    assert set(written) == texts()
    assert all(all(string) if isinstance(string, tuple) else string for string in written.values())


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_compiled_is_what_translators_wrote(locale: str) -> None:
    compiled = translations(locale)
    for message in catalogue(locale):
        if isinstance(message.id, str) and message.id:
            assert compiled.gettext(message.id) == message.string
        elif message.id:
            one, more = message.id
            assert (compiled.ngettext(one, more, 1), compiled.ngettext(one, more, 2)) == tuple(message.string)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_translation_has_the_same_places_as_the_text(locale: str) -> None:
    for message in catalogue(locale):
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        for string in strings:
            if message.id:
                assert places(string) in [places(id_) for id_ in ids], string


@pytest.mark.parametrize("locale", LOCALES)
def test_hardly_a_translation_is_the_english_text(locale: str) -> None:
    same = {message.id for message in catalogue(locale) if message.id and message.id == message.string}
    assert same <= SAME


def test_english_is_what_the_code_says() -> None:
    assert all(translations("en").gettext(text) == text for text in texts() if isinstance(text, str))
