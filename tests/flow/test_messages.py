"""What people are told: whole, in four languages, without anything left to fill in."""

import re
import tomllib
from importlib import resources

import pytest

from itsme_facade.flow.messages import KINDS, LOCALES, Message, language, message

OUTCOMES = {
    "signed_in",
    "signed_in_again",
    "still_open",
    "busy",
    "other_browser",
    "forged",
    "unknown",
    "prefetch",
    "lost",
}
REASONS = {"cancelled", "failure", "expired", "account_changed"}
TROUBLE = {"too_many_starts", "cm_down", "store_down", "handler_failed"}


def parts(told: Message) -> tuple[str, str, str]:
    return told.title, told.text, told.action


def test_every_language_tells_the_same_kinds() -> None:
    for locale in LOCALES:
        text = resources.files("itsme_facade.flow").joinpath(f"languages/{locale}.toml").read_text("utf-8")
        assert set(tomllib.loads(text)) == set(KINDS)


def test_there_is_a_message_for_every_way_a_login_can_go() -> None:
    assert set(KINDS) >= OUTCOMES | REASONS | TROUBLE


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("locale", LOCALES)
def test_each_message_is_whole_and_holds_nothing_to_fill_in(kind: str, locale: str) -> None:
    for part in parts(message(kind, locale)):
        assert part == part.strip()
        assert len(part) >= 5
        assert not re.search(r"[{}<>%$]|TODO|XXX|\.\.\.", part)
        assert "  " not in part
    assert not message(kind, locale).title.endswith(".")
    assert message(kind, locale).text.endswith(".")
    assert len(message(kind, locale).action) <= 65


@pytest.mark.parametrize("kind", KINDS)
def test_each_message_differs_between_the_languages(kind: str) -> None:
    for part in zip(*(parts(message(kind, locale)) for locale in LOCALES), strict=True):
        assert len(set(part)) == len(LOCALES)


@pytest.mark.parametrize("locale", LOCALES)
def test_no_two_kinds_are_told_alike(locale: str) -> None:
    titles = [message(kind, locale).title for kind in KINDS]
    assert len(set(titles)) == len(titles)


def test_people_are_addressed_politely() -> None:
    for kind in KINDS:
        assert not re.search(r"\b(je|jij|jouw)\b", " ".join(parts(message(kind, "nl"))), re.IGNORECASE)
        assert not re.search(r"\b(tu|ton|toi)\b", " ".join(parts(message(kind, "fr"))), re.IGNORECASE)
        assert not re.search(r"\b(du|dein|dich)\b", " ".join(parts(message(kind, "de"))), re.IGNORECASE)


def test_an_application_s_own_reason_is_told_without_repeating_it() -> None:
    assert message("too_young", "fr") == message("refused", "fr")


@pytest.mark.parametrize(
    ("given", "meant"),
    [("FR", "fr"), ("nl-BE", "nl"), ("de_AT", "de"), ("es", "en"), ("", "en"), (None, "en"), ("english", "en")],
)
def test_a_language_is_understood_as_browsers_and_itsme_write_it(given: str | None, meant: str) -> None:
    assert language(given) == meant
