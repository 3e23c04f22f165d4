"""A whole story without a mouse: every step is reached with Tab, and one always sees where one is."""

from playwright.sync_api import Locator, Page, expect

from itsme_facade.demo.demo import Demo
from itsme_facade.flow.messages import message
from tests.e2e.acts import CODE, highlighted_icon, read_code, read_token
from tests.e2e.conftest import Machines, Phones

NUMBER, REFUSES = "+32470000025", "+32400000002"
MOST_TABS = 80
SHOWS_FOCUS = (
    "e => { const s = getComputedStyle(e); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 }"
)


def tab_to(page: Page, target: Locator) -> None:
    """Presses Tab until the target has the focus, which must show."""
    expect(target).to_be_visible()
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if target.evaluate("e => e === document.activeElement"):
            break
    else:
        raise AssertionError(f"Tab does not lead to {target}")
    assert target.evaluate(SHOWS_FOCUS)


def enter(page: Page, target: Locator) -> None:
    tab_to(page, target)
    page.keyboard.press("Enter")


def write(page: Page, field: str, text: str) -> None:
    """Types into a field as it is found, and sends the form with Enter."""
    target = page.locator(field)
    if not target.evaluate("e => e === document.activeElement"):
        tab_to(page, target)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def choose(page: Page, field: str, value: str) -> None:
    """Goes down a list with the arrow key until a value is chosen."""
    target = page.locator(field)
    tab_to(page, target)
    page.keyboard.press("Home")
    for _ in range(MOST_TABS):
        if target.input_value() == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{value} is not in the list")


def button(page: Page, do: str) -> Locator:
    return page.locator(f"button[name=do][value={do}]").first


def test_enrolling_and_signing_up_with_keys_alone(demo: Demo, machines: Machines, phones: Phones) -> None:
    computer = machines()
    desk = computer.open(f"{demo.itsme_url}/desk")
    write(desk, "#number", NUMBER)
    write(desk, "#email", "thomas@mail.example")
    desk.keyboard.press("Enter")
    enter(desk, button(desk, "confirm"))
    choose(desk, "#card", "newcomer")
    enter(desk, button(desk, "insert"))
    enter(desk, button(desk, "validate"))
    write(desk, "#pin", "1234")
    desk.keyboard.press("Enter")
    expect(desk.locator(".token")).to_be_visible()
    token = read_token(desk)

    phone = phones("newcomer").page
    enter(phone, button(phone, "install"))
    enter(phone, phone.locator(".dock a").nth(1))
    write(phone, "#number", NUMBER)
    phone.keyboard.press("Enter")
    write(phone, "#token", token)
    phone.keyboard.press("Enter")
    expect(phone.locator("#sms")).to_be_visible()
    write(phone, "#sms", read_code(phone.locator("#latest .bubble")))
    phone.keyboard.press("Enter")
    for step in ("code", "confirm"):
        expect(button(phone, step)).to_be_visible()
        write(phone, "#code", CODE)
        phone.keyboard.press("Enter")
    enter(phone, button(phone, "touch-off"))
    expect(phone.locator("#actions")).to_be_visible()

    shop = computer.open(demo.shop_url)
    enter(shop, shop.get_by_role("button", name="Sign up with itsme"))
    expect(shop.locator("#phoneNumber")).to_be_visible()
    write(shop, "#phoneNumber", NUMBER)
    shop.keyboard.press("Enter")
    icon = highlighted_icon(shop)
    enter(phone, phone.locator("#actions a"))
    tap(phone, icon)
    write(phone, "#code", CODE)
    phone.keyboard.press("Enter")
    shop.wait_for_url(f"{demo.shop_url}/")
    expect(shop.locator("h1")).to_have_text("Hello, Thomas Lambrecht")
    enter(shop, shop.get_by_role("button", name="Log out"))
    expect(shop.get_by_role("button", name="Log in with itsme")).to_be_visible()


def tap(page: Page, icon: str) -> None:
    """Chooses one of the icons with the arrow keys."""
    label = page.locator(".icons label", has_text=icon)
    tab_to(page, page.locator(".icons input").first)
    page.keyboard.press("Space")
    for _ in range(3):
        if label.locator("input").is_checked():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{icon} cannot be chosen")


def test_starting_again_after_a_refusal_with_keys_alone(demo: Demo, machines: Machines) -> None:
    for site, name in ((demo.shop_url, "Sign up with itsme"), (demo.bank_url, "Log in with itsme")):
        page = machines().open(site)
        enter(page, page.get_by_role("button", name=name))
        expect(page.locator("#phoneNumber")).to_be_visible()
        write(page, "#phoneNumber", REFUSES)
        page.keyboard.press("Enter")
        page.wait_for_url("**/wait?login=*")
        enter(page, page.get_by_role("link", name=message("cancelled", "en").action))
        page.wait_for_url(f"{site}/")


def test_trying_again_when_itsme_cannot_be_reached_with_keys_alone(demo: Demo, machines: Machines) -> None:
    for site in (demo.shop_url, demo.bank_url):
        page = machines().open(site)
        demo.sandbox.faults.next(call="create", drop="before-answer")
        enter(page, page.get_by_role("button", name="Log in with itsme"))
        enter(page, page.get_by_role("button", name=message("cm_down", "en").action))
        page.wait_for_url("**/login/*")


def test_a_fault_in_a_form_is_where_the_focus_goes(demo: Demo, machines: Machines) -> None:
    desk = machines().open(f"{demo.itsme_url}/desk")
    write(desk, "#number", "12")
    write(desk, "#email", "thomas@mail.example")
    desk.keyboard.press("Enter")
    summary = desk.get_by_role("alert")
    expect(summary).to_be_focused()
    enter(desk, summary.get_by_role("link"))
    expect(desk.locator("#number")).to_be_focused()


def test_the_first_tab_leads_past_the_menu_to_the_content(demo: Demo, machines: Machines) -> None:
    room = machines().open(demo.itsme_url)
    room.keyboard.press("Tab")
    room.keyboard.press("Enter")
    expect(room.locator("main")).to_be_focused()
