"""What people do on several pages in a row."""

import re

from itsme_facade.sandbox import Sandbox
from tests.sandbox.pages.visitor import Visitor

NEWCOMER = "newcomer"
CODE = "24680"


def newcomer_number(sandbox: Sandbox) -> str:
    return sandbox.person(NEWCOMER).phone.number


def register_with_eid(sandbox: Sandbox, visitor: Visitor, person: str = NEWCOMER) -> str:
    """Goes through the desk; gives the identification token."""
    visitor.go("/desk").press("Continue", number=sandbox.person(person).phone.number, email="me@mail.example")
    visitor.press("Confirm").press("Insert the card", card=person).press("These data are right")
    pin = sandbox.world.desk.card(person).pin
    return token_on(visitor.press("Sign", pin=pin))


def token_on(visitor: Visitor) -> str:
    """The identification token on a page."""
    found = re.findall(r"\b[A-Z0-9]{6}\b", visitor.page.text)
    assert len(found) == 1, found
    return str(found[0])


def sms_code_on(visitor: Visitor) -> str:
    """The verification code on a page of a phone."""
    found = re.findall(r"\b[0-9]{5}\b", visitor.page.text)
    assert len(found) == 1, found
    return str(found[0])


def enrol_on_phone(sandbox: Sandbox, visitor: Visitor, token: str, phone: str = NEWCOMER) -> None:
    """Takes the app's steps."""
    visitor.go(f"/phone/{phone}/app").press("Continue", number=sandbox.world.devices.phone(phone).number)
    visitor.press("Continue", token=token)
    visitor.press("Continue", sms=sms_code_on(visitor))
    visitor.press("Continue", code=CODE).press("Confirm", code=CODE)


def use_reader(visitor: Visitor, button: str, pin: str) -> None:
    """Uses the card reader on the page and types what it shows."""
    visitor.press("Enter the PIN code and the challenge", pin=pin)
    shown = re.findall(r"\b[0-9]{8}\b", visitor.page.text)
    visitor.press(button, response=shown[-1])
