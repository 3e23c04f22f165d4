"""Made-up secrets, and a person whose every field is a word found nowhere else, so that a leak shows."""

import json
from typing import Any

from tests.sockets.behaviours import answer
from tests.sockets.fault_server import Asked, Line

TOKEN = "5ec2e700-0a91-4b3c-8d7e-ab1d0c0ffee5"
TRANSACTION = "SMDhN88yYlE3ug2mUzSsma7Vb3GFBXV61tLgJEYVwJVZ9623kECl7A5p4uqIat2W"
STATE = "5tateOfOneBrowser"
REDIRECT_URL = f"https://shop.example/itsme/back?state={STATE}"
PHONE_NUMBER = "+32471987654"
AUTHENTICATION_URL = "https://login.example/wayInOfOnePerson"

PERSON: dict[str, Any] = {
    "userId": "userIdOfZebulon",
    "name": {"givenName": "Zebulon", "familyName": "Quackenbush", "fullName": "Zebulon van Quackenbush"},
    "gender": "genderOfZebulon",
    "birthdate": "1974-01-31",
    "locale": "localeOfZebulon",
    "phoneNumber": PHONE_NUMBER,
    "emailAddress": "zebulon@mail.example",
    "address": {
        "streetAddress": "Vossenplein 73\nbus 9",
        "postalCode": "postcodeOfZebulon",
        "city": "Boechoutenberg",
        "countryCode": "ZQ",
    },
    "nickname": "Zebbie",
}
WITH_PERSON = json.dumps({"status": "success", **PERSON})
WITHOUT_PERSON = '{"status": "success"}'
OPEN = '{"status": "open"}'
CREATED = json.dumps({"transactionToken": TRANSACTION, "authenticationUrl": AUTHENTICATION_URL})


def as_usual(line: Line, asked: Asked) -> None:
    """Creates what it is asked to create, and has every transaction open."""
    line.send(answer(CREATED if asked.method == "POST" else OPEN))


def person_of(token: str) -> str:
    """The user id in the answers of `somebody_of_their_own`."""
    return f"user-of-{token}"


def somebody_of_their_own(line: Line, asked: Asked) -> None:
    """Gives each transaction a person of its own: results that are mixed up show."""
    if asked.method == "POST":
        as_usual(line, asked)
    else:
        token = asked.path.rpartition("/")[2]
        line.send(answer(json.dumps({"status": "success", "userId": person_of(token)})))
