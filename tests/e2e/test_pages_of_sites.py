"""Nobody is hindered on any page of a site that uses itsme, nor on the login page it sends people to.

Each tour walks through the pages of one place as a person would, in one language; the pictures for the documentation,
which `make screenshots` takes on the same tours, are in English.
"""

from urllib.parse import urlsplit

from playwright.sync_api import Route, expect

from itsme_facade.demo.demo import Demo
from itsme_facade.flow.messages import message
from tests.e2e.acts import (
    expect_told,
    give_number,
    highlighted_icon,
    log_in_with_card,
    press,
    use_reader,
    with_itsme,
)
from tests.e2e.conftest import Machines, Phones
from tests.e2e.inspector import Inspector, spoken

LUCAS, CODE, BANK_PIN = "+32471234567", "12345", "4321"


def test_on_the_pages_of_the_shop(demo: Demo, machines: Machines, phones: Phones, inspector: Inspector) -> None:
    phone = phones("lucas")
    phone.open_app()
    shop = machines().open(demo.shop_url)
    inspector.look(shop, "shop")
    with_itsme(shop, "register", spoken("de"))
    back = demo.sandbox.world.transaction(shop.url.rpartition("/")[2]).request.redirect_url
    early = shop.context.new_page()
    early.route("**/itsme/**", _without_going_on)
    early.goto(back)
    expect_told(early, "still_open", spoken("de"))
    inspector.look(early, "shop-not-finished")
    stranger = machines(locale=spoken("de")).open(back)
    expect_told(stranger, "other_browser", spoken("de"))
    inspector.look(stranger, "shop-other-browser")
    give_number(shop, LUCAS)
    phone.refuse()
    expect_told(shop, "cancelled", spoken("de"))
    inspector.look(shop, "shop-refused")
    shop.goto(demo.shop_url)
    with_itsme(shop, "login", spoken("fr"))
    give_number(shop, "+32470000023")
    shop.wait_for_url("**/itsme/wait?login=*")
    inspector.look(shop, "shop-not-a-customer")
    shop.goto(f"{demo.shop_url}/itsme/back?state=unknown")
    inspector.look(shop, "shop-unknown-login")
    shop.goto(f"{demo.shop_url}/nothing")
    inspector.look(shop, "shop-nothing-here", picture=False)
    shop.goto(demo.shop_url)
    demo.sandbox.faults.next(call="create", drop="before-answer")
    shop.select_option("#locale", spoken("nl"))
    shop.locator("button[name=service][value=register]").click()
    expect(shop.locator("h1")).to_have_text(message("cm_down", spoken("nl")).title)
    inspector.look(shop, "shop-without-itsme")
    shop.goto(demo.shop_url)
    with_itsme(shop, "register", "en")
    give_number(shop, LUCAS)
    phone.open_app()
    phone.approve(highlighted_icon(shop), CODE)
    shop.wait_for_url(f"{demo.shop_url}/")
    inspector.look(shop, "shop-signed-up")


def test_on_the_pages_of_the_demo_bank(demo: Demo, machines: Machines, phones: Phones, inspector: Inspector) -> None:
    phone = phones("touch-id", spoken("nl"))
    phone.open_app()
    bank = machines().open(demo.bank_url)
    inspector.look(bank, "demo-bank")
    with_itsme(bank, "login", spoken("nl"))
    early = bank.context.new_page()
    early.route("**/itsme/**", _without_going_on)
    early.goto(demo.sandbox.world.transaction(bank.url.rpartition("/")[2]).request.redirect_url)
    expect_told(early, "still_open", spoken("nl"))
    inspector.look(early, "demo-bank-not-finished", picture=False)
    for name, address in {"demo-bank-not-activated": "**/itsme/wait?login=*", "demo-bank-logged-in": "**/"}.items():
        bank.goto(demo.bank_url)
        with_itsme(bank, "login", spoken("nl"))
        give_number(bank, "+32470000024")
        phone.open_app()
        phone.approve(highlighted_icon(bank), CODE)
        bank.wait_for_url(address)
        inspector.look(bank, name)
        log_in_with_card(phone.page, f"{demo.itsme_url}/bank/kbc", "Sofie Willems", BANK_PIN)
        if phone.page.locator("button[value=choose]").count():
            press(phone.page, "choose")
            use_reader(phone.page, BANK_PIN)


def test_on_the_login_page(demo: Demo, machines: Machines, phones: Phones, inspector: Inspector) -> None:
    shop = machines().open(demo.shop_url)
    with_itsme(shop, "register", spoken("de"))
    inspector.look(shop, "login-number")
    stranger = machines().open(shop.url)
    inspector.look(stranger, "login-other-browser")
    stranger.goto(f"{demo.itsme_url}/login/unknown")
    inspector.look(stranger, "login-unknown")
    give_number(shop, "0123")
    inspector.look(shop, "login-number-wrong", picture=False)
    give_number(shop, LUCAS)
    inspector.look(shop, "login-icons")
    shop.goto(demo.shop_url)
    with_itsme(shop, "register", spoken("de"))
    give_number(shop, "+32400000009")
    expect(shop.get_by_role("link", name="itsme/register/back")).to_be_visible()
    inspector.look(shop, "login-link")
    _look_at_pages_that_go_on_at_once(demo, machines, inspector)
    phone = phones("lucas", spoken("de"))
    press(phone.page, "own")
    phone.page.goto(demo.shop_url)
    with_itsme(phone.page, "register", spoken("de"))
    inspector.look(phone.page, "login-own-phone", phone=True)
    phone.page.locator("main form button").click()
    expect(phone.page.locator(".icons")).to_be_visible()
    inspector.look(phone.page, "login-own-phone-icons", phone=True, picture=False)


def _without_going_on(route: Route) -> None:
    """Lets a page stand that would go on by itself."""
    # Not every resolver finds names under .localhost, and this one is not the browser's.
    url = urlsplit(route.request.url)
    here = url._replace(netloc=f"127.0.0.1:{url.port}").geturl()
    answer = route.fetch(url=here, headers={**route.request.all_headers(), "host": url.netloc}, max_redirects=0)
    held = {name: value for name, value in answer.headers.items() if name != "refresh"}
    route.fulfill(response=answer, headers=held)


def _look_at_pages_that_go_on_at_once(demo: Demo, machines: Machines, inspector: Inspector) -> None:
    shop = machines().open(demo.shop_url)
    with_itsme(shop, "register", spoken("de"))
    shop.route("**/login/*", _without_going_on)
    give_number(shop, "+32400000002")  # somebody who refuses at once
    expect(shop.locator("body")).to_have_attribute("data-step", "login/over")
    inspector.look(shop, "login-over", picture=False)

    shop = machines().open(demo.shop_url)
    with_itsme(shop, "register", spoken("de"))
    # The site has nothing to show, so the browser stays on the page that sends it there.
    shop.context.route("**/itsme/register/back*", lambda route: route.fulfill(status=204))
    give_number(shop, "+32400000010")  # somebody whose browser is sent back twice
    expect(shop.locator("body")).to_have_attribute("data-step", "login/twice")
    inspector.look(shop, "login-twice", picture=False)
