"""The login page, as a browser without JavaScript sees it."""

import html
import re
from collections.abc import Callable
from typing import Final

import httpx
import pytest

from itsme_facade.sandbox import Assumptions, Sandbox
from itsme_facade.sandbox.world import ICONS
from tests.sandbox.pages.parsed import Page
from tests.sandbox.pages.visitor import Visitor, look_at
from tests.sandbox.relying_party import RelyingParty, end

NewBrowser = Callable[[], httpx.Client]
NewVisitor = Callable[[], Visitor]

BACK: Final = "https://shop.example/back?state=abc#top"
LUCAS: Final = "+32471234567"

TEXTS: Final = {
    "en": {
        "number": "Your mobile phone number",
        "fault": "Nobody in this sandbox has that number.",
        "icons": "Open the app on your phone",
        "over": "You are being sent back",
        "other": "This page is open in another browser",
    },
    "nl": {
        "number": "Je gsm-nummer",
        "fault": "Niemand in deze sandbox heeft dat nummer.",
        "icons": "Open de app op je gsm",
        "over": "Je wordt teruggestuurd",
        "other": "Deze pagina is open in een andere browser",
    },
    "fr": {
        "number": "Votre numéro de GSM",
        "fault": "Personne dans ce bac à sable n'a ce numéro.",
        "icons": "Ouvrez l\u2019app sur votre téléphone",
        "over": "Vous êtes redirigé",
        "other": "Cette page est ouverte dans un autre navigateur",
    },
    "de": {
        "number": "Ihre Handynummer",
        "fault": "Niemand in dieser Sandbox hat diese Nummer.",
        "icons": "Öffnen Sie die App auf Ihrem Handy",
        "over": "Sie werden zurückgeleitet",
        "other": "Diese Seite ist in einem anderen Browser geöffnet",
    },
}


def icons(page: Page) -> list[tuple[str, bool]]:
    """The icons on a page, and whether each is highlighted."""
    return [
        (next(icon for icon in ICONS if icon in item.text), "highlighted" in item.attributes.get("class", ""))
        for item in page.all("li")
        if "svg" not in item.attributes and any(icon in item.text for icon in ICONS)
    ]


def form_token(page: Page) -> str:
    return page.forms[0].fields["form"]


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


ENDS: Final = ["success", "cancelled", "failure", "expired"]


@pytest.mark.parametrize("status", ENDS)
def test_the_browser_is_sent_to_the_redirect_url_at_every_end(
    sandbox: Sandbox, shop: RelyingParty, visitor: Visitor, status: str
) -> None:
    transaction = shop.create(redirectUrl=BACK)
    url = transaction["authenticationUrl"]
    visitor.go(url).press("Continue", phoneNumber=LUCAS)
    end(sandbox, url, status)
    for _ in range(2):
        assert visitor.go(url).left_for == BACK
        assert visitor.answer.status_code == 303
    assert shop.status(transaction)["status"] == status


@pytest.mark.parametrize("status", ENDS)
def test_the_browser_is_sent_back_when_it_was_over_before_the_page_was_opened(
    sandbox: Sandbox, shop: RelyingParty, visitor: Visitor, status: str
) -> None:
    url = shop.create(redirectUrl=BACK)["authenticationUrl"]
    end(sandbox, url, status)
    assert visitor.go(url).left_for == BACK


def test_the_browser_is_not_sent_back_before_the_end(shop: RelyingParty, visitor: Visitor) -> None:
    url = shop.create()["authenticationUrl"]
    for step in (visitor.go(url), visitor.press("Continue", phoneNumber=LUCAS), visitor.go(url)):
        assert step.left_for is None
        assert "shop.example" not in step.answer.text + str(step.answer.headers)


def test_a_page_that_looks_whether_it_is_out_of_date_is_not_sent_back_yet(
    sandbox: Sandbox, shop: RelyingParty, browser: httpx.Client
) -> None:
    url = shop.create(redirectUrl=BACK)["authenticationUrl"]
    browser.get(url)
    sandbox.fail(url)
    answer = browser.get(url, headers={"x-live": "1"})
    assert look_at(answer).heading == TEXTS["en"]["over"]
    assert "redirectUrl" not in " ".join(event.what for event in sandbox.transaction(url).timeline)


def test_the_page_keeps_neither_redirect_url_nor_token_in_sight(shop: RelyingParty, browser: httpx.Client) -> None:
    transaction = shop.create(redirectUrl=BACK)
    page = browser.get(transaction["authenticationUrl"])
    seen = page.text + str(page.headers)
    assert "shop.example" not in seen
    assert transaction["transactionToken"] not in seen


def test_an_end_right_after_the_number_sends_back_by_a_reload_of_the_page(
    sandbox: Sandbox, shop: RelyingParty, visitor: Visitor
) -> None:
    url = shop.create(redirectUrl=BACK)["authenticationUrl"]
    sandbox.person("lucas").always("approve")
    visitor.go(url).press("Continue", phoneNumber=LUCAS)
    assert visitor.answer.status_code == 200
    assert visitor.answer.headers["refresh"] == f"0; url=/login/{url.rpartition('/')[2]}"
    assert visitor.click("Continue").left_for == BACK


def test_names_and_values_can_be_appended_to_the_redirect_url(http: httpx.Client, new_browser: NewBrowser) -> None:
    appended = (("trxid", "a b"), ("ec", "1"))
    with Sandbox(assumptions=Assumptions(redirect_appends=appended)) as sandbox:
        shop = RelyingParty(sandbox, http)
        for back, expected in {
            BACK: "https://shop.example/back?state=abc&trxid=a+b&ec=1#top",
            "https://shop.example/": "https://shop.example/?trxid=a+b&ec=1",
        }.items():
            url = shop.create(redirectUrl=back)["authenticationUrl"]
            sandbox.fail(url)
            assert new_browser().get(url).headers["location"] == expected


@pytest.mark.parametrize("over", [False, True])
def test_another_browser_is_told_so_and_never_sent_back(
    sandbox: Sandbox, shop: RelyingParty, new_visitor: NewVisitor, new_browser: NewBrowser, over: bool
) -> None:
    first, second = new_visitor(), new_browser()
    url = shop.create()["authenticationUrl"]
    first.go(url)
    token = form_token(first.page)
    if over:
        sandbox.fail(url)
    for answer in (second.get(url), second.post(url, data={"form": token, "phoneNumber": LUCAS}), second.get(url)):
        assert answer.status_code == 403
        assert look_at(answer).heading == TEXTS["en"]["other"]
        assert "location" not in answer.headers
        assert "set-cookie" not in answer.headers
    assert sandbox.transaction(url).asked is None
    assert (first.go(url).left_for is not None) is over


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


def test_two_logins_of_one_browser_do_not_disturb_each_other(
    sandbox: Sandbox, shop: RelyingParty, visitor: Visitor
) -> None:
    urls = [shop.create(redirectUrl=BACK)["authenticationUrl"] for _ in range(2)]
    for url in urls:
        visitor.go(url).press("Continue", phoneNumber=LUCAS)
    sandbox.person("lucas").phone.approve(urls[0])
    assert [visitor.go(url).left_for for url in urls] == [BACK, None]


def test_a_page_that_does_not_exist_says_what_to_do(visitor: Visitor) -> None:
    visitor.go("/login/nothing")
    assert visitor.answer.status_code == 404
    assert "start again" in visitor.page.text


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


def test_a_magic_number_leaves_the_way_back_as_a_link(shop: RelyingParty, visitor: Visitor) -> None:
    url = shop.create(redirectUrl=BACK)["authenticationUrl"]
    visitor.go(url).press("Continue", phoneNumber="+32400000009").go(url)
    assert visitor.left_for is None
    assert visitor.page.links[BACK] == BACK


def test_a_magic_number_sends_the_browser_back_twice(sandbox: Sandbox, shop: RelyingParty, visitor: Visitor) -> None:
    url = shop.create(redirectUrl=BACK)["authenticationUrl"]
    visitor.go(url).press("Continue", phoneNumber="+32400000010").go(url)
    assert visitor.page.with_id("back").attributes["href"] == BACK
    assert "/static/twice.js" in [script.attributes["src"] for script in visitor.page.all("script")]
    assert visitor.page.reload == (0, BACK)
    assert "browser sent to redirectUrl" in [event.what for event in sandbox.transaction(url).timeline]


def test_what_a_person_wrote_is_shown_as_text(shop: RelyingParty, visitor: Visitor) -> None:
    written = "<b>&amp;\"'"
    visitor.go(shop.create()["authenticationUrl"]).press("Continue", phoneNumber=written)
    assert html.escape(written).replace("&quot;", "&#34;").replace("&#x27;", "&#39;") in visitor.answer.text
