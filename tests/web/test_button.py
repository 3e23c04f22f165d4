"""The button: its words, its form, its colours, and who can use it."""

import re
from html.parser import HTMLParser

import pytest

from itsme_facade import InvalidArguments
from itsme_facade.web.button import COLOUR, STYLE, TEXT_COLOUR, button_html

CSS = STYLE.decode()


def luminance(colour: str) -> float:
    """As WCAG 2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def rule(selector: str) -> str:
    found = re.search(rf"^{re.escape(selector)} {{(.*?)}}", CSS, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


class Tree(HTMLParser):
    """The elements of a piece of HTML, in order, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def button(**options: object) -> Tree:
    return Tree(button_html(action="/itsme/start", csrf_field="", **options))  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


def test_its_text_can_be_read_on_its_colour() -> None:
    assert f"background: {COLOUR}" in rule(".itsme-button")
    assert f"color: {TEXT_COLOUR}" in rule(".itsme-button")
    assert contrast(TEXT_COLOUR, COLOUR) == pytest.approx(6.14, abs=0.01)
    assert contrast("#FFFFFF", COLOUR) < 4.5
    hovered = re.search(r"background: (#\w{6})", rule(".itsme-button:hover"))
    assert hovered is not None
    assert contrast(TEXT_COLOUR, hovered[1].upper()) >= 4.5


def test_the_words_on_our_pages_can_be_read_by_day_and_by_night() -> None:
    day, night = CSS.split("@media (prefers-color-scheme: dark)")
    for style in (day, night):
        ground = re.search(r"\.itsme-page {[^}]*background: (#\w{6})", style)
        assert ground is not None
        for selector in (r"\.itsme-page", r"\.itsme-page a", r"\.itsme-reference"):
            colour = re.search(rf"{selector} {{[^}}]*?(?<!-)color: (#\w{{6}})", style)
            assert colour is not None
            assert contrast(colour[1], ground[1]) >= 4.5


def test_the_other_buttons_can_be_read_by_day_and_by_night() -> None:
    found = re.findall(r"\.itsme-page a\.itsme-plain {[^}]*background: (#\w{6}); color: (#\w{6})", CSS)
    assert len(found) == 2
    assert all(contrast(ground, colour) >= 4.5 for ground, colour in found)


def test_it_is_large_enough_for_a_finger_and_its_focus_can_be_seen() -> None:
    assert "min-height: 44px" in rule(".itsme-button")
    assert "min-width: 44px" in rule(".itsme-button")
    assert "outline: 3px solid" in rule(".itsme-button:focus-visible")
    assert "outline: none" not in CSS


def test_nothing_else_on_a_page_changes_its_look() -> None:
    for selectors in re.findall(r"^ *([^{}@\n]+) {", CSS, re.MULTILINE):
        assert all(selector.strip().startswith(".itsme-") for selector in selectors.split(","))


@pytest.mark.parametrize(
    ("service", "locale", "words"),
    [
        ("login", "en", "Log in with itsme"),
        ("login", "nl", "Aanmelden met itsme"),
        ("login", "fr", "S'identifier avec itsme"),
        ("login", "de", "Mit itsme anmelden"),
        ("register", "en", "Sign up with itsme"),
        ("register", "nl", "Registreren met itsme"),
        ("register", "fr", "S'inscrire avec itsme"),
        ("register", "de", "Mit itsme registrieren"),
        ("login", "es", "Log in with itsme"),
        ("login", "NL-be", "Aanmelden met itsme"),
    ],
)
def test_it_speaks_the_person_s_language(service: str, locale: str, words: str) -> None:
    assert button(service=service, locale=locale).text == words


def test_it_is_a_form_that_posts_and_a_real_button() -> None:
    elements = button(service="register", locale="fr", next="/cart?a=1&b=2").elements
    (form, *fields, pressed, _words) = elements
    assert form == ("form", {"class": "itsme-form", "method": "post", "action": "/itsme/start"})
    assert [(field[1]["name"], field[1]["value"]) for field in fields] == [
        ("service", "register"),
        ("locale", "fr"),
        ("next", "/cart?a=1&b=2"),
    ]
    assert pressed == ("button", {"class": "itsme-button", "type": "submit", "lang": "fr"})


def test_a_picture_beside_the_words_is_not_read_out() -> None:
    shown = button(artwork="/static/itsme.svg")
    assert ("img", {"src": "/static/itsme.svg", "alt": ""}) in shown.elements
    assert shown.text == "Log in with itsme"


def test_a_picture_that_holds_the_words_says_them_to_who_does_not_see_it() -> None:
    shown = button(artwork="/static/itsme.svg", artwork_has_words=True, locale="nl")
    assert ("img", {"src": "/static/itsme.svg", "alt": "Aanmelden met itsme"}) in shown.elements
    assert shown.text == ""


def test_whatever_it_is_given_stays_text() -> None:
    nasty = '"><script>alert(1)</script>'
    shown = button_html(action=nasty, csrf_field="", next=nasty, words=nasty, artwork=nasty)
    assert "<script" not in shown
    assert Tree(shown).text == nasty


def test_a_service_that_does_not_exist_has_no_button() -> None:
    with pytest.raises(InvalidArguments, match="service"):
        button(service="sign")


def test_templates_of_jinja_take_it_as_it_is() -> None:
    from jinja2 import Environment

    shown = (
        Environment(autoescape=True).from_string("{{ button }}").render(button=button_html(action="/", csrf_field=""))
    )
    assert shown.startswith("<form ")
