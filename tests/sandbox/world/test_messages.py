"""What the world tells people: in four languages, complete, and free of secrets."""

import pickle
import re
import string
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.pofile import read_po

import itsme_facade.sandbox
from itsme_facade.sandbox.languages import translations
from itsme_facade.sandbox.world import Refused
from itsme_facade.sandbox.world.messages import MESSAGES, MessageId, texts

FOLDER = Path(itsme_facade.sandbox.__file__).parent
LOCALES = ["nl", "fr", "de"]
VALUES = {"left": 2, "years": 16, "bank": "KBC", "browsers": "Safari"}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_text_is_translated_and_compiled_and_no_translation_is_left_over(locale: str) -> None:
    with (FOLDER / "translations" / locale / "LC_MESSAGES" / "world.po").open("rb") as file:
        catalogue = {str(message.id): str(message.string) for message in read_po(file) if message.id}
    assert set(catalogue) == texts()
    for text, translated in catalogue.items():
        assert translated not in ("", text)
        assert translations(locale).gettext(text) == translated
        assert places(translated) == places(text)


def test_every_message_id_has_a_text_and_is_used_by_the_world() -> None:
    assert set(MESSAGES) == set(get_args(MessageId))
    source = "".join(file.read_text("utf-8") for file in (FOLDER / "world").glob("*.py") if file.name != "messages.py")
    used = set(re.findall(r'"([a-z]+(?:-[a-z]+)+)"', source))
    assert set(MESSAGES) <= used


@pytest.mark.parametrize("message_id", MESSAGES)
def test_every_message_is_whole_in_every_language(message_id: MessageId) -> None:
    error = Refused(message_id, **{name: VALUES[name] for name in places(MESSAGES[message_id])})
    told = {locale: error.text(translations(locale).gettext) for locale in ("en", *LOCALES)}
    assert told["en"] == str(error)
    assert len(set(told.values())) == 4
    assert not any("{" in text for text in told.values())
    assert all(text.endswith(".") for text in told.values())


def test_a_refusal_survives_pickling() -> None:
    error = pickle.loads(pickle.dumps(Refused("pin-wrong", left=2)))  # noqa: S301 - our own
    assert (str(error), error.message_id, error.values) == (
        str(Refused("pin-wrong", left=2)),
        "pin-wrong",
        {"left": 2},
    )
