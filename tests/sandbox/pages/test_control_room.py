"""The control room: what this is, people, transactions with their lives, calls, faults, magic numbers, clock, reset."""

from collections.abc import Callable

import httpx
import pytest

from itsme_facade.sandbox import Person, Sandbox
from itsme_facade.sandbox.world import MAGIC
from tests.sandbox.pages.visitor import Visitor
from tests.sandbox.relying_party import RelyingParty

LUCAS = "+32471234567"


def test_the_control_room_says_what_this_is_and_three_things_to_do_first(sandbox: Sandbox, visitor: Visitor) -> None:
    page = visitor.go("/").page
    assert "This is a whole itsme on this machine" in page.text
    assert sandbox.api_url in page.text
    assert page.links["Open the phone of Lucas Maes in a tab of its own"] == "/phone/lucas"
    assert page.links["Make an account for Thomas Lambrecht at the enrolment desk"] == "/desk?for=newcomer"


def test_the_desk_is_filled_in_for_whom_the_control_room_says(visitor: Visitor) -> None:
    visitor.go("/").click("Make an account for Thomas Lambrecht at the enrolment desk")
    assert visitor.page.forms[0].fields["number"] == "+32470000025"
    assert visitor.press("Continue").page.heading == "Confirm your details"


def test_a_catalogue_without_an_account_has_a_control_room_too(new_browser: Callable[[], httpx.Client]) -> None:
    person = Person(id="nameless", phone_number="+32470999999", account="none")
    with Sandbox(people={person.id: person}) as sandbox:
        visitor = Visitor(sandbox.url, new_browser())
        assert "Three things to do first" in visitor.go("/").page.text
        assert visitor.go("/people").click("nameless").page.heading == "nameless"


def test_a_transaction_shows_its_life_as_a_timeline(sandbox: Sandbox, shop: RelyingParty, visitor: Visitor) -> None:
    transaction = shop.create(scopes=["email"])
    visitor.go(transaction["authenticationUrl"]).press("Continue", phoneNumber=LUCAS)
    sandbox.person("lucas").phone.approve()
    visitor.go(transaction["authenticationUrl"])
    shop.status(transaction)
    text = visitor.go("/transactions").page.text
    for event in (
        "created by the site",
        "login page opened in a browser",
        "the app of Lucas Maes asks",
        "approved: approved by Lucas Maes",
        "browser sent to redirectUrl",
        "personal data handed out, once",
    ):
        assert event in text
    assert "Login at shop.example: approved" in text
    assert "Status asked 1 time Data handed out yes, and never again" in text
    assert "Login at shop.example" in visitor.go("/").page.text


@pytest.mark.parametrize(
    ("behaviour", "says"),
    [
        ("refuse", "cancelled: refused by Lucas Maes"),
        ("wrong_icon", "cancelled: Lucas Maes tapped the wrong icon"),
        ("ignore", "Lucas Maes does not answer"),
    ],
)
def test_what_a_person_did_is_told_in_words(
    sandbox: Sandbox, shop: RelyingParty, visitor: Visitor, behaviour: str, says: str
) -> None:
    phone = sandbox.person("lucas").phone
    {"refuse": phone.refuse, "wrong_icon": phone.wrong_icon, "ignore": phone.ignore}[behaviour](
        shop.create()["authenticationUrl"]
    )
    assert says in visitor.go("/transactions").page.text


@pytest.mark.parametrize(
    ("button", "status", "says"),
    [
        ("Let it fail", "failure", "failed: told to fail"),
        ("Let it expire", "expired", "expired: told to expire"),
    ],
)
def test_an_open_transaction_can_be_ended(
    sandbox: Sandbox, shop: RelyingParty, visitor: Visitor, button: str, status: str, says: str
) -> None:
    shop.create()
    assert says in visitor.go("/").press(button).page.text
    assert sandbox.transactions[-1].status == status


def test_a_transaction_that_ended_meanwhile_is_shown_as_it_ended(
    sandbox: Sandbox, shop: RelyingParty, visitor: Visitor
) -> None:
    url = shop.create()["authenticationUrl"]
    visitor.go("/")
    sandbox.person("lucas").phone.refuse(url)
    assert "cancelled: refused by Lucas Maes" in visitor.press("Let it fail").page.text


def test_the_calls_show_what_was_sent_and_answered_without_what_is_secret(
    sandbox: Sandbox, shop: RelyingParty, visitor: Visitor
) -> None:
    transaction = shop.create(scopes=["profile", "email"], phoneNumber=LUCAS)
    sandbox.person("lucas").phone.approve()
    shop.status(transaction)
    page = visitor.go("/calls").page
    summaries = [summary.text for summary in page.all("summary")]
    assert len(summaries) == 2
    assert "GET /status/{transactionToken} 200" in summaries[0]
    assert "POST /transactions 200" in summaries[1]
    assert '"service": "login"' in page.text
    assert '"status": "success"' in page.text
    for secret in (sandbox.token, transaction["transactionToken"], LUCAS, "Maes", "lucas.maes@mail.example"):
        assert secret not in visitor.answer.text


def test_the_calls_are_the_latest_hundred(shop: RelyingParty, visitor: Visitor) -> None:
    transaction = shop.create()
    for _ in range(100):
        shop.status(transaction)
    page = visitor.go("/calls").page
    assert len(page.all("summary")) == 100
    assert "/transactions" not in " ".join(summary.text for summary in page.all("summary"))


def test_a_fault_is_set_happens_and_is_gone(shop: RelyingParty, visitor: Visitor) -> None:
    visitor.go("/faults").press("Let it go wrong", call="create", fault="500", times="1")
    assert "creating a transaction: an error of the server: HTTP 500 (1 x)" in visitor.page.text
    assert shop.post(shop.request()).status_code == 500
    assert "None: the API works." in visitor.go("/faults").page.text
    assert "a fault" in visitor.go("/calls").page.text


def test_every_fault_that_is_offered_can_be_set_and_all_can_be_cleared(sandbox: Sandbox, visitor: Visitor) -> None:
    visitor.go("/faults")
    kinds = [option.attributes["value"] for option in visitor.page.all("option")][3:]
    assert len(kinds) > 10
    for kind in kinds:
        visitor.press("Let it go wrong", fault=kind, times="2")
    assert len(sandbox.faults.pending) == len(kinds)
    assert "None: the API works." in visitor.press("Let nothing go wrong any more").page.text
    assert not sandbox.faults.pending


@pytest.mark.parametrize("times", ["0", "1001", "-1", "x", "", "\u0663"])
def test_a_number_of_times_that_is_none_is_told_at_its_field(sandbox: Sandbox, visitor: Visitor, times: str) -> None:
    visitor.go("/faults").press("Let it go wrong", fault="400", times=times)
    assert "not a number of times" in visitor.page.problem
    assert visitor.page.with_id("times").attributes["aria-invalid"] == "true"
    assert not sandbox.faults.pending


def test_the_clock_can_be_moved_forward(sandbox: Sandbox, shop: RelyingParty, visitor: Visitor) -> None:
    shop.create()
    assert "The clock was moved." in visitor.go("/").press("Move forward", minutes="10").page.text
    assert sandbox.transactions[-1].status == "expired"


@pytest.mark.parametrize("minutes", ["-1", "527041", "x", "nan", "inf", ""])
def test_minutes_that_are_none_are_told_at_their_field(visitor: Visitor, minutes: str) -> None:
    visitor.go("/").press("Move forward", minutes=minutes)
    assert "not a number of minutes" in visitor.page.problem
    assert visitor.page.with_id("minutes").attributes["aria-invalid"] == "true"


def test_a_reset_takes_everything_back(sandbox: Sandbox, shop: RelyingParty, visitor: Visitor) -> None:
    shop.create()
    sandbox.faults.next(call="status", status=500)
    sandbox.world.accounts.block("lucas")
    assert "Everything is as at the start." in visitor.go("/").press("Reset the sandbox").page.text
    assert not sandbox.transactions
    assert not sandbox.faults.pending
    assert sandbox.world.accounts.of("lucas").state == "active"


def test_the_table_of_magic_numbers_is_complete(visitor: Visitor) -> None:
    text = visitor.go("/magic-numbers").page.text
    for magic in MAGIC.values():
        assert f"{magic.number} {magic.about}" in text


def test_everybody_is_listed_with_number_account_and_phone(sandbox: Sandbox, visitor: Visitor) -> None:
    page = visitor.go("/people").page
    for person in sandbox.people:
        assert page.links[person.details.name] == f"/people/{person.id}"
        assert person.phone.number in page.text
    assert "Has no itsme account yet" in page.text


def test_somebody_can_be_enrolled_blocked_and_made_anew_without_the_steps(sandbox: Sandbox, visitor: Visitor) -> None:
    visitor.go("/people/newcomer")
    account = sandbox.world.accounts.of("newcomer")
    for button, state in (
        ("Enrol now, without the steps", "active"),
        ("Block the account", "blocked"),
        ("Delete it and make it anew: another userId", "active"),
        ("Delete the account", "none"),
    ):
        assert "Done." in visitor.press(button).page.text
        assert account.state == state


def test_what_cannot_be_done_is_told(visitor: Visitor) -> None:
    assert "There is no itsme account here." in visitor.go("/people/newcomer").press("Block the account").page.problem


def test_somebody_can_act_by_themselves(shop: RelyingParty, visitor: Visitor) -> None:
    visitor.go("/people/lucas").press("Apply", habit="refuse", after="0")
    assert shop.status(shop.create(phoneNumber=LUCAS))["status"] == "cancelled"
    visitor.press("Apply", habit="")
    assert shop.status(shop.create(phoneNumber=LUCAS))["status"] == "open"


@pytest.mark.parametrize("after", ["-1", "86401", "x", "nan"])
def test_seconds_that_are_none_are_told_at_their_field(visitor: Visitor, after: str) -> None:
    visitor.go("/people/lucas").press("Apply", habit="approve", after=after)
    assert "not a number of seconds" in visitor.page.problem
    assert visitor.page.with_id("after").attributes["aria-invalid"] == "true"


def test_somebody_can_get_another_phone_and_move_the_sim_card(sandbox: Sandbox, visitor: Visitor) -> None:
    visitor.go("/people/lucas").press("Get one more phone, with Touch ID and without a SIM card")
    visitor.press("Move the SIM card to the next phone")
    assert [phone.number for phone in sandbox.world.devices.of("lucas")] == ["", LUCAS]
    assert "no SIM card" in visitor.go("/phone/lucas").page.text


def test_a_new_sim_card_ends_what_the_account_can_do(visitor: Visitor) -> None:
    visitor.go("/people/lucas").press("New SIM card, same number")
    assert "does not work on this phone" in visitor.go("/phone/lucas/app").page.text


def test_the_app_can_be_deleted_from_a_phone(sandbox: Sandbox, visitor: Visitor) -> None:
    visitor.go("/people/lucas").press("Delete the app")
    assert "App not installed" in visitor.page.text
    assert not sandbox.world.devices.phone("lucas").app


def test_a_person_of_no_such_name_is_not_here(visitor: Visitor) -> None:
    assert visitor.go("/people/nobody").answer.status_code == 404


def test_no_pin_and_no_code_stands_in_the_control_room(sandbox: Sandbox, visitor: Visitor) -> None:
    person = sandbox.world.people["newcomer"]
    sandbox.world.accounts.enrol_now("newcomer", "97531")
    for path in ("/", "/people", "/people/newcomer", "/transactions", "/calls"):
        words = visitor.go(path).page.text.replace(".", " ").split()
        assert not {person.pin, person.bank_pin, "97531"} & set(words)
