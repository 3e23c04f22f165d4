"""The control API: what a test in any language can do, and what nobody may."""

from typing import Any, cast

import httpx
import pytest

from itsme_facade.sandbox import Sandbox
from itsme_facade.sandbox.control import is_loopback_name
from tests.sandbox.control.caller import Control
from tests.sandbox.relying_party import Json, RelyingParty


def id_of(transaction: Json) -> str:
    return cast("str", transaction["authenticationUrl"].rpartition("/")[2])


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ("approve", "success"),
        ("refuse", "cancelled"),
        ("wrong-icon", "cancelled"),
        ("fail", "failure"),
        ("expire", "expired"),
    ],
)
def test_a_transaction_can_be_ended_in_every_way(
    control: Control, shop: RelyingParty, action: str, status: str
) -> None:
    transaction = shop.create(phoneNumber="+32471234567")
    answer = control.post(f"/transactions/{id_of(transaction)}/{action}")
    assert (answer.status_code, answer.json()["status"]) == (200, status)
    assert shop.status(transaction)["status"] == status


@pytest.mark.parametrize("who", [{"person": "non-ascii"}, {"phoneNumber": "+32470000017"}])
def test_the_person_who_answers_can_be_named_by_id_or_number(
    control: Control, shop: RelyingParty, who: dict[str, str]
) -> None:
    transaction = shop.create(scopes=["profile"])
    assert control.post(f"/transactions/{id_of(transaction)}/approve", **who).json()["asked"] == "non-ascii"
    assert shop.status(transaction)["name"]["givenName"] == "Tǎnka"


def test_a_transaction_that_names_nobody_needs_a_person_named(control: Control, shop: RelyingParty) -> None:
    answer = control.post(f"/transactions/{id_of(shop.create())}/approve")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_asked")
    assert '"person"' in answer.json()["message"]


def test_another_persons_phone_cannot_answer(control: Control, sandbox: Sandbox, shop: RelyingParty) -> None:
    transaction = shop.create()
    sandbox.person("lucas").phone.ignore()
    answer = control.post(f"/transactions/{id_of(transaction)}/approve", person="no-email")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_asked")
    assert shop.status(transaction) == {"status": "open"}


def test_a_transaction_cannot_end_twice(control: Control, shop: RelyingParty) -> None:
    path = f"/transactions/{id_of(shop.create(phoneNumber='+32471234567'))}"
    assert control.post(f"{path}/refuse").status_code == 200
    for action in ("approve", "refuse", "fail", "expire"):
        answer = control.post(f"{path}/{action}")
        assert (answer.status_code, answer.json()["code"]) == (409, "already_over")


def test_transactions_are_listed_with_their_timeline_and_without_secrets(
    control: Control, sandbox: Sandbox, shop: RelyingParty
) -> None:
    transaction = shop.create(scopes=["email"], locale="fr", redirectUrl="https://shop.example/?state=secret")
    sandbox.person("lucas").phone.approve()
    shop.status(transaction)
    [seen] = control.get("/transactions")["transactions"]
    assert seen == control.get(f"/transactions/{id_of(transaction)}")
    icons = seen.pop("icons")
    assert [event["what"] for event in seen.pop("timeline")] == [
        "created",
        "app of lucas asked",
        "success: approved by lucas",
        "user information handed out",
    ]
    assert seen == {
        "id": id_of(transaction),
        "service": "login",
        "scopes": ["email"],
        "locale": "fr",
        "status": "success",
        "asked": "lucas",
        "icon": seen["icon"],
        "reads": 1,
        "given": True,
    }
    assert seen["icon"] in icons
    assert len(icons) == 3
    text = str(control.get("/transactions"))
    for secret in (transaction["transactionToken"], sandbox.token, "state=secret", "Maes"):
        assert secret not in text


def test_looking_at_a_transaction_consumes_nothing(control: Control, sandbox: Sandbox, shop: RelyingParty) -> None:
    transaction = shop.create(scopes=["email"])
    sandbox.person("lucas").phone.approve()
    control.get("/transactions")
    control.get(f"/transactions/{id_of(transaction)}")
    assert "emailAddress" in shop.status(transaction)


def test_people_are_listed_with_why_they_are_there(control: Control, sandbox: Sandbox) -> None:
    people = control.get("/people")["people"]
    assert [person["id"] for person in people] == [person.id for person in sandbox.people]
    assert all(person["about"] for person in people)
    lucas = people[0]
    assert (lucas["phoneNumber"], lucas["behaviour"], lucas["blocked"]) == ("+32471234567", None, False)


def test_a_person_can_be_set_to_act_by_themselves_after_a_while(control: Control, shop: RelyingParty) -> None:
    set_ = control.post("/people/lucas/always", behaviour="refuse", afterSeconds=20)
    assert (set_.json()["behaviour"], set_.json()["afterSeconds"]) == ("refuse", 20)
    transaction = shop.create(phoneNumber="+32471234567")
    assert shop.status(transaction)["status"] == "open"
    control.post("/clock", advanceSeconds=21)
    assert shop.status(transaction)["status"] == "cancelled"
    assert control.post("/people/lucas/always", behaviour=None).json()["behaviour"] is None
    assert shop.status(shop.create(phoneNumber="+32471234567"))["status"] == "open"


def test_an_account_can_be_made_anew(control: Control, sandbox: Sandbox) -> None:
    before = sandbox.person("blocked").user_id()
    assert control.post("/people/blocked/account").json()["blocked"] is False
    assert sandbox.person("blocked").user_id() != before


def test_the_clock_can_be_read_and_moved(control: Control) -> None:
    before = control.get("/clock")["now"]
    after = control.post("/clock", advanceSeconds=86_400).json()["now"]
    assert before[:10] < after[:10]


def test_reset_forgets_everything(control: Control, sandbox: Sandbox, shop: RelyingParty) -> None:
    transaction = shop.create()
    control.post("/people/lucas/always", behaviour="approve")
    control.post("/clock", advanceSeconds=3600)
    before = control.get("/clock")["now"]
    assert control.post("/reset").status_code == 200
    assert control.get("/clock")["now"] < before
    assert control.get("/transactions") == {"transactions": []}
    assert control.get("/people")["people"][0]["behaviour"] is None
    assert shop.ask(transaction).status_code == 404
    assert sandbox.transactions == ()


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("/clock", {}, "advanceSeconds: "),
    ("/clock", {"advanceSeconds": -1}, "advanceSeconds: "),
    ("/clock", {"advanceSeconds": True}, "advanceSeconds: "),
    ("/clock", {"advanceSeconds": 1e300}, "advanceSeconds: "),
    ("/clock", {"advanceSeconds": 1, "faster": 1}, "faster: unknown field"),
    ("/reset", {"all": True}, "all: unknown field"),
    ("/people/lucas/always", {"behaviour": "dance"}, "behaviour: "),
    ("/people/lucas/always", {"behaviour": ["approve"]}, "behaviour: "),
    ("/people/lucas/always", {"behaviour": "approve", "afterSeconds": "1"}, "afterSeconds: "),
    ("/transactions/ID/approve", {"person": 1}, "person: "),
    ("/transactions/ID/approve", {"phoneNumber": "12"}, "phoneNumber: "),
]


@pytest.mark.parametrize(("path", "body", "message"), WRONG, ids=range(len(WRONG)))
def test_a_wrong_body_gets_400_with_a_message_that_names_the_field(
    control: Control, shop: RelyingParty, path: str, body: dict[str, Any], message: str
) -> None:
    answer = control.post(path.replace("ID", id_of(shop.create())), **body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameters")
    assert answer.json()["message"].startswith(message)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/transactions/none/approve", "unknown_transaction"),
        ("/phones/none/app", "unknown_phone"),
        ("/enrolments/none/confirm", "unknown_session"),
        ("/visits/none/itsme", "unknown_session"),
        ("/people/lucas/banks/none", "unknown_bank"),
        ("/transactions/none/fail", "unknown_transaction"),
        ("/people/nobody/enrol", "unknown_person"),
        ("/people/nobody/account", "unknown_person"),
        ("/nothing", "not_found"),
    ],
)
def test_what_does_not_exist_gets_404(control: Control, path: str, code: str) -> None:
    answer = control.post(path)
    assert (answer.status_code, answer.json()["code"]) == (404, code)


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_only_json_is_taken(sandbox: Sandbox, http: httpx.Client, content_type: str) -> None:
    answer = http.post(f"{sandbox.control_url}/reset", content=b"{}", headers={"content-type": content_type})
    assert (answer.status_code, answer.json()["message"]) == (400, "Content-Type: not application/json")


def test_a_body_has_a_limit(sandbox: Sandbox, http: httpx.Client) -> None:
    answer = http.post(f"{sandbox.control_url}/reset", json={"a": "b" * 70_000})
    assert (answer.status_code, answer.json()["message"]) == (400, "body: larger than 65536 bytes")


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "sandbox.example"},
        {"host": "sandbox.example:80"},
        {"host": "localhost.sandbox.example"},
        {"host": "192.0.2.1"},
        {"host": "[::"},
        {"origin": "https://shop.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
@pytest.mark.parametrize(("method", "path"), [("GET", "/transactions"), ("POST", "/reset"), ("GET", "/openapi.json")])
def test_a_page_of_another_site_is_refused(
    sandbox: Sandbox, shop: RelyingParty, http: httpx.Client, headers: dict[str, str], method: str, path: str
) -> None:
    shop.create()
    headers = {"content-type": "application/json", **headers}
    answer = http.request(method, sandbox.control_url + path, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "refused")
    assert len(sandbox.transactions) == 1
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    "headers", [{"host": "localhost:1"}, {"host": "itsme.localhost"}, {"sec-fetch-site": "same-origin"}]
)
def test_a_program_of_this_machine_is_answered(sandbox: Sandbox, http: httpx.Client, headers: dict[str, str]) -> None:
    assert http.get(f"{sandbox.control_url}/people", headers=headers).status_code == 200


def test_a_page_of_the_sandbox_itself_is_answered(sandbox: Sandbox, http: httpx.Client) -> None:
    headers = {"origin": sandbox.url, "sec-fetch-site": "same-origin"}
    assert http.post(f"{sandbox.control_url}/reset", json={}, headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("name", "is_loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("[::1]", True),
        ("LOCALHOST", True),
        ("shop.localhost.", True),
        ("0.0.0.0", False),  # noqa: S104 - is what is refused
        ("10.0.0.1", False),
        ("notlocalhost", False),
        ("", False),
    ],
)
def test_loopback_names_are_known(name: str, is_loopback: bool) -> None:
    assert is_loopback_name(name) is is_loopback
