"""What people do on the pages, done over HTTP one call each: enrolling, banks, phones, cards."""

import re

import pytest

from itsme_facade.sandbox import MAGIC, Sandbox
from tests.sandbox.control.caller import Control
from tests.sandbox.relying_party import Json, RelyingParty


def begin(control: Control, number: str = "0471 23 45 67", **fields: object) -> str:
    details = {"phoneNumber": number, "emailAddress": "somebody@mail.example", **fields}
    return str(control.do("/enrolments", **details)["id"])


def token_at_the_desk(control: Control, person: str, number: str) -> str:
    """Enrols somebody with their eID up to the identification token."""
    enrolment = begin(control, number)
    pin = control.get(f"/people/{person}/memory")["pin"]
    steps: list[tuple[str, Json]] = [("confirm", {}), ("card", {"person": person}), ("validate", {})]
    for step, body in steps:
        control.do(f"/enrolments/{enrolment}/{step}", **body)
    return str(control.do(f"/enrolments/{enrolment}/sign", pin=pin)["token"])


def activate(control: Control, phone: str, number: str, token: str, code: str = "54321") -> Json:
    """Takes the steps in the app."""
    app = f"/phones/{phone}/app"
    control.do(app)
    control.do(f"{app}/restart")
    control.do(f"{app}/number", phoneNumber=number)
    control.do(f"{app}/token", token=token)
    message = control.get(f"/phones/{phone}/messages")["messages"][-1]["text"]
    control.do(f"{app}/verification-code", code=re.findall(r"[0-9]{5}", message)[-1])
    control.do(f"{app}/code", code=code)
    return control.do(f"{app}/confirm", code=code)


def respond(control: Control, visit: Json, card: str, pin: str) -> Json:
    shown = control.do(f"/cards/{card}/reader", pin=pin, challenge=visit["challenge"])
    return control.do(f"/visits/{visit['id']}/respond", response=shown["response"])


def waiting(control: Control, phone: str) -> Json:
    [action] = control.get(f"/phones/{phone}/actions")["actions"]
    return dict(action)


def test_somebody_enrols_with_their_eid_and_logs_in_to_a_shop(control: Control, shop: RelyingParty) -> None:
    number = control.get("/people/newcomer")["phoneNumber"]
    assert control.get("/people/newcomer")["account"] == "none"
    token = token_at_the_desk(control, "newcomer", number)
    assert re.fullmatch(r"[0-9A-Z]{6}", token)
    assert activate(control, "newcomer", number, token)["screen"] in ("home", "touch-id")
    account = control.get("/people/newcomer/account")
    assert (account["state"], account["phone"]) == ("active", "newcomer")

    transaction = shop.create(scopes=["email"])
    path = f"/transactions/{transaction['authenticationUrl'].rpartition('/')[2]}"
    icon = control.do(f"{path}/number", phoneNumber=number)["icon"]
    action = waiting(control, "newcomer")
    assert action["question"] == "Log in at shop.example?"
    assert action["data"] == ["your e-mail address"]
    assert icon in action["icons"]
    control.do(f"/phones/newcomer/actions/{action['id']}/approve", icon=icon, code="54321")
    assert shop.status(transaction)["emailAddress"] == "somebody@mail.example"


def test_somebody_enrols_through_a_bank_and_then_logs_in_and_pays_there_with_itsme(control: Control) -> None:
    control.do("/people/lucas/account/delete")
    person, memory = control.get("/people/lucas"), control.get("/people/lucas/memory")
    [card, *_] = control.get("/people/lucas/cards")["bankCards"]
    bank = card["bank"]
    visit = control.do(f"/banks/{bank}/card-log-in", cardNumber=card["number"])
    visit = respond(control, visit, card["number"], memory["bankPin"])
    assert (visit["step"], visit["loggedInWith"]) == ("home", "card")
    visit = control.do(
        f"/visits/{visit['id']}/enrol", phoneNumber=person["phoneNumber"], emailAddress="many@mail.example"
    )
    visit = respond(control, visit, card["number"], memory["bankPin"])
    token = control.get(f"/enrolments/{visit['enrolment']}")["token"]
    activate(control, "lucas", person["phoneNumber"], token)

    visit = control.do(f"/visits/{visit['id']}/itsme")
    respond(control, visit, card["number"], memory["bankPin"])
    assert bank in control.get("/people/lucas/account")["banks"]
    assert control.do(f"/visits/{visit['id']}/log-out")["step"] == "over"

    visit = control.do(f"/banks/{bank}/itsme-log-in", phoneNumber=person["phoneNumber"])
    for step in ("log-in", "payment"):
        if step == "payment":
            visit = control.do(f"/visits/{visit['id']}/payment", detail="12.50 euro to the baker")
        action = waiting(control, "lucas")
        control.do(f"/phones/lucas/actions/{action['id']}/approve", icon=visit["icon"], code="54321")
        visit = control.get(f"/visits/{visit['id']}")
        assert (visit["step"], visit["outcome"], visit["loggedInWith"]) == ("home", "approved", "itsme")


def test_shortcuts_enrol_somebody_activate_a_bank_and_let_them_always_answer(
    control: Control, shop: RelyingParty
) -> None:
    account = control.do("/people/newcomer/enrol", code="11111")
    assert account["state"] == "active"
    assert control.get("/people/newcomer/memory")["itsmeCode"] == "11111"
    bank = control.get("/people/lucas")["banks"][0]
    assert control.do(f"/people/lucas/banks/{bank}")["banks"] == [bank]
    assert control.refused(f"/people/lucas/banks/{bank}") == "bank_linked"
    number = control.get("/people/newcomer")["phoneNumber"]
    for behaviour, status in (("approve", "success"), ("refuse", "cancelled"), ("ignore", "open")):
        control.do("/phones/newcomer/always", behaviour=behaviour)
        assert shop.status(shop.create(phoneNumber=number))["status"] == status


def test_a_bank_that_somebody_has_no_card_of_cannot_be_activated(control: Control) -> None:
    without = next(person for person in control.get("/people")["people"] if not person["banks"])
    assert control.refused(f"/people/{without['id']}/banks/kbc") == "card_unknown"


def test_what_somebody_does_wrong_at_the_desk_is_refused_with_what_to_do(control: Control) -> None:
    assert control.refused("/enrolments", phoneNumber="nonsense", emailAddress="a@mail.example") == "number_invalid"
    enrolment = begin(control, connective=False)
    control.do(f"/enrolments/{enrolment}/confirm")
    assert control.refused(f"/enrolments/{enrolment}/card", person="lucas") == "connective_missing"
    control.do(f"/enrolments/{enrolment}/install", software="connective")
    control.do(f"/enrolments/{enrolment}/card", person="lucas")
    assert control.refused(f"/enrolments/{enrolment}/sign", pin="0000") == "out_of_step"
    control.do(f"/enrolments/{enrolment}/validate")
    wrong = control.post(f"/enrolments/{enrolment}/sign", pin="0000")
    assert wrong.json()["message"] == "This is not the PIN code of your eID. Tries left: 2."
    assert control.get("/people/lucas/cards")["eid"]["triesLeft"] == 2
    new = control.do("/people/lucas/new-pin")["pin"]
    assert control.do(f"/enrolments/{enrolment}/sign", pin=new)["step"] == "token"
    assert [one["id"] for one in control.get("/enrolments")["enrolments"]] == [enrolment]


def test_a_forgotten_pin_is_in_the_letter(control: Control) -> None:
    assert control.get("/people/forgot-pin/memory")["pin"] is None
    pin = control.do("/people/forgot-pin/pin-letter")["pin"]
    assert control.get("/people/forgot-pin/memory")["pin"] == pin


def test_a_blocked_bank_card_is_replaced(control: Control) -> None:
    card = control.get("/people/lucas/cards")["bankCards"][0]["number"]
    reader = f"/cards/{card}/reader"
    codes = [control.refused(reader, pin="0000", challenge="1234") for _ in range(4)]
    assert codes == ["card_pin_wrong", "card_pin_wrong", "card_blocks", "card_blocked"]
    assert control.do(f"/cards/{card}/replace")["blocked"] is False
    assert control.post("/cards/0000/reader", pin="0000", challenge="1").status_code == 404


def test_phones_sim_cards_and_the_app_come_and_go(control: Control) -> None:
    phone = control.do("/people/lucas/phones", touchId=True)
    assert (phone["id"], phone["phoneNumber"], phone["app"], phone["screen"]) == ("lucas-2", None, False, None)
    assert control.do("/phones/lucas/move-sim", to="lucas-2")["phoneNumber"] == "+32471234567"
    assert control.do("/phones/lucas/new-sim", phoneNumber="+32470999999")["phoneNumber"] == "+32470999999"
    assert control.refused("/people/lucas/phones", phoneNumber="+32470999999") == "impossible"
    assert control.do("/phones/lucas-2/app")["screen"] == "number"
    assert control.do("/phones/lucas-2/app/remove")["screen"] is None
    assert control.get("/people/lucas")["phones"] == ["lucas", "lucas-2"]
    assert "lucas-2" in [one["id"] for one in control.get("/phones")["phones"]]


def test_the_app_can_have_a_message_resent_use_touch_id_and_refuse(control: Control, shop: RelyingParty) -> None:
    number = control.get("/people/lucas")["phoneNumber"]
    token = token_at_the_desk(control, "lucas", number)
    app = "/phones/lucas/app"
    control.do(f"{app}/restart")
    control.do(f"{app}/number", phoneNumber=number)
    control.do(f"{app}/token", token=token)
    control.do(f"{app}/resend")
    assert len(control.get("/phones/lucas/messages")["messages"]) == 2
    control.do("/people/lucas/enrol")
    touch = control.get("/phones/lucas")["touchId"]
    answer = control.post(f"{app}/touch-id", on=True)
    assert answer.status_code == (200 if touch else 409)
    transaction = shop.create(phoneNumber=number)
    path = f"/transactions/{transaction['authenticationUrl'].rpartition('/')[2]}"
    control.do(f"{path}/number", phoneNumber=number)
    control.do(f"/phones/lucas/actions/{waiting(control, 'lucas')['id']}/refuse")
    assert shop.status(transaction) == {"status": "cancelled"}
    assert control.get("/phones/lucas/actions")["actions"] == []


def test_a_transaction_can_be_left_unanswered(control: Control, shop: RelyingParty) -> None:
    transaction = shop.create(phoneNumber="+32471234567")
    path = f"/transactions/{transaction['authenticationUrl'].rpartition('/')[2]}"
    assert control.do(f"{path}/ignore")["asked"] == "lucas"
    control.do("/clock", advanceSeconds=180)
    assert shop.status(transaction) == {"status": "expired"}


def test_accounts_are_blocked_and_deleted(control: Control) -> None:
    assert control.do("/people/lucas/account/block")["state"] == "blocked"
    assert control.do("/people/lucas/account/delete")["state"] == "none"
    assert control.refused("/people/lucas/account/block") == "no_account"
    assert control.get("/people/lucas/memory")["itsmeCode"] is None


def test_foreign_documents_have_no_eid(control: Control) -> None:
    assert control.get("/people/foreign-document/cards")["eid"] is None
    assert control.refused("/people/foreign-document/new-pin") == "no_eid"


def test_magic_numbers_and_banks_are_listed(control: Control) -> None:
    listed = {one["phoneNumber"]: one["about"] for one in control.get("/magic-numbers")["magicNumbers"]}
    assert listed == {number: magic.about for number, magic in MAGIC.items()}
    assert [bank["name"] for bank in control.get("/banks")["banks"]] == ["Belfius", "BNP Paribas Fortis", "ING", "KBC"]


def test_faults_are_set_listed_and_cleared(control: Control, sandbox: Sandbox, shop: RelyingParty) -> None:
    [fault] = control.do("/faults", call="status", status=503, message="later", times=2)["faults"]
    assert (fault["call"], fault["status"], fault["times"]) == ("status", 503, 2)
    transaction = shop.create()
    assert shop.ask(transaction).json()["message"] == "later"
    assert control.get("/faults")["faults"][0]["times"] == 1
    assert control.do("/faults/clear")["faults"] == []
    assert shop.ask(transaction).status_code == 200
    assert control.do("/faults", delay=0.1, probability=0.5)["faults"][0]["times"] is None
    control.do("/reset")
    assert sandbox.faults.pending == ()


@pytest.mark.parametrize("body", [{}, {"status": 500, "drop": "before-answer"}])
def test_a_fault_that_cannot_be_is_refused(control: Control, body: dict[str, object]) -> None:
    assert control.refused("/faults", **body) == "impossible"


def test_connections_can_be_refused_for_a_while(control: Control, sandbox: Sandbox, shop: RelyingParty) -> None:
    control.do("/connections/refuse", seconds=60)
    with pytest.raises(Exception, match="refused"):
        shop.create()
    sandbox.faults.accept_connections()
    assert shop.create()
