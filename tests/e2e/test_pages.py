"""Nobody is hindered on any page: axe-core finds nothing in light or dark, and nothing is wider than a phone.

Each tour walks through the pages of one place as a person would, in one language; the pictures for the documentation,
which `make screenshots` takes on the same tours, are in English.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Route, expect

from itsme_facade.demo.demo import Demo
from itsme_facade.flow.messages import message
from tests.e2e.acts import (
    choose_language,
    enrol_at_desk,
    expect_told,
    give_number,
    highlighted_icon,
    insert_card,
    log_in_with_card,
    press,
    read_code,
    read_token,
    sign,
    start_at_desk,
    use_reader,
    with_itsme,
)
from tests.e2e.conftest import Machines, Phones
from tests.e2e.inspector import Inspector, takes_pictures

LUCAS, CODE, PIN, BANK_PIN = "+32471234567", "12345", "1234", "4321"
NEWCOMER = "+32470000025"


@pytest.fixture
def inspector() -> Iterator[Inspector]:
    inspector = Inspector()
    yield inspector
    assert inspector.seen
    assert inspector.barriers == []


def spoken(locale: str) -> str:
    return "en" if takes_pictures() else locale


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


def test_on_the_enrolment_desk(demo: Demo, machines: Machines, inspector: Inspector) -> None:
    desk = machines().open(demo.itsme_url)
    choose_language(desk, demo.itsme_url, spoken("de"))
    inspector.look(desk, "desk-start")
    desk.uncheck("[name=connective]")
    desk.uncheck("[name=reader]")
    desk.fill("#number", "12")
    desk.fill("#email", "thomas@mail.example")
    desk.locator("main form button").last.click()
    inspector.look(desk, "desk-start-wrong")
    desk.fill("#number", NEWCOMER)
    desk.locator("main form button").last.click()
    inspector.look(desk, "desk-details")
    press(desk, "confirm")
    inspector.look(desk, "desk-card-software", picture=False)
    press(desk, "connective")
    press(desk, "reader")
    inspector.look(desk, "desk-card")
    desk.select_option("#card", "under-sixteen")
    press(desk, "insert")
    inspector.look(desk, "desk-card-too-young", picture=False)
    desk.select_option("#card", "newcomer")
    press(desk, "insert")
    inspector.look(desk, "desk-data")
    press(desk, "validate")
    inspector.look(desk, "desk-contract")
    press(desk, "remember")
    inspector.look(desk, "desk-contract-pin", picture=False)
    sign(desk, "0000")
    inspector.look(desk, "desk-contract-wrong", picture=False)
    sign(desk, PIN)
    inspector.look(desk, "desk-token")
    token_page = desk.url
    enrol_at_desk(desk, demo.itsme_url, person="newcomer", number=NEWCOMER, email="thomas@mail.example", pin=PIN)
    desk.goto(token_page)
    inspector.look(desk, "desk-replaced")


def test_on_the_phone(demo: Demo, machines: Machines, phones: Phones, inspector: Inspector) -> None:
    computer = machines()
    desk = computer.open(demo.itsme_url)
    token = enrol_at_desk(
        desk, demo.itsme_url, person="newcomer", number=NEWCOMER, email="thomas@mail.example", pin=PIN
    )
    phone = phones("newcomer", spoken("fr"))
    page = phone.page
    inspector.look(page, "phone-home", phone=True)
    phone.install_app()
    phone.open_app()
    inspector.look(page, "phone-number", phone=True)
    page.fill("#number", NEWCOMER)
    press(page, "number")
    inspector.look(page, "phone-token", phone=True)
    page.fill("#token", "000000")
    press(page, "token")
    inspector.look(page, "phone-token-wrong", phone=True, picture=False)
    page.fill("#token", token)
    press(page, "token")
    inspector.look(page, "phone-sms", phone=True)
    page.fill("#sms", read_code(page.locator("#latest .bubble")))
    press(page, "sms")
    inspector.look(page, "phone-code", phone=True)
    page.fill("#code", CODE)
    press(page, "code")
    inspector.look(page, "phone-code-again", phone=True, picture=False)
    page.fill("#code", CODE)
    press(page, "confirm")
    inspector.look(page, "phone-touch-id", phone=True)
    press(page, "touch-on")
    inspector.look(page, "phone-app", phone=True, picture=False)
    shop = computer.open(demo.shop_url)
    with_itsme(shop, "register", "en")
    give_number(shop, NEWCOMER)
    expect(page.locator("#actions a")).to_be_visible()
    inspector.look(page, "phone-app-asks", phone=True)
    phone.open_request()
    inspector.look(page, "phone-request", phone=True)
    press(page, "remember")
    inspector.look(page, "phone-request-code", phone=True, picture=False)
    press(page, "refuse")
    inspector.look(page, "phone-refused", phone=True, picture=False)
    page.goto(f"{phone.url}/messages")
    inspector.look(page, "phone-messages", phone=True)
    phone.open_app()
    page.locator("#settings summary").click()
    press(page, "block")
    inspector.look(page, "phone-blocked", phone=True)
    demo.sandbox.world.devices.new_phone("lucas")
    demo.sandbox.world.devices.move_sim("lucas", "lucas-2")
    page.goto(f"{demo.itsme_url}/phone/lucas/app")
    inspector.look(page, "phone-elsewhere", phone=True, picture=False)


def test_on_the_pages_of_a_bank(demo: Demo, machines: Machines, phones: Phones, inspector: Inspector) -> None:
    bank = machines().open(demo.itsme_url)
    choose_language(bank, demo.itsme_url, spoken("nl"))
    bank.goto(f"{demo.itsme_url}/bank")
    inspector.look(bank, "banks")
    bank.goto(f"{demo.itsme_url}/bank/kbc/enrol")
    inspector.look(bank, "bank-enrol", picture=False)
    bank.goto(f"{demo.itsme_url}/bank/kbc")
    inspector.look(bank, "bank")
    bank.fill("#number", LUCAS)
    press(bank, "itsme")
    inspector.look(bank, "bank-not-active", picture=False)
    bank.select_option("#card", label="Sofie Willems")
    press(bank, "card")
    inspector.look(bank, "bank-reader", picture=False)
    bank.fill("#pin", BANK_PIN)
    press(bank, "reader")
    inspector.look(bank, "bank-reader-shows")
    bank.fill("#response", "00000000")
    press(bank, "respond")
    inspector.look(bank, "bank-reader-wrong", picture=False)
    use_reader(bank, BANK_PIN)
    inspector.look(bank, "bank-home")
    press(bank, "choose")
    inspector.look(bank, "bank-choose-itsme")
    use_reader(bank, BANK_PIN)
    inspector.look(bank, "bank-active")
    press(bank, "pay")
    inspector.look(bank, "bank-app")
    phone = phones("touch-id", spoken("nl"))
    phone.open_app()
    phone.open_request()
    inspector.look(phone.page, "phone-payment", phone=True, picture=False)
    press(phone.page, "refuse")
    expect(bank.locator("p.bad[role=status]")).to_be_visible()
    inspector.look(bank, "bank-refused", picture=False)
    bank.locator("#enrol summary").click()
    bank.fill("#number", "0470 00 00 24")
    bank.fill("#email", "sofie@mail.example")
    press(bank, "enrol")
    inspector.look(bank, "bank-enrol-sign", picture=False)
    use_reader(bank, BANK_PIN)
    read_token(bank)
    inspector.look(bank, "bank-token")
    press(bank, "out")
    inspector.look(bank, "bank-over")


def test_in_the_control_room(demo: Demo, machines: Machines, inspector: Inspector) -> None:
    room = machines().open(demo.itsme_url)
    choose_language(room, demo.itsme_url, spoken("fr"))
    room.goto(demo.itsme_url)
    inspector.look(room, "room")
    shop = machines().open(demo.shop_url)
    with_itsme(shop, "register", "en")
    give_number(shop, "+32400000001")
    shop.wait_for_url(f"{demo.shop_url}/")
    with_itsme(machines().open(demo.shop_url), "login", "en")
    expect(room.locator("#transactions article")).to_have_count(2)
    inspector.look(room, "room-latest", picture=False)
    for place, picture in {
        "people": True,
        "people/lucas": True,
        "transactions": True,
        "calls": False,
        "faults": False,
        "magic-numbers": True,
    }.items():
        room.goto(f"{demo.itsme_url}/{place}")
        inspector.look(room, f"room-{place.replace('/', '-')}", picture=picture)
    room.goto(f"{demo.itsme_url}/calls")
    room.locator("#calls summary").first.click()
    inspector.look(room, "room-call")
    room.goto(f"{demo.itsme_url}/faults")
    press(room, "add")
    inspector.look(room, "room-faults-set")
    press(room, "clear")
    room.goto(f"{demo.itsme_url}/people/nobody")
    inspector.look(room, "problem")


def test_on_the_page_that_starts_an_enrolment_that_was_finished(
    demo: Demo, machines: Machines, phones: Phones, inspector: Inspector
) -> None:
    desk = machines().open(demo.itsme_url)
    start_at_desk(desk, demo.itsme_url, NEWCOMER, "thomas@mail.example")
    insert_card(desk, "newcomer")
    sign(desk, PIN)
    phone = phones("newcomer")
    phone.install_app()
    phone.enter_token(NEWCOMER, read_token(desk))
    phone.finish_enrolling(touch_id=True)
    expect(desk.locator(".token")).to_have_count(0)
    inspector.look(desk, "desk-done")
