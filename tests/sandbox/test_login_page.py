"""The login page, as a browser without JavaScript sees it."""

import html
import re
from collections.abc import Callable
from typing import Final

import httpx
import pytest

from itsme_facade.sandbox import Assumptions, Sandbox
from itsme_facade.sandbox.world import ICONS
from tests.sandbox.relying_party import RelyingParty, end

NewBrowser = Callable[[], httpx.Client]

BACK: Final = "https://shop.example/back?state=abc#top"

TEXTS: Final = {
    "en": {
        "warning": "This is a local sandbox for developers. It is not itsme, and nobody here is real.",
        "number": "Your mobile phone number",
        "fault": "Nobody in this sandbox has that number.",
        "icons": "Open the app on your phone",
        "over": "You are being sent back",
        "other": "This page is open in another browser",
    },
    "nl": {
        "warning": "Dit is niet itsme, en niemand hier is echt.",
        "number": "Je gsm-nummer",
        "fault": "Niemand in deze sandbox heeft dat nummer.",
        "icons": "Open de app op je gsm",
        "over": "Je wordt teruggestuurd",
        "other": "Deze pagina is open in een andere browser",
    },
    "fr": {
        "warning": "Ce n\u2019est pas itsme, et personne ici n\u2019est réel.",
        "number": "Votre numéro de GSM",
        "fault": "Personne dans ce bac à sable n\u2019a ce numéro.",
        "icons": "Ouvrez l\u2019app sur votre téléphone",
        "over": "Vous êtes redirigé",
        "other": "Cette page est ouverte dans un autre navigateur",
    },
    "de": {
        "warning": "Dies ist nicht itsme, und niemand hier ist echt.",
        "number": "Ihre Handynummer",
        "fault": "Niemand in dieser Sandbox hat diese Nummer.",
        "icons": "Öffnen Sie die App auf Ihrem Handy",
        "over": "Sie werden zurückgeleitet",
        "other": "Diese Seite ist in einem anderen Browser geöffnet",
    },
}


def text(answer: httpx.Response) -> str:
    """What a person reads."""
    return html.unescape(answer.text)


def give(browser: httpx.Client, url: str, number: str) -> httpx.Response:
    return browser.post(url, data={"phoneNumber": number})


def test_the_page_asks_for_the_phone_number(shop: RelyingParty, browser: httpx.Client) -> None:
    page = browser.get(shop.create()["authenticationUrl"])
    assert page.status_code == 200
    assert 'name="phoneNumber"' in page.text
    assert 'value=""' in page.text


def test_a_phone_number_from_the_request_is_prefilled(shop: RelyingParty, browser: httpx.Client) -> None:
    page = browser.get(shop.create(phoneNumber="+32471234567")["authenticationUrl"])
    assert 'name="phoneNumber"' in page.text
    assert 'value="+32471234567"' in page.text


@pytest.mark.parametrize(("service", "heading"), [("login", "Log in"), ("register", "Sign up")])
def test_the_page_says_whether_the_person_logs_in_or_signs_up(
    shop: RelyingParty, browser: httpx.Client, service: str, heading: str
) -> None:
    assert f"<h1>{heading}</h1>" in browser.get(shop.create(service=service)["authenticationUrl"]).text


@pytest.mark.parametrize("written", ["+32471234567", "0471 23 45 67", "0032 471/23.45.67"])
def test_after_the_number_three_icons_are_shown_and_one_is_highlighted(
    sandbox: Sandbox, shop: RelyingParty, browser: httpx.Client, written: str
) -> None:
    url = shop.create()["authenticationUrl"]
    browser.get(url)
    for page in (give(browser, url, written), browser.get(url)):
        items = re.findall(r"<li[ >](.*?)</li>", page.text, re.DOTALL)
        shown = [next(icon for icon in ICONS if icon in item) for item in items]
        assert len(set(shown)) == 3
        assert ["highlighted" in item for item in items].count(True) == 1
        assert "(this one)" in page.text
        assert re.fullmatch(r"\d; url=/login/\w+", page.headers["refresh"])
    assert sandbox.transaction(url).asked == "lucas"


def test_the_highlighted_icon_is_the_one_the_app_wants(
    sandbox: Sandbox, shop: RelyingParty, browser: httpx.Client
) -> None:
    url = shop.create()["authenticationUrl"]
    browser.get(url)
    page = give(browser, url, "+32471234567")
    transaction = sandbox.world.transaction(sandbox.transaction(url).id)
    items = re.findall(r"<li[ >].*?</li>", page.text, re.DOTALL)
    highlighted = next(item for item in items if "highlighted" in item)
    assert transaction.icon is not None
    assert transaction.icon in highlighted


@pytest.mark.parametrize("written", ["", "nonsense", "+32499999999", '"><script>alert(1)</script>'])
def test_a_number_that_nobody_has_can_be_corrected(
    sandbox: Sandbox, shop: RelyingParty, browser: httpx.Client, written: str
) -> None:
    url = shop.create()["authenticationUrl"]
    browser.get(url)
    page = give(browser, url, written)
    assert TEXTS["en"]["fault"] in page.text
    assert 'role="alert"' in page.text
    assert f'value="{html.escape(written).replace("&quot;", "&#34;")}"' in page.text
    assert "<script" not in page.text
    assert sandbox.transaction(url).asked is None
    assert TEXTS["en"]["icons"] in give(browser, url, "+32471234567").text


@pytest.mark.parametrize(
    "body",
    [
        b"phoneNumber=%FF&" + b"a" * 70_000,
        b"phoneNumber=\xff",
        b"&".join([b"phoneNumber=1"] * 1000),
        b"phoneNumber=%00",
        b"",
    ],
    ids=["large", "no UTF-8", "many fields", "zero byte", "empty"],
)
def test_a_form_that_no_page_of_ours_sends_is_a_number_that_nobody_has(
    shop: RelyingParty, browser: httpx.Client, body: bytes
) -> None:
    url = shop.create()["authenticationUrl"]
    browser.get(url)
    page = browser.post(url, content=body, headers={"content-type": "application/x-www-form-urlencoded"})
    assert page.status_code == 200
    assert TEXTS["en"]["fault"] in page.text


ENDS: Final = ["success", "cancelled", "failure", "expired"]


@pytest.mark.parametrize("status", ENDS)
def test_the_browser_is_sent_to_the_redirect_url_at_every_end(
    sandbox: Sandbox, shop: RelyingParty, browser: httpx.Client, status: str
) -> None:
    transaction = shop.create(redirectUrl=BACK)
    url = transaction["authenticationUrl"]
    browser.get(url)
    give(browser, url, "+32471234567")
    end(sandbox, url, status)
    for _ in range(2):
        back = browser.get(url)
        assert (back.status_code, back.headers["location"]) == (303, BACK)
    assert shop.status(transaction)["status"] == status


@pytest.mark.parametrize("status", ENDS)
def test_the_browser_is_sent_back_when_it_was_over_before_the_page_was_opened(
    sandbox: Sandbox, shop: RelyingParty, browser: httpx.Client, status: str
) -> None:
    url = shop.create(redirectUrl=BACK)["authenticationUrl"]
    end(sandbox, url, status)
    assert browser.get(url).headers["location"] == BACK


def test_the_browser_is_not_sent_back_before_the_end(shop: RelyingParty, browser: httpx.Client) -> None:
    url = shop.create()["authenticationUrl"]
    pages = [browser.get(url), give(browser, url, "+32471234567"), browser.get(url)]
    assert [page.status_code for page in pages] == [200, 200, 200]
    assert not any("shop.example" in page.text + str(page.headers) for page in pages)


def test_the_page_keeps_neither_redirect_url_nor_token_in_sight(shop: RelyingParty, browser: httpx.Client) -> None:
    transaction = shop.create(redirectUrl=BACK)
    page = browser.get(transaction["authenticationUrl"])
    seen = page.text + str(page.headers)
    assert "shop.example" not in seen
    assert transaction["transactionToken"] not in seen


def test_an_end_right_after_the_number_sends_back_by_a_refresh_of_the_page(
    sandbox: Sandbox, shop: RelyingParty, browser: httpx.Client
) -> None:
    url = shop.create(redirectUrl=BACK)["authenticationUrl"]
    sandbox.person("lucas").always("approve")
    browser.get(url)
    page = give(browser, url, "+32471234567")
    assert (page.status_code, page.headers["refresh"]) == (200, f"0; url=/login/{url.rpartition('/')[2]}")
    assert browser.get(url).headers["location"] == BACK


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
    sandbox: Sandbox, shop: RelyingParty, new_browser: NewBrowser, over: bool
) -> None:
    first, second = new_browser(), new_browser()
    url = shop.create()["authenticationUrl"]
    first.get(url)
    if over:
        sandbox.fail(url)
    for answer in (second.get(url), give(second, url, "+32471234567"), second.get(url)):
        assert answer.status_code == 403
        assert TEXTS["en"]["other"] in answer.text
        assert "location" not in answer.headers
        assert "set-cookie" not in answer.headers
    assert sandbox.transaction(url).asked is None
    assert first.get(url).status_code == (303 if over else 200)


def test_head_does_not_claim_the_page(shop: RelyingParty, new_browser: NewBrowser) -> None:
    url = shop.create()["authenticationUrl"]
    looked = new_browser().head(url)
    assert (looked.status_code, looked.content) == (200, b"")
    assert "set-cookie" not in looked.headers
    assert new_browser().get(url).status_code == 200


def test_the_page_takes_no_number_from_a_form_of_another_site(
    sandbox: Sandbox, shop: RelyingParty, browser: httpx.Client
) -> None:
    url = shop.create()["authenticationUrl"]
    # A browser sends no SameSite cookie with such a form.
    assert 'name="phoneNumber"' in give(browser, url, "+32471234567").text
    assert sandbox.transaction(url).asked is None


def test_the_cookie_is_for_this_page_alone(shop: RelyingParty, browser: httpx.Client) -> None:
    url = shop.create()["authenticationUrl"]
    cookie = browser.get(url).headers["set-cookie"]
    id_ = url.rpartition("/")[2]
    assert re.fullmatch(rf"itsme-sandbox-{id_}=\w{{43}}; HttpOnly; Path=/login/{id_}; SameSite=lax", cookie)


def test_two_logins_of_one_browser_do_not_disturb_each_other(
    sandbox: Sandbox, shop: RelyingParty, browser: httpx.Client
) -> None:
    urls = [shop.create()["authenticationUrl"] for _ in range(2)]
    for url in urls:
        browser.get(url)
        give(browser, url, "+32471234567")
    sandbox.person("lucas").phone.approve(urls[0])
    assert [browser.get(url).status_code for url in urls] == [303, 200]


def test_a_page_that_does_not_exist_says_what_to_do(sandbox: Sandbox, browser: httpx.Client) -> None:
    page = browser.get(f"{sandbox.url}/login/nothing")
    assert page.status_code == 404
    assert "start again" in page.text


@pytest.mark.parametrize("locale", TEXTS)
def test_the_locale_of_the_request_is_the_language_of_every_screen(
    sandbox: Sandbox, shop: RelyingParty, new_browser: NewBrowser, locale: str
) -> None:
    browser, texts = new_browser(), TEXTS[locale]
    url = shop.create(locale=locale)["authenticationUrl"]
    sandbox.person("lucas").always("approve", after=60)
    seen = {
        "number": browser.get(url),
        "fault": give(browser, url, "nonsense"),
        "icons": give(browser, url, "+32471234567"),
        "other": new_browser().get(url),
    }
    sandbox.clock.advance(61)
    seen["over"] = give(browser, url, "+32471234567")
    for name, page in seen.items():
        assert texts[name] in text(page), name
        assert texts["warning"] in text(page)
        assert f'<html lang="{locale}">' in page.text
        assert page.headers["content-language"] == locale


def test_without_a_locale_the_screens_are_english(shop: RelyingParty, browser: httpx.Client) -> None:
    assert TEXTS["en"]["number"] in browser.get(shop.create()["authenticationUrl"]).text


def test_every_page_is_guarded_by_its_headers(sandbox: Sandbox, shop: RelyingParty, new_browser: NewBrowser) -> None:
    browser = new_browser()
    url = shop.create()["authenticationUrl"]
    pages = [browser.get(url), give(browser, url, "1"), new_browser().get(url), browser.get(url + "x")]
    sandbox.fail(url)
    pages.append(browser.get(url))
    assert [page.status_code for page in pages] == [200, 200, 403, 404, 303]
    for page in pages:
        policy = page.headers["content-security-policy"].split("; ")
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in page.headers["content-security-policy"]
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["x-content-type-options"] == "nosniff"


def test_the_page_needs_nothing_from_elsewhere(sandbox: Sandbox, shop: RelyingParty, browser: httpx.Client) -> None:
    page = browser.get(shop.create()["authenticationUrl"])
    addresses = re.findall(r'(?:href|src|action)="([^"]*)"', page.text)
    assert addresses == ["/static/sandbox.css"]
    assert not re.search(r"<script|<style|style=|\son\w+=", page.text)
    style = browser.get(sandbox.url + addresses[0])
    assert (style.status_code, style.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "url(" not in style.text
    assert "@import" not in style.text
