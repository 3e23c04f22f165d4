"""The enrolment desk: its steps one page each, and what it says when a step cannot be taken (ENROL)."""

import pytest

from itsme_facade.sandbox import Sandbox
from tests.sandbox.pages.stories import NEWCOMER, newcomer_number, register_with_eid, token_on
from tests.sandbox.pages.visitor import Visitor


def steps(visitor: Visitor) -> list[tuple[str, bool]]:
    """The progress list: each step, and whether it is the present one."""
    return [
        (item.text, item.attributes.get("aria-current") == "step")
        for item in visitor.page.all("li")
        if any(word in item.text for word in ("number and e-mail", "its data", "contract", "token"))
    ][:4]


def at_the_card(sandbox: Sandbox, visitor: Visitor, **fields: str) -> Visitor:
    given = {"number": newcomer_number(sandbox), "email": "me@mail.example"} | fields
    return visitor.go("/desk").press("Continue", **given).press("Confirm")


def at_the_contract(sandbox: Sandbox, visitor: Visitor, person: str = NEWCOMER) -> Visitor:
    return at_the_card(sandbox, visitor).press("Insert the card", card=person).press("These data are right")


def test_the_desk_asks_with_which_card_the_account_is_made(visitor: Visitor) -> None:
    visitor.go("/desk")
    assert "With your eID and card reader" in [heading.text for heading in visitor.page.all("h2")]
    assert [visitor.page.links[bank] for bank in ("Belfius", "BNP Paribas Fortis", "ING", "KBC")] == [
        "/bank/belfius/enrol",
        "/bank/bnp-paribas-fortis/enrol",
        "/bank/ing/enrol",
        "/bank/kbc/enrol",
    ]


def test_the_four_steps_lead_to_an_identification_token_of_six_characters(sandbox: Sandbox, visitor: Visitor) -> None:
    number = newcomer_number(sandbox)
    visitor.go("/desk").press("Continue", number=number, email="me@mail.example")
    assert visitor.page.heading == "Confirm your details"
    assert number in visitor.page.text
    assert "me@mail.example" in visitor.page.text
    assert visitor.press("Confirm").page.heading == "Insert your eID card in the card reader"
    assert [now for _, now in steps(visitor)] == [False, True, False, False]
    assert visitor.press("Insert the card", card=NEWCOMER).page.heading == "Validate your identity data"
    assert "1993-06-18" in visitor.page.text
    assert visitor.press("These data are right").page.heading == "Sign the contract"
    assert [now for _, now in steps(visitor)] == [False, False, True, False]
    visitor.press("Sign", pin=sandbox.world.desk.card(NEWCOMER).pin)
    assert visitor.page.heading == "Your identification token"
    assert [now for _, now in steps(visitor)] == [False, False, False, True]
    assert token_on(visitor) == sandbox.world.desk.enrolments()[-1].token


def test_the_last_page_says_what_to_do_on_the_phone(sandbox: Sandbox, visitor: Visitor) -> None:
    register_with_eid(sandbox, visitor)
    for step in ("mobile phone number", "6 characters", "5 figures that comes by text message", "itsme code"):
        assert step in visitor.page.text
    assert visitor.page.links["Open the phone of Thomas Lambrecht"] == f"/phone/{NEWCOMER}/app"


def test_a_number_that_no_phone_has_is_pointed_out_beside_the_token(sandbox: Sandbox, visitor: Visitor) -> None:
    at_the_card(sandbox, visitor, number="0499 99 99 99").press("Insert the card", card=NEWCOMER)
    visitor.press("These data are right").press("Sign", pin=sandbox.world.desk.card(NEWCOMER).pin)
    assert "the text message will reach nobody" in visitor.page.text


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"number": "12"}, "number", "This is not a mobile phone number."),
        ({"email": "me"}, "email", "This is not an e-mail address."),
        ({"browser": "windows/Opera"}, "browser", "This browser is not supported."),
        ({"browser": "nonsense"}, "browser", "This browser is not supported."),
    ],
)
def test_what_is_wrong_in_the_first_form_is_told_at_its_field_and_what_was_written_stays(
    visitor: Visitor, fields: dict[str, str], field: str, says: str
) -> None:
    given = {"number": "0470 00 00 25", "email": "me@mail.example"} | fields
    visitor.go("/desk").press("Continue", **given)
    assert visitor.answer.status_code == 422
    assert says in visitor.page.problem
    assert visitor.page.with_id(field).attributes["aria-invalid"] == "true"
    assert says in visitor.page.with_id(f"{field}-fault").text
    assert visitor.page.forms[0].fields["number"] == given["number"]
    assert visitor.page.forms[0].fields["email"] == given["email"]


def test_missing_software_is_installed_before_the_card_is_read(sandbox: Sandbox, visitor: Visitor) -> None:
    visitor.go("/desk")
    form = visitor.page.forms[0]
    del form.fields["connective"], form.fields["reader"]
    visitor.press("Continue", number=newcomer_number(sandbox), email="me@mail.example").press("Confirm")
    assert "Connective software or plug-in is missing" in visitor.press("Insert the card").page.problem
    visitor.press("Install Connective")
    assert "software of your card reader is not installed" in visitor.press("Insert the card").page.problem
    visitor.press("Install the eID software").press("Insert the card", card=NEWCOMER)
    assert visitor.page.heading == "Validate your identity data"


@pytest.mark.parametrize(
    ("person", "says"),
    [("foreign-document", "no Belgian eID card"), ("under-sixteen", "at least 16 years old"), ("nobody", "not here")],
)
def test_a_card_that_cannot_make_an_account_is_refused_with_the_reason(
    sandbox: Sandbox, visitor: Visitor, person: str, says: str
) -> None:
    at_the_card(sandbox, visitor).press("Insert the card", card=person)
    assert says in visitor.page.text


def test_another_card_can_be_taken_before_signing(sandbox: Sandbox, visitor: Visitor) -> None:
    at_the_card(sandbox, visitor).press("Insert the card", card="lucas").press("Insert the card", card=NEWCOMER)
    assert "Lambrecht" in visitor.page.text


def test_a_wrong_pin_tells_how_many_tries_are_left_and_the_third_blocks_the_card(
    sandbox: Sandbox, visitor: Visitor
) -> None:
    at_the_contract(sandbox, visitor)
    for says in ("Tries left: 2", "Tries left: 1", "your eID is blocked", "Request a new PIN code from your commune"):
        visitor.press("Sign", pin="0000")
        assert says in visitor.page.problem
        assert visitor.page.with_id("pin").attributes["aria-invalid"] == "true"
        assert visitor.page.forms[0].fields["pin"] == ""


def test_whoever_knows_the_pin_by_heart_can_remember_it(sandbox: Sandbox, visitor: Visitor) -> None:
    at_the_contract(sandbox, visitor)
    pin = sandbox.world.desk.card(NEWCOMER).pin
    assert pin not in visitor.page.text
    assert f"The PIN code is {pin}." in visitor.press("Remember it").page.text


def test_a_forgotten_pin_is_in_the_letter_that_came_by_post(sandbox: Sandbox, visitor: Visitor) -> None:
    at_the_contract(sandbox, visitor, "forgot-pin")
    assert "sent to you by post" in visitor.press("Remember it").page.problem
    pin = sandbox.world.desk.card("forgot-pin").pin
    assert f"The PIN code is {pin}." in visitor.press("Look for the letter").page.text


def test_without_the_letter_the_commune_gives_a_new_pin(sandbox: Sandbox, visitor: Visitor) -> None:
    at_the_contract(sandbox, visitor, "lost-letter")
    assert "Request a new code from your commune" in visitor.press("Look for the letter").page.problem
    visitor.press("Request a new code")
    visitor.press("Sign", pin=sandbox.world.desk.card("lost-letter").pin)
    assert visitor.page.heading == "Your identification token"


def test_registering_again_makes_the_earlier_token_void(sandbox: Sandbox, visitor: Visitor) -> None:
    register_with_eid(sandbox, visitor)
    first = str(visitor.answer.url)
    register_with_eid(sandbox, visitor)
    assert visitor.go(first).page.heading == "You registered again"


def test_an_enrolment_that_does_not_exist_says_to_begin_again(visitor: Visitor) -> None:
    assert "Begin again" in visitor.go("/desk/nothing").page.text
    assert visitor.answer.status_code == 404


def test_a_step_out_of_order_is_refused_and_shows_the_step_that_is_next(sandbox: Sandbox, visitor: Visitor) -> None:
    visitor.go("/desk").press("Continue", number=newcomer_number(sandbox), email="me@mail.example")
    visitor.page.forms[0].buttons[0].value = "validate"
    visitor.press("Confirm")
    assert "This is not the next step" in visitor.page.problem
    assert visitor.page.heading == "Confirm your details"
