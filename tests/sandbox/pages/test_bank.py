"""The banks: log in with card and reader, make itsme active, enrol, and then log in and confirm with itsme (ENROL)."""

import pytest

from itsme_facade.sandbox import Sandbox
from itsme_facade.sandbox.world import BankSession
from tests.sandbox.pages.stories import NEWCOMER, enrol_on_phone, newcomer_number, token_on, use_reader
from tests.sandbox.pages.visitor import Visitor


def pin(sandbox: Sandbox, person: str = NEWCOMER) -> str:
    return sandbox.world.banks.cards(person)[0].pin


def at_the_reader(sandbox: Sandbox, visitor: Visitor, bank: str = "kbc") -> Visitor:
    card = next(card for card in sandbox.world.banks.cards(NEWCOMER) if card.bank == bank)
    return visitor.go(f"/bank/{bank}").press("Log in with the card", card=card.number)


def logged_in(sandbox: Sandbox, visitor: Visitor, bank: str = "kbc") -> Visitor:
    use_reader(at_the_reader(sandbox, visitor, bank), "Log in", pin(sandbox))
    return visitor


def active(sandbox: Sandbox, visitor: Visitor) -> Visitor:
    """Lets somebody with an itsme account choose itsme at the bank."""
    sandbox.world.accounts.enrol_now(NEWCOMER)
    logged_in(sandbox, visitor).press("Choose itsme")
    use_reader(visitor, "Sign", pin(sandbox))
    return visitor


def visit(sandbox: Sandbox, visitor: Visitor) -> BankSession:
    return sandbox.world.banks.session(str(visitor.answer.url).rpartition("/")[2])


def approve(sandbox: Sandbox, visitor: Visitor) -> None:
    session = visit(sandbox, visitor)
    assert session.action_id is not None
    assert session.icon is not None
    sandbox.world.apps.approve(NEWCOMER, session.action_id, session.icon, code="12345")


def test_all_four_banks_are_there_and_say_that_they_are_not_real(visitor: Visitor) -> None:
    assert "only their names are real" in visitor.go("/bank").page.text
    for bank in ("Belfius", "BNP Paribas Fortis", "ING", "KBC"):
        visitor.go("/bank").click(f"Log in at {bank}")
        assert f"A bank of this sandbox by the name of {bank}; not the real one." in visitor.page.text
        assert bank in visitor.page.title


def test_itsme_is_activated_by_card_reader_choice_and_signature(sandbox: Sandbox, visitor: Visitor) -> None:
    sandbox.world.accounts.enrol_now(NEWCOMER)
    logged_in(sandbox, visitor)
    assert visitor.page.heading == "Welcome, Thomas Lambrecht"
    assert visitor.press("Choose itsme").page.heading == "Sign that you choose itsme"
    use_reader(visitor, "Sign", pin(sandbox))
    assert "itsme is active here" in visitor.page.text
    assert sandbox.world.accounts.of(NEWCOMER).banks == {"kbc"}


def test_one_account_is_active_at_several_banks(sandbox: Sandbox, visitor: Visitor) -> None:
    active(sandbox, visitor)
    logged_in(sandbox, visitor, "belfius").press("Choose itsme")
    use_reader(visitor, "Sign", pin(sandbox))
    assert sandbox.world.accounts.of(NEWCOMER).banks == {"kbc", "belfius"}


def test_without_an_itsme_account_the_bank_says_how_to_get_one(sandbox: Sandbox, visitor: Visitor) -> None:
    assert "There is no itsme account here." in logged_in(sandbox, visitor).press("Choose itsme").page.problem


def test_an_account_is_made_through_a_bank(sandbox: Sandbox, visitor: Visitor) -> None:
    card = sandbox.world.banks.cards(NEWCOMER)[0]
    visitor.go(f"/bank/{card.bank}/enrol").press("Log in with the card", card=card.number)
    use_reader(visitor, "Log in", card.pin)
    assert "open" in visitor.page.with_id("enrol").attributes
    visitor.press("Continue", number=newcomer_number(sandbox), email="me@mail.example")
    assert visitor.page.heading == "Sign your registration for itsme"
    use_reader(visitor, "Sign", card.pin)
    token = token_on(visitor)
    visitor.go(f"/phone/{NEWCOMER}").press("Install the app")
    enrol_on_phone(sandbox, visitor, token)
    assert sandbox.world.accounts.of(NEWCOMER).state == "active"


@pytest.mark.parametrize(
    ("fields", "field"), [({"number": "12", "email": "me@mail.example"}, "number"), ({"email": "me"}, "email")]
)
def test_wrong_details_are_told_at_their_field_with_the_form_open(
    sandbox: Sandbox, visitor: Visitor, fields: dict[str, str], field: str
) -> None:
    logged_in(sandbox, visitor).press("Continue", **({"number": newcomer_number(sandbox)} | fields))
    assert visitor.page.with_id(field).attributes["aria-invalid"] == "true"
    assert "open" in visitor.page.with_id("enrol").attributes


def test_after_that_itsme_logs_in_at_the_bank(sandbox: Sandbox, visitor: Visitor) -> None:
    active(sandbox, visitor).press("Log out")
    visitor.go("/bank/kbc").press("Log in with itsme", number=newcomer_number(sandbox))
    assert visitor.page.heading == "Open the app on your phone"
    assert visitor.page.reload is not None
    approve(sandbox, visitor)
    visitor.go(visitor.page.reload[1])
    assert "You are logged in with itsme." in visitor.page.text


def test_itsme_confirms_a_payment_at_the_bank(sandbox: Sandbox, visitor: Visitor) -> None:
    active(sandbox, visitor).press("Confirm with itsme", payment="7 euro to the florist")
    waiting = sandbox.world.apps.pending(NEWCOMER)
    assert [action.detail for action in waiting] == ["7 euro to the florist"]
    approve(sandbox, visitor)
    assert "Confirmed with itsme." in visitor.go(str(visitor.answer.url)).page.text


@pytest.mark.parametrize("refused", [True, False])
def test_a_refusal_and_a_silence_in_the_app_are_told(sandbox: Sandbox, visitor: Visitor, refused: bool) -> None:
    active(sandbox, visitor).press("Log out")
    visitor.go("/bank/kbc").press("Log in with itsme", number=newcomer_number(sandbox))
    action = visit(sandbox, visitor).action_id
    assert action is not None
    if refused:
        sandbox.world.apps.refuse(NEWCOMER, action)
    else:
        sandbox.clock.advance(minutes=3)
    visitor.go(str(visitor.answer.url))
    assert visitor.page.heading == "You are not logged in"
    assert ("Refused in the app" if refused else "Nobody answered in the app in time") in visitor.page.text


def test_itsme_does_not_log_in_where_it_is_not_active(sandbox: Sandbox, visitor: Visitor) -> None:
    visitor.go("/bank/ing").press("Log in with itsme", number=newcomer_number(sandbox))
    assert "itsme is not active at ING" in visitor.page.problem
    assert visitor.page.with_id("number").attributes["aria-invalid"] == "true"


def test_a_wrong_pin_is_told_and_the_third_blocks_the_card_until_the_bank_gives_another(
    sandbox: Sandbox, visitor: Visitor
) -> None:
    at_the_reader(sandbox, visitor)
    for says in ("Tries left: 2", "Tries left: 1", "your bank card is blocked"):
        visitor.press("Enter the PIN code and the challenge", pin="0000")
        assert says in visitor.page.problem
        assert visitor.page.with_id("pin").attributes["aria-invalid"] == "true"
    visitor.press("Ask the bank for a new card")
    use_reader(visitor, "Log in", pin(sandbox))
    assert visitor.page.heading == "Welcome, Thomas Lambrecht"


def test_the_owner_of_the_card_can_remember_its_pin(sandbox: Sandbox, visitor: Visitor) -> None:
    at_the_reader(sandbox, visitor)
    assert pin(sandbox) not in visitor.page.text.split()
    assert f"The PIN code is {pin(sandbox)}." in visitor.press("Remember the PIN code").page.text


def test_a_wrong_response_is_told_at_its_field(sandbox: Sandbox, visitor: Visitor) -> None:
    at_the_reader(sandbox, visitor).press("Log in", response="00000000")
    assert "This response does not fit the challenge" in visitor.page.problem
    assert visitor.page.with_id("response").attributes["aria-invalid"] == "true"


@pytest.mark.parametrize("path", ["/bank/none", "/bank/none/enrol", "/bank/kbc/visit/nothing"])
def test_a_bank_or_a_visit_that_does_not_exist_says_so(visitor: Visitor, path: str) -> None:
    assert visitor.go(path).answer.status_code == 404
    assert visitor.page.heading == "This is not here any more"


def test_a_visit_belongs_to_its_bank(sandbox: Sandbox, visitor: Visitor) -> None:
    id_ = visit(sandbox, logged_in(sandbox, visitor)).id
    assert visitor.go(f"/bank/ing/visit/{id_}").answer.status_code == 404
