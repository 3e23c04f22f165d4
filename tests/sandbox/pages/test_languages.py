"""The login page speaks the language of the request, and another one when told."""

import pytest

from itsme_facade.sandbox import Sandbox
from tests.sandbox.pages.login import LUCAS, TEXTS, NewVisitor, form_token
from tests.sandbox.pages.visitor import Visitor, look_at
from tests.sandbox.relying_party import RelyingParty


@pytest.mark.parametrize("locale", TEXTS)
def test_the_locale_of_the_request_is_the_language_of_every_screen(
    sandbox: Sandbox, shop: RelyingParty, new_visitor: NewVisitor, locale: str
) -> None:
    visitor, texts = new_visitor(), TEXTS[locale]
    url = shop.create(locale=locale)["authenticationUrl"]
    sandbox.person("lucas").always("approve", after=60)
    button = visitor.go(url).page.forms[0].buttons[0].text
    seen = {"number": visitor.page.text}
    seen["fault"] = visitor.press(button, phoneNumber="nonsense").page.text
    token = form_token(visitor.page)
    seen["icons"] = visitor.press(button, phoneNumber=LUCAS).page.text
    seen["other"] = new_visitor().go(url).page.text
    sandbox.clock.advance(61)
    answer = visitor._client.post(url, data={"form": token, "phoneNumber": LUCAS})
    seen["over"] = look_at(answer).text
    assert {name: texts[name] in text for name, text in seen.items()} == dict.fromkeys(texts, True)


def test_the_language_can_be_changed_for_this_login_alone(shop: RelyingParty, visitor: Visitor) -> None:
    urls = [shop.create(locale="nl")["authenticationUrl"] for _ in range(2)]
    assert visitor.go(urls[0]).click("Français").page.heading == "Se connecter"
    assert str(visitor.answer.url) == urls[0]
    assert visitor.press("Continuer", phoneNumber=LUCAS).page.heading == TEXTS["fr"]["icons"]
    assert visitor.go(urls[1]).page.heading == "Aanmelden"
    assert visitor.go("/desk").page.one("html").attributes["lang"] == "en"


def test_without_a_locale_the_screens_are_english(shop: RelyingParty, visitor: Visitor) -> None:
    assert visitor.go(shop.create()["authenticationUrl"]).page.one("html").attributes["lang"] == "en"
