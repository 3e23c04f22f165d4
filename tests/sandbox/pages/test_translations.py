"""The translations of the pages: complete, compiled from what translators edit, with every place filled."""

import re
from typing import cast

import pytest
from babel.messages.pofile import read_po

from itsme_facade.sandbox.languages import translations
from tests.sandbox.pages.texts import FOLDER, texts

LOCALES = ["nl", "fr", "de"]
# Where a language says it as English does.
SAME = {
    *("Account", "App", "Browser", "Connective", "Messages", "Person", "Problem:", "Problem", "Sandbox", "Scopes"),
    *("Touch ID", "Transactions", "open", "triangle"),
}


def parts(text: object) -> tuple[str, ...]:
    """A text, and its plural if it has one."""
    return (text,) if isinstance(text, str) else tuple(cast("list[str]", text))


def catalogue(locale: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """What translators wrote, by the text and its plural."""
    with (FOLDER / "translations" / locale / "LC_MESSAGES" / "sandbox.po").open("rb") as file:
        return {parts(message.id): parts(message.string) for message in read_po(file, locale) if message.id}


def places(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)[sd]|\{\w+\}", text))


@pytest.mark.parametrize("locale", LOCALES)
def test_every_text_is_translated_and_no_translation_is_left_over(locale: str) -> None:
    written = catalogue(locale)
    assert set(written) == {parts(text) for text in texts()}
    assert all(all(strings) for strings in written.values())


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_compiled_is_what_translators_wrote(locale: str) -> None:
    compiled = translations(locale)
    for (one, *more), written in catalogue(locale).items():
        if more:
            assert (compiled.ngettext(one, more[0], 1), compiled.ngettext(one, more[0], 2)) == written
        else:
            assert (compiled.gettext(one),) == written


@pytest.mark.parametrize("locale", LOCALES)
def test_a_translation_has_the_same_places_as_the_text(locale: str) -> None:
    for (one, *_), written in catalogue(locale).items():
        assert [places(string) for string in written] == [places(one)] * len(written)


@pytest.mark.parametrize("locale", LOCALES)
def test_hardly_a_translation_is_the_english_text(locale: str) -> None:
    same = {ids[0] for ids, written in catalogue(locale).items() if ids == written}
    assert same <= SAME


def test_english_is_what_the_code_says() -> None:
    assert all(translations("en").gettext(text) == text for text in texts() if isinstance(text, str))
