"""The phones: home screen, text messages, and the itsme app from the first step to the last setting."""

import pytest

from itsme_facade.sandbox import Sandbox
from tests.sandbox.pages.stories import CODE, NEWCOMER, enrol_on_phone, register_with_eid, sms_code_on
from tests.sandbox.pages.visitor import Visitor
from tests.sandbox.relying_party import RelyingParty

LUCAS = "+32471234567"


def asked(sandbox: Sandbox, shop: RelyingParty, visitor: Visitor, phone: str = "lucas", **fields: object) -> str:
    """Lets the shop ask, and opens what waits in the app; gives the icon that is highlighted elsewhere."""
    url = shop.create(**fields)["authenticationUrl"]
    sandbox.world.give_number(sandbox.transaction(url).id, sandbox.world.devices.phone(phone).number)
    visitor.go(f"/phone/{phone}/app").click("Log in at shop.example?")
    icon = sandbox.world.transaction(sandbox.transaction(url).id).icon
    assert icon is not None
    return icon


def other(sandbox: Sandbox, icon: str) -> str:
    """An icon of the newest transaction that is not highlighted."""
    return next(name for name in sandbox.world.transactions()[-1].icons if name != icon)


def app_is_installed(visitor: Visitor) -> Visitor:
    return visitor.go(f"/phone/{NEWCOMER}").press("Install the app")


def test_every_page_of_a_phone_says_whose_it_is(visitor: Visitor) -> None:
    for path in ("", "/app", "/messages"):
        visitor.go(f"/phone/lucas{path}")
        assert "Phone of Lucas Maes" in visitor.page.title
        assert "Phone of Lucas Maes · +32471234567" in visitor.page.text


@pytest.mark.parametrize("number", ["+32471234567", "0471234567"])
def test_a_phone_is_found_by_its_number_too(visitor: Visitor, number: str) -> None:
    visitor.go(f"/phone/{number}")
    assert str(visitor.answer.url).endswith("/phone/lucas")


def test_a_phone_that_does_not_exist_says_so(visitor: Visitor) -> None:
    for path in ("/phone/nobody", "/phone/nobody/app", "/phone/+32499999999", "/phone/nobody/messages"):
        assert visitor.go(path).answer.status_code == 404
        assert visitor.page.heading == "This is not here any more"


def test_the_app_has_to_be_installed_first(sandbox: Sandbox, visitor: Visitor) -> None:
    visitor.go(f"/phone/{NEWCOMER}/app")
    assert visitor.page.heading == "Home"
    assert "App Store" in visitor.page.text
    visitor.press("Install the app")
    assert sandbox.world.devices.phone(NEWCOMER).app
    assert visitor.click("itsme app").page.heading == "Enter your mobile phone number"


def test_the_steps_in_the_app_make_an_account_that_works_on_this_phone(
    sandbox: Sandbox, shop: RelyingParty, visitor: Visitor
) -> None:
    token = register_with_eid(sandbox, visitor)
    app_is_installed(visitor)
    enrol_on_phone(sandbox, visitor, token)
    assert visitor.page.heading == "Use Touch ID?"
    assert visitor.press("Activate Touch ID").page.heading == "itsme app"
    icon = asked(sandbox, shop, visitor, NEWCOMER)
    visitor.press("Approve with your fingerprint", icon=icon)
    assert sandbox.transactions[-1].status == "success"


def test_touch_id_can_be_left_for_later_and_switched_on_and_off(sandbox: Sandbox, visitor: Visitor) -> None:
    token = register_with_eid(sandbox, visitor)
    enrol_on_phone(sandbox, app_is_installed(visitor), token)
    account = sandbox.world.accounts.of(NEWCOMER)
    for button, on in (("Not now", False), ("Activate Touch ID", True), ("Switch Touch ID off", False)):
        visitor.press(button)
        assert account.touch_id is on


def test_the_verification_code_stands_in_the_messages(sandbox: Sandbox, visitor: Visitor) -> None:
    token = register_with_eid(sandbox, visitor)
    app_is_installed(visitor).go(f"/phone/{NEWCOMER}/messages")
    assert "No messages." in visitor.page.text
    visitor.go(f"/phone/{NEWCOMER}/app").press("Continue").press("Continue", token=token)
    code = sms_code_on(visitor)
    assert f"Your itsme verification code is {code}." in visitor.click("Messages").page.text
    assert "1 text message" in visitor.click("Home").page.text


def test_another_verification_code_can_be_sent_and_the_one_before_is_void(sandbox: Sandbox, visitor: Visitor) -> None:
    token = register_with_eid(sandbox, visitor)
    app_is_installed(visitor).click("itsme app").press("Continue").press("Continue", token=token)
    first = sms_code_on(visitor)
    second = sms_code_on(visitor.press("Send another code"))
    assert first != second
    assert "not the verification code" in visitor.press("Continue", sms=first).page.problem
    assert visitor.press("Continue", sms=second).page.heading == "Choose your itsme code"


@pytest.mark.parametrize(
    ("token", "says"), [("ZZZZZZ", "Nobody was given this identification token"), ("", "Nobody was given")]
)
def test_a_wrong_token_is_told_at_its_field(visitor: Visitor, token: str, says: str) -> None:
    app_is_installed(visitor).click("itsme app").press("Continue").press("Continue", token=token)
    assert says in visitor.page.problem
    assert visitor.page.with_id("token").attributes["aria-invalid"] == "true"


def test_a_number_that_was_not_registered_is_told_and_can_be_entered_again(sandbox: Sandbox, visitor: Visitor) -> None:
    token = register_with_eid(sandbox, visitor)
    app_is_installed(visitor).click("itsme app")
    visitor.press("Continue", number=LUCAS).press("Continue", token=token)
    assert "not the mobile phone number that you registered with" in visitor.page.problem
    assert visitor.page.heading == "Enter your mobile phone number"


def test_a_code_that_is_confirmed_differently_is_chosen_again(sandbox: Sandbox, visitor: Visitor) -> None:
    token = register_with_eid(sandbox, visitor)
    app_is_installed(visitor).click("itsme app").press("Continue").press("Continue", token=token)
    visitor.press("Continue", sms=sms_code_on(visitor)).press("Continue", code=CODE).press("Confirm", code="11111")
    assert "The two codes are not the same" in visitor.page.problem
    assert visitor.page.heading == "Choose your itsme code"
    assert CODE not in visitor.answer.text


def test_the_app_says_who_asks_for_which_data(sandbox: Sandbox, shop: RelyingParty, visitor: Visitor) -> None:
    asked(sandbox, shop, visitor, scopes=["email", "address"])
    assert "shop.example asks for: your e-mail address your address" in visitor.page.text


def test_the_app_says_when_no_data_are_asked_for(sandbox: Sandbox, shop: RelyingParty, visitor: Visitor) -> None:
    asked(sandbox, shop, visitor, scopes=[])
    assert "shop.example asks for none of your data." in visitor.page.text


def test_the_app_never_says_which_icon_is_highlighted(sandbox: Sandbox, shop: RelyingParty, visitor: Visitor) -> None:
    asked(sandbox, shop, visitor)
    assert "highlighted" not in str([element.attributes for element in visitor.page.elements])
    assert not [radio for radio in visitor.page.all("input") if "checked" in radio.attributes]


def test_the_highlighted_icon_and_the_code_approve(sandbox: Sandbox, shop: RelyingParty, visitor: Visitor) -> None:
    icon = asked(sandbox, shop, visitor)
    assert "Approved." in visitor.press("Approve with the code", icon=icon, code="12345").page.text
    assert sandbox.transactions[-1].status == "success"
    assert "Nothing." in visitor.page.text


def test_another_icon_approves_nothing(sandbox: Sandbox, shop: RelyingParty, visitor: Visitor) -> None:
    icon = asked(sandbox, shop, visitor)
    visitor.press("Approve with the code", icon=other(sandbox, icon), code="12345")
    assert "That was not the highlighted icon" in visitor.page.text
    assert sandbox.transactions[-1].status == "cancelled"


def test_without_an_icon_nothing_is_decided(sandbox: Sandbox, shop: RelyingParty, visitor: Visitor) -> None:
    asked(sandbox, shop, visitor)
    visitor.press("Approve with the code", code="12345")
    assert "Tap an icon first" in visitor.page.problem
    assert sandbox.transactions[-1].status == "open"


def test_refusing_needs_neither_icon_nor_code(sandbox: Sandbox, shop: RelyingParty, visitor: Visitor) -> None:
    asked(sandbox, shop, visitor)
    assert "Refused." in visitor.press("Refuse").page.text
    assert sandbox.transactions[-1].status == "cancelled"


def test_three_wrong_codes_block_the_account_and_the_page_says_what_to_do(
    sandbox: Sandbox, shop: RelyingParty, visitor: Visitor
) -> None:
    icon = asked(sandbox, shop, visitor)
    for says in ("Tries left: 2", "Tries left: 1"):
        assert says in visitor.press("Approve with the code", icon=icon, code="00000").page.problem
    visitor.press("Approve with the code", icon=icon, code="00000")
    assert "your itsme account is blocked" in visitor.page.problem
    assert visitor.page.heading == "Your account is blocked"
    assert visitor.page.links["Register with your eID"] == "/desk"
    assert sandbox.transactions[-1].status == "failure"


def test_the_owner_can_remember_the_code(sandbox: Sandbox, shop: RelyingParty, visitor: Visitor) -> None:
    asked(sandbox, shop, visitor)
    assert "12345" not in visitor.page.text.replace(LUCAS, "")
    assert "The itsme code is 12345." in visitor.press("Remember it").page.text


def test_a_request_that_is_over_is_told(sandbox: Sandbox, shop: RelyingParty, visitor: Visitor) -> None:
    icon = asked(sandbox, shop, visitor)
    sandbox.clock.advance(minutes=3)
    visitor.press("Approve with the code", icon=icon, code="12345")
    assert "This request is over." in visitor.page.text


def test_the_owner_can_block_the_account_and_enrol_again(sandbox: Sandbox, visitor: Visitor) -> None:
    visitor.go("/phone/lucas/app").press("Block my account")
    assert visitor.page.heading == "Your account is blocked"
    token = register_with_eid(sandbox, visitor, "lucas")
    visitor.go("/phone/lucas/app").press("I have a token")
    enrol_on_phone(sandbox, visitor, token, "lucas")
    assert visitor.page.heading == "itsme app"
    assert sandbox.world.accounts.of("lucas").state == "active"


def test_an_account_that_was_deleted_can_be_made_again(visitor: Visitor) -> None:
    visitor.go("/phone/lucas/app").press("Delete my account")
    assert visitor.page.heading == "Enter your mobile phone number"
    assert "There is no itsme account here." in visitor.page.text


def test_an_account_works_on_one_phone_and_the_other_says_so(sandbox: Sandbox, visitor: Visitor) -> None:
    second = sandbox.world.devices.new_phone("lucas")
    sandbox.world.devices.move_sim("lucas", second.id)
    assert "does not work on this phone" in visitor.go("/phone/lucas/app").page.text
    token = register_with_eid(sandbox, visitor, "lucas")
    visitor.go(f"/phone/{second.id}").press("Install the app")
    enrol_on_phone(sandbox, visitor, token, second.id)
    assert visitor.page.heading == "itsme app"
    assert "does not work on this phone" in visitor.go("/phone/lucas/app").page.text


def test_a_phone_says_how_many_requests_wait(sandbox: Sandbox, shop: RelyingParty, visitor: Visitor) -> None:
    for waiting in ("1 request waits in the itsme app.", "2 requests wait in the itsme app."):
        sandbox.person("lucas").phone.ignore(shop.create()["authenticationUrl"])
        assert waiting in visitor.go("/phone/lucas").page.text
