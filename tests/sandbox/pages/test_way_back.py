"""When the browser is sent back from the login page, how, where to, and that no other browser is."""

from typing import Final

import httpx
import pytest

from itsme_facade.sandbox import Assumptions, Sandbox
from tests.sandbox.pages.login import BACK, LUCAS, TEXTS, NewBrowser, NewVisitor, form_token
from tests.sandbox.pages.visitor import Visitor, look_at
from tests.sandbox.relying_party import RelyingParty, end

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


def test_two_logins_of_one_browser_do_not_disturb_each_other(
    sandbox: Sandbox, shop: RelyingParty, visitor: Visitor
) -> None:
    urls = [shop.create(redirectUrl=BACK)["authenticationUrl"] for _ in range(2)]
    for url in urls:
        visitor.go(url).press("Continue", phoneNumber=LUCAS)
    sandbox.person("lucas").phone.approve(urls[0])
    assert [visitor.go(url).left_for for url in urls] == [BACK, None]


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
