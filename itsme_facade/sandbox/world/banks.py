"""Banks: a card with its reader logs in and signs, and itsme does once it is active there (ENROL).

The steps are ENROL's and the same at every bank here; real banks may differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .actions import Action, draw_icons
from .basis import in_turn
from .cards import BANKS
from .chance import digits, letters
from .errors import Refused, UnknownBank
from .phones import national_to_international

if TYPE_CHECKING:
    from .accounts import Account
    from .actions import ActionKind, Actions, Decision
    from .basis import Basis
    from .cards import BankCard
    from .enrolments import Enrolments
    from .residents import Residents
    from .visits import BankSession, BankStep, Outcome, Visits


class Banks:
    """What a customer does at a bank."""

    def __init__(
        self, basis: Basis, residents: Residents, enrolments: Enrolments, actions: Actions, visits: Visits
    ) -> None:
        self.basis = basis
        self._residents: Final = residents
        self._enrolments: Final = enrolments
        self._actions: Final = actions
        self._visits: Final = visits

    @in_turn
    def cards(self, person_id: str) -> tuple[BankCard, ...]:
        """Somebody's bank cards, live: read them and write nothing.

        Raises:
            UnknownPerson: Nobody has this id.
        """
        return self._residents.bank_cards(person_id)

    @in_turn
    def replace_card(self, card_number: str) -> BankCard:
        """Ask the bank for a new card: the same number and PIN (assumed), and not blocked.

        Raises:
            UnknownBank: No card has this number.
        """
        card = self._any_card(card_number)
        card.wrong_pins = 0
        self.basis.tell("card", card.owner)
        return card

    @in_turn
    def use_reader(self, card_number: str, pin: str, challenge: str) -> str:
        """Put a card into a card reader and type its PIN and a challenge; give the response that it shows, 8 digits.

        Raises:
            UnknownBank: No card has this number.
            Refused: `card-pin-wrong`, `card-blocks`, `card-blocked`.
        """
        card = self._any_card(card_number)
        try:
            return card.respond(pin, challenge)
        finally:
            self.basis.tell("card", card.owner)

    @in_turn
    def session(self, session_id: str) -> BankSession:
        """A visit, live: read it and write nothing.

        Raises:
            UnknownSession: There is none.
        """
        return self._visits.with_id(session_id)

    @in_turn
    def sessions(self) -> tuple[BankSession, ...]:
        """All visits that are remembered, oldest first."""
        return self._visits.all()

    @in_turn
    def log_in_with_card(self, bank: str, card_number: str) -> BankSession:
        """Begin to log in with card and card reader: next `respond` with what the reader shows for the challenge.

        Raises:
            UnknownBank: There is no such bank.
            Refused: `card-unknown`, `card-blocked`.
        """
        card = self._card(bank, card_number)
        if card.blocked:
            raise Refused("card-blocked", bank=BANKS[bank])
        session = self._visits.open(bank, card.owner)
        session.card = card
        return self._challenged(session, "log-in")

    @in_turn
    def respond(self, session_id: str, response: str) -> BankSession:
        """Give the card reader's response: logs in, makes itsme active here, or signs the registration for itsme.

        Raises:
            UnknownSession: There is none.
            Refused: `response-wrong`, `card-blocked`, `no-account`, `account-blocked`, `out-of-step`.
        """
        session = self._at(session_id, "log-in", "link", "enrol")
        card, challenge = session.card, session.challenge
        if card is None or challenge is None:
            raise Refused("out-of-step")
        if card.blocked:
            raise Refused("card-blocked", bank=BANKS[session.bank])
        if response.replace(" ", "") != card.right_response(challenge):
            raise Refused("response-wrong")
        if session.step == "log-in":
            session.logged_in_with = "card"
        elif session.step == "link":
            self._active(session.person_id).banks.add(session.bank)
            self.basis.tell("account", session.person_id)
        elif session.enrolment is not None:
            self._enrolments.issue_token(session.enrolment)
            self.basis.tell("enrolment", session.enrolment.id)
        session.step, session.challenge = "home", None
        return self._told(session)

    @in_turn
    def choose_itsme(self, session_id: str) -> BankSession:
        """Choose itsme as authentication method; next it is signed with card and reader (`respond`).

        Raises:
            UnknownSession: There is none.
            Refused: `no-account`, `account-blocked`, `bank-linked`, `out-of-step` (not logged in with the card).
        """
        session = self._with_card(session_id)
        account = self._active(session.person_id)
        if session.bank in account.banks:
            raise Refused("bank-linked", bank=BANKS[session.bank])
        return self._challenged(session, "link")

    @in_turn
    def enrol(self, session_id: str, number: str, email: str) -> BankSession:
        """Register for itsme through this bank; next it is signed with card and reader (`respond`).

        Then `session.enrolment.token` holds the identification token.

        Args:
            session_id: The visit, logged in with the card.
            number: The mobile phone number, as written in Belgium, or E.164.
            email: The e-mail address.

        Raises:
            UnknownSession: There is none.
            Refused: `number-invalid`, `email-invalid`, `too-young`, `out-of-step`.
        """
        session = self._with_card(session_id)
        person = self._residents.account(session.person_id).person
        self._enrolments.admit(person)
        session.enrolment = self._enrolments.open(number, email, bank=session.bank)
        session.enrolment.person, session.enrolment.step = person, "contract"
        return self._challenged(session, "enrol")

    @in_turn
    def log_in_with_itsme(self, bank: str, number: str) -> BankSession:
        """Begin to log in with itsme: the app asks, and the session is "home" once the person has approved.

        Raises:
            UnknownBank: There is no such bank.
            Refused: `number-invalid`, `bank-not-linked`, `account-blocked`.
        """
        name = self._name(bank)
        read = national_to_international(number)
        if read is None:
            raise Refused("number-invalid")
        phone = self._residents.find_phone(read)
        account = self._residents.account_on(phone) if phone else None
        if phone is None or account is None or not account.is_on(phone) or bank not in account.banks:
            raise Refused("bank-not-linked", bank=name)
        if account.blocked:
            raise Refused("account-blocked")
        session = self._visits.open(bank, account.person.id)
        return self._ask(session, account, "bank-login")

    @in_turn
    def confirm_payment(self, session_id: str, detail: str) -> BankSession:
        """Pay something: the app asks, and `session.outcome` says what became of it. No card reader is needed.

        Args:
            session_id: The visit, logged in with either.
            detail: The amount and whom it goes to, as the app shows them.

        Raises:
            UnknownSession: There is none.
            Refused: `bank-not-linked`, `no-account`, `account-blocked`, `account-elsewhere`, `out-of-step`.
        """
        session = self._at(session_id, "home")
        account = self._active(session.person_id)
        if session.bank not in account.banks:
            raise Refused("bank-not-linked", bank=BANKS[session.bank])
        return self._ask(session, account, "bank-payment", detail)

    @in_turn
    def log_out(self, session_id: str) -> BankSession:
        """End a visit; what the app is asked for it waits no longer.

        Raises:
            UnknownSession: There is none.
        """
        session = self._visits.with_id(session_id)
        self._actions.drop(session.action_id or "")
        session.step, session.action_id, session.challenge = "over", None, None
        return self._told(session)

    def _ask(self, session: BankSession, account: Account, kind: ActionKind, detail: str = "") -> BankSession:
        if account.phone_id is None:
            raise Refused("account-elsewhere")
        now, icons = self.basis.now, draw_icons(self.basis.random)
        action = Action(
            id=letters(self.basis.random, 22),
            kind=kind,
            party=BANKS[session.bank],
            detail=detail,
            person_id=session.person_id,
            phone_id=account.phone_id,
            icons=icons,
            since=now,
            until=now + self.basis.assumptions.approval_time.total_seconds(),
            decide=lambda decision, at: self._decide(session, action, decision, at),
        )
        self._actions.add(action)
        self.basis.agenda.plan(action.until, lambda at: self._decide(session, action, "lapsed", at))
        session.step, session.action_id, session.outcome = "app", action.id, None
        session.icons, session.icon = icons.shown, icons.highlighted
        self.basis.tell("phone", action.phone_id)
        return self._told(session)

    def _decide(self, session: BankSession, action: Action, outcome: Outcome | Decision, at: float) -> None:
        if session.action_id != action.id:
            return
        self._actions.drop(action.id)
        session.action_id, session.outcome, session.icons, session.icon = None, outcome, (), None
        if action.kind == "bank-login" and outcome == "approved":
            session.logged_in_with = "itsme"
        session.step = "home" if session.logged_in_with else "over"
        self.basis.tell("phone", action.phone_id, at)
        self.basis.tell("bank", session.id, at)

    def _active(self, person_id: str) -> Account:
        account = self._residents.account(person_id)
        if account.state == "none":
            raise Refused("no-account")
        if account.blocked:
            raise Refused("account-blocked")
        return account

    def _with_card(self, session_id: str) -> BankSession:
        session = self._at(session_id, "home", "link", "enrol")
        if session.card is None:
            raise Refused("out-of-step")
        return session

    def _at(self, session_id: str, *steps: BankStep) -> BankSession:
        session = self._visits.with_id(session_id)
        if session.step not in steps:
            raise Refused("out-of-step")
        return session

    def _challenged(self, session: BankSession, step: BankStep) -> BankSession:
        session.step, session.challenge = step, digits(self.basis.random, 8)
        return self._told(session)

    def _card(self, bank: str, number: str) -> BankCard:
        name = self._name(bank)
        card = self._residents.bank_card(number.replace(" ", ""))
        if card is None or card.bank != bank:
            raise Refused("card-unknown", bank=name)
        return card

    def _any_card(self, number: str) -> BankCard:
        card = self._residents.bank_card(number)
        if card is None:
            raise UnknownBank("no bank card has this number; a person's cards have theirs")
        return card

    def _name(self, bank: str) -> str:
        try:
            return BANKS[bank]
        except KeyError:
            raise UnknownBank(f"there is no such bank; there are: {', '.join(BANKS)}") from None

    def _told(self, session: BankSession) -> BankSession:
        self.basis.tell("bank", session.id)
        return session
