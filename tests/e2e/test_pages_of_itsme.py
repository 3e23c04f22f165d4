"""Nobody is hindered on any page of the town around itsme: the desk, the phone, the banks, the control room.

Each tour walks through the pages of one place as a person would, in one language; the pictures for the documentation,
which `make screenshots` takes on the same tours, are in English.
"""

from playwright.sync_api import expect

from itsme_facade.demo.demo import Demo
from tests.e2e.acts import (
    choose_language,
    enrol_at_desk,
    give_number,
    insert_card,
    press,
    read_code,
    read_token,
    sign,
    start_at_desk,
    use_reader,
    with_itsme,
)
from tests.e2e.conftest import Machines, Phones
from tests.e2e.inspector import Inspector, spoken

LUCAS, CODE, PIN, BANK_PIN = "+32471234567", "12345", "1234", "4321"
NEWCOMER = "+32470000025"


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
