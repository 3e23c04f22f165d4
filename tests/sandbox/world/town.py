"""A world that stands still until told to move, and what people in it do often."""

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random

from itsme_facade.sandbox.world import Assumptions, Clock, Refused, TransactionRequest, World
from itsme_facade.sandbox.world.transactions import Scope
from itsme_facade.sandbox.world.visits import BankSession

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LUCAS = "+32471234567"
NEWCOMER = "+32470000025"
EMAIL = "thomas@mail.example"
CODE = "12345"
SHOP = "5a0db0c5-0000-4000-8000-000000000001"


def still_world(assumptions: Assumptions | None = None, seed: int | None = None) -> World:
    """A world whose clock moves only when told."""
    random = None if seed is None else Random(seed)  # noqa: S311 - that it can be foreseen is the point
    return World(assumptions=assumptions, clock=Clock(NOON, ticks=lambda: 0.0), random=random)


def request(phone_number: str | None = None, scopes: tuple[Scope, ...] = ("email",)) -> TransactionRequest:
    return TransactionRequest(
        token=SHOP,
        service="login",
        redirect_url="https://shop.example/back",
        scopes=scopes,
        phone_number=phone_number,
    )


def refusal(deed: Callable[[], object]) -> str:
    """The message id with which the world refuses a deed, or "" if it does not."""
    try:
        deed()
    except Refused as error:
        return error.message_id
    return ""


def at_the_desk(
    world: World, person: str = "newcomer", number: str = NEWCOMER, email: str = EMAIL, pin: str = "1234"
) -> str:
    """Register with an eID up to the identification token."""
    enrolment = world.desk.begin(number, email)
    world.desk.confirm(enrolment.id)
    world.desk.insert_card(enrolment.id, person)
    world.desk.validate(enrolment.id)
    token = world.desk.sign(enrolment.id, pin).token
    assert token is not None
    return token


def up_to_sms(world: World, token: str, phone: str = "newcomer", number: str = NEWCOMER) -> None:
    """Take the steps in the app up to the verification code, which is sent."""
    world.devices.install_app(phone)
    world.activation.restart(phone)
    world.activation.enter_number(phone, number)
    world.activation.enter_token(phone, token)


def sms_code(world: World, phone: str = "newcomer") -> str:
    """The verification code in the newest text message."""
    return world.devices.phone(phone).inbox[-1].code


def in_the_app(world: World, token: str, phone: str = "newcomer", number: str = NEWCOMER, code: str = "13579") -> None:
    """Take all steps in the app."""
    up_to_sms(world, token, phone, number)
    world.activation.enter_sms_code(phone, sms_code(world, phone))
    world.activation.choose_code(phone, code)
    world.activation.confirm_code(phone, code)


def enrol(world: World, person: str = "newcomer", phone: str = "newcomer", number: str = NEWCOMER) -> None:
    """Make an account with the eID, from the first step to the last."""
    in_the_app(world, at_the_desk(world, person, number), phone, number)


def card_number(world: World, person: str, bank: str) -> str:
    """The number of somebody's card of a bank."""
    return next(card.number for card in world.banks.cards(person) if card.bank == bank)


def sign(world: World, session: BankSession, person: str, pin: str = "4321") -> BankSession:
    """Type the challenge into the card reader, and its response into the bank's page."""
    response = world.banks.use_reader(card_number(world, person, session.bank), pin, session.challenge or "")
    return world.banks.respond(session.id, response)


def logged_in(world: World, person: str = "lucas", bank: str = "kbc") -> BankSession:
    """Log in at a bank with card and reader."""
    return sign(world, world.banks.log_in_with_card(bank, card_number(world, person, bank)), person)


def activate(world: World, person: str = "lucas", bank: str = "kbc") -> BankSession:
    """Make itsme active at a bank."""
    session = logged_in(world, person, bank)
    world.banks.choose_itsme(session.id)
    return sign(world, session, person)


def approve(world: World, phone: str = "lucas") -> None:
    """Approve the one thing that the app asks."""
    (action,) = world.apps.pending(phone)
    world.apps.approve(phone, action.id, action.icons.highlighted, code=CODE)
