"""The login page from the number to the icons, as a browser without JavaScript sees it."""

import html
import re

import httpx
import pytest

from itsme_facade.sandbox import Sandbox
from tests.sandbox.pages.login import BACK, LUCAS, TEXTS, NewBrowser, form_token, icons
from tests.sandbox.pages.visitor import Visitor, look_at
from tests.sandbox.relying_party import RelyingParty


def test_the_page_asks_for_the_phone_number(shop: RelyingParty, visitor: Visitor) -> None:
    page = visitor.go(shop.create()["authenticationUrl"]).page
    assert page.forms[0].fields["phoneNumber"] == ""
    assert page.with_id("phoneNumber").attributes["type"] == "tel"


def test_a_phone_number_from_the_request_is_prefilled(shop: RelyingParty, visitor: Visitor) -> None:
    page = visitor.go(shop.create(phoneNumber=LUCAS)["authenticationUrl"]).page
    assert page.forms[0].fields["phoneNumber"] == LUCAS


@pytest.mark.parametrize(("service", "heading"), [("login", "Log in"), ("register", "Sign up")])
def test_the_page_says_whether_the_person_logs_in_or_signs_up(
    shop: RelyingParty, visitor: Visitor, service: str, heading: str
) -> None:
    page = visitor.go(shop.create(service=service)["authenticationUrl"]).page
    assert page.heading == heading
    assert page.title.startswith(heading)


@pytest.mark.parametrize("written", ["+32471234567", "0471 23 45 67", "0032 471/23.45.67"])
def test_after_the_number_three_icons_are_shown_and_one_is_highlighted(
    sandbox: Sandbox, shop: RelyingParty, visitor: Visitor, written: str
) -> None:
    url = shop.create()["authenticationUrl"]
    visitor.go(url).press("Continue", phoneNumber=written)
    for page in (visitor.page, visitor.go(url).page):
        shown = icons(page)
        assert len({name for name, _ in shown}) == 3
        assert [highlighted for _, highlighted in shown].count(True) == 1
        assert page.text.count("(this one)") == 1
        assert page.reload == (2, f"/login/{url.rpartition('/')[2]}")
    assert sandbox.transaction(url).asked == "lucas"


def test_the_highlighted_icon_is_the_one_the_app_wants(sandbox: Sandbox, shop: RelyingParty, visitor: Visitor) -> None:
    url = shop.create()["authenticationUrl"]
    visitor.go(url).press("Continue", phoneNumber=LUCAS)
    transaction = sandbox.world.transaction(sandbox.transaction(url).id)
    assert [name for name, highlighted in icons(visitor.page) if highlighted] == [transaction.icon]


def test_a_countdown_tells_how_long_the_number_and_then_the_app_can_wait(
    sandbox: Sandbox, shop: RelyingParty, visitor: Visitor
) -> None:
    def left() -> int:
        timers = [element for element in visitor.page.elements if element.attributes.get("role") == "timer"]
        assert len(timers) == 1
        seconds = int(timers[0].attributes["data-seconds"])
        assert timers[0].text == f"{seconds // 60}:{seconds % 60:02}"
        return seconds

    url = shop.create()["authenticationUrl"]
    visitor.go(url)
    assert 590 <= left() <= 600
    sandbox.clock.advance(60)
    visitor.go(url)
    assert 530 <= left() <= 540
    visitor.press("Continue", phoneNumber=LUCAS)
    assert 170 <= left() <= 180


@pytest.mark.parametrize("written", ["nonsense", "+32499999999", '"><script>alert(1)</script>'])
def test_a_number_that_nobody_has_can_be_corrected(
    sandbox: Sandbox, shop: RelyingParty, visitor: Visitor, written: str
) -> None:
    url = shop.create()["authenticationUrl"]
    page = visitor.go(url).press("Continue", phoneNumber=written).page
    assert visitor.answer.status_code == 422
    assert TEXTS["en"]["fault"] in page.problem
    assert page.with_id("summary").attributes["role"] == "alert"
    assert page.links[page.with_id("phoneNumber-fault").text] == "#phoneNumber"
    field = page.with_id("phoneNumber")
    assert field.attributes["aria-invalid"] == "true"
    assert field.attributes["aria-describedby"].split() == ["phoneNumber-hint", "phoneNumber-fault"]
    assert field.attributes["value"] == written
    assert page.title.startswith("Problem: ")
    assert sandbox.transaction(url).asked is None
    assert visitor.press("Continue", phoneNumber=LUCAS).page.heading == TEXTS["en"]["icons"]


def test_a_number_without_an_account_is_told_how_to_get_one(
    sandbox: Sandbox, shop: RelyingParty, visitor: Visitor
) -> None:
    sandbox.world.accounts.delete("lucas")
    page = visitor.go(shop.create()["authenticationUrl"]).press("Continue", phoneNumber=LUCAS).page
    assert "Make one with your eID or at your bank." in page.problem


@pytest.mark.parametrize(
    "body",
    [
        b"phoneNumber=%FF&" + b"a" * 70_000,
        b"phoneNumber=\xff",
        b"&".join([b"phoneNumber=1"] * 1000),
        b"phoneNumber=%2B32471234567",
        b"",
    ],
    ids=["large", "no UTF-8", "many fields", "without what only the page knows", "empty"],
)
def test_a_form_that_no_page_of_ours_sends_changes_nothing(
    sandbox: Sandbox, shop: RelyingParty, browser: httpx.Client, body: bytes
) -> None:
    url = shop.create()["authenticationUrl"]
    browser.get(url)
    answer = browser.post(url, content=body, headers={"content-type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 200
    assert "phoneNumber" in look_at(answer).forms[0].fields
    assert sandbox.transaction(url).asked is None


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}],
    ids=["another origin", "an origin that is hidden", "another site"],
)
def test_the_page_takes_no_number_from_a_form_of_another_site(
    sandbox: Sandbox, shop: RelyingParty, browser: httpx.Client, headers: dict[str, str]
) -> None:
    url = shop.create()["authenticationUrl"]
    token = form_token(look_at(browser.get(url)))
    browser.post(url, data={"form": token, "phoneNumber": LUCAS}, headers=headers)
    assert sandbox.transaction(url).asked is None


def test_the_form_of_one_login_is_none_of_another(sandbox: Sandbox, shop: RelyingParty, browser: httpx.Client) -> None:
    urls = [shop.create()["authenticationUrl"] for _ in range(2)]
    tokens = [form_token(look_at(browser.get(url))) for url in urls]
    assert tokens[0] != tokens[1]
    browser.post(urls[0], data={"form": tokens[1], "phoneNumber": LUCAS})
    assert sandbox.transaction(urls[0]).asked is None


def test_head_does_not_claim_the_page(shop: RelyingParty, new_browser: NewBrowser) -> None:
    url = shop.create()["authenticationUrl"]
    looked = new_browser().head(url)
    assert (looked.status_code, looked.content) == (200, b"")
    assert "set-cookie" not in looked.headers
    assert new_browser().get(url).status_code == 200


def test_the_cookie_is_for_this_page_alone(shop: RelyingParty, browser: httpx.Client) -> None:
    url = shop.create()["authenticationUrl"]
    cookie = browser.get(url).headers["set-cookie"]
    id_ = url.rpartition("/")[2]
    assert re.fullmatch(rf"itsme-sandbox-{id_}=\w{{43}}; HttpOnly; Path=/login/{id_}; SameSite=lax", cookie)


def test_a_page_that_does_not_exist_says_what_to_do(visitor: Visitor) -> None:
    visitor.go("/login/nothing")
    assert visitor.answer.status_code == 404
    assert "start again" in visitor.page.text


def test_on_the_phone_itself_no_number_is_asked_and_the_page_opens_the_app(
    sandbox: Sandbox, shop: RelyingParty, visitor: Visitor
) -> None:
    url = shop.create(redirectUrl=BACK)["authenticationUrl"]
    visitor.go("/phone/lucas").press("Use it as this phone's browser").go(url)
    assert [field.attributes["type"] for field in visitor.page.all("input")] == ["hidden", "hidden"]
    icon = {lit: name for name, lit in icons(visitor.press("Open the itsme app").page)}[True]
    assert visitor.click("Open the itsme app").page.heading == "Log in at shop.example?"
    visitor.press("Approve with the code", icon=icon, code="12345")
    assert visitor.click("Back to the browser").left_for == BACK
    assert sandbox.transaction(url).status == "success"


def test_a_browser_stops_to_be_a_phones_when_told(shop: RelyingParty, visitor: Visitor) -> None:
    visitor.go("/phone/lucas").press("Use it as this phone's browser").press("Make it an ordinary browser again")
    page = visitor.go(shop.create()["authenticationUrl"]).page
    assert page.forms[0].fields["phoneNumber"] == ""


def test_what_a_person_wrote_is_shown_as_text(shop: RelyingParty, visitor: Visitor) -> None:
    written = "<b>&amp;\"'"
    visitor.go(shop.create()["authenticationUrl"]).press("Continue", phoneNumber=written)
    assert html.escape(written).replace("&quot;", "&#34;").replace("&#x27;", "&#39;") in visitor.answer.text
