"""The world: people, their phones and accounts, and the transactions they are asked about. Pure: no I/O."""

from __future__ import annotations

import threading
from secrets import SystemRandom
from typing import TYPE_CHECKING, Final

from .agenda import Agenda
from .answers import Answer, user_information
from .assumptions import Assumptions
from .chance import letters
from .clock import Clock
from .errors import AlreadyOver, NotAsked, OtherBrowser
from .ledger import Ledger
from .people import default_people
from .phones import Behaviour, Habit, Phone, national_to_international
from .residents import Residents
from .transactions import Status, Transaction, TransactionRequest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from .people import Person

ICONS: Final = ("circle", "square", "triangle", "star", "heart", "moon", "cloud", "flower")


class World:
    """Everything there is, behind one lock: every public method may be called from any thread.

    What happens by itself (time runs out, somebody approves after a while) happens when the world is next
    looked at, with the time at which it was due.

    Args:
        people: Who lives here, by id; by default the catalogue.
        assumptions: What is assumed about CM.com's API and itsme.
        clock: The world's time.
        random: Where tokens and icons come from; by default the operating system. `random.Random(7)` makes a
            world that draws the same ones every time.
    """

    def __init__(
        self,
        people: Mapping[str, Person] | None = None,
        assumptions: Assumptions | None = None,
        clock: Clock | None = None,
        random: Random | None = None,
    ) -> None:
        self.people: Final = default_people() if people is None else dict(people)
        self.assumptions: Final = assumptions or Assumptions()
        self.clock: Final = clock or Clock()
        self._random = random or SystemRandom()
        self._lock = threading.RLock()
        self._begin()

    def _begin(self) -> None:
        self.residents = Residents(self.people)
        self._ledger = Ledger()
        self._agenda = Agenda()

    def reset(self) -> None:
        """Back to the beginning: no transactions, everybody as in the catalogue, the clock as it was."""
        with self._lock:
            self.clock.reset()
            self._begin()

    # What a relying party does

    def create(self, request: TransactionRequest) -> Transaction:
        """Open a transaction; if it names the phone of somebody with a habit, they set about it at once."""
        with self._lock:
            now = self._catch_up()
            transaction = Transaction(
                id=letters(self._random, 22),
                token=letters(self._random, 64),
                request=request,
                expires_at=now + self.assumptions.lifetime.total_seconds(),
            )
            transaction.note(now, "created")
            self._ledger.add(transaction)
            self._agenda.plan(transaction.expires_at, lambda at: self._run_out(transaction, at, Status.EXPIRED))
            phone = self.residents.find_phone(request.phone_number)
            if phone is not None and phone.habit is not None:
                self._ask(transaction, phone, now)
                self._catch_up()
            return transaction

    def read(self, token: str) -> Answer | None:
        """Answer a status request: the user information goes out with the first that finds a success.

        Returns:
            The answer's fields, or None if no transaction has this token.
        """
        with self._lock:
            now = self._catch_up()
            transaction = self._ledger.with_token(token)
            if transaction is None:
                return None
            transaction.reads += 1
            answer: Answer = {"status": transaction.status.value}
            if transaction.status is not Status.SUCCESS or transaction.person is None:
                return answer
            if transaction.given:
                return answer if self.assumptions.second_read == "status-only" else None
            transaction.given = True
            if self._too_late(transaction, now):
                transaction.note(now, "user information withheld: asked for too late")
                return answer
            transaction.note(now, "user information handed out")
            scopes = transaction.request.scopes
            if scopes or self.assumptions.user_id_without_scopes:
                answer["userId"] = transaction.user_id
            return answer | user_information(transaction.person, scopes)

    def _too_late(self, transaction: Transaction, now: float) -> bool:
        within, since = self.assumptions.read_within, transaction.returned_at or transaction.ended_at
        return within is not None and since is not None and now > since + within.total_seconds()

    # What a browser does on the login page

    def open_page(self, transaction_id: str, browser: str | None, *, only_look: bool = False) -> Transaction:
        """Open the login page. The first browser to do so gets a secret, and the page is its own.

        Args:
            transaction_id: The id in authenticationUrl.
            browser: The secret that this browser shows, if it has one.
            only_look: Claim nothing, as a HEAD request must.

        Raises:
            UnknownTransaction: There is none with this id.
            OtherBrowser: The page belongs to another browser.
        """
        with self._lock:
            now = self._catch_up()
            transaction = self._ledger.with_id(transaction_id)
            if only_look:
                return transaction
            if transaction.browser is None:
                transaction.browser = letters(self._random, 43)
                transaction.note(now, "login page opened")
            elif transaction.browser != browser:
                raise OtherBrowser(transaction.request.locale)
            return transaction

    def give_number(self, transaction_id: str, written: str) -> bool:
        """Take the phone number that a person wrote on the login page, and ask that phone.

        Returns:
            Whether somebody here has that number. If the phone was asked already, nothing changes.
        """
        with self._lock:
            now = self._catch_up()
            transaction = self._ledger.with_id(transaction_id)
            phone = self.residents.find_phone(national_to_international(written))
            if phone is None:
                return False
            if transaction.is_open and transaction.asked is None:
                self._ask(transaction, phone, now)
                self._catch_up()
            return True

    def send_back(self, transaction_id: str) -> None:
        """Note that the browser is being sent to redirectUrl."""
        with self._lock:
            transaction = self._ledger.with_id(transaction_id)
            if transaction.returned_at is None:
                transaction.returned_at = self._catch_up()
                transaction.note(transaction.returned_at, "browser sent to redirectUrl")

    # What people do with their phones

    def answer(self, number: str, behaviour: Behaviour, transaction_id: str | None = None) -> Transaction:
        """Let the owner of a phone do something about a transaction, having given the number if it had to be.

        Args:
            number: The phone's number, E.164.
            behaviour: What they do. "ignore" asks the phone and leaves it at that.
            transaction_id: Which one; by default the newest open one that asked this phone, else that names
                its number, else that asked nobody yet and names nobody.

        Raises:
            UnknownPerson: Nobody has this number.
            NotAsked: There is no such open transaction, or another phone was asked.
            UnknownTransaction: There is none with this id.
            AlreadyOver: It has an end.
        """
        with self._lock:
            now = self._catch_up()
            phone = self.residents.phone(number)
            transaction = (
                self._ledger.newest_for(phone) if transaction_id is None else self._ledger.with_id(transaction_id)
            )
            if not transaction.is_open:
                raise AlreadyOver(f"transaction {transaction.id} is over: {transaction.status}")
            if transaction.asked not in (None, phone.number):
                raise NotAsked(f"transaction {transaction.id} asked another person's phone")
            if transaction.asked is None:
                self._ask(transaction, phone, now, by_itself=False)
            if transaction.is_open:
                self._behave(transaction, phone, behaviour, now)
            return transaction

    def set_habit(self, number: str, habit: Habit | None) -> None:
        """Set what the owner of a phone does as soon as it asks, for what it asks now too; None: nothing.

        Raises:
            UnknownPerson: Nobody has this number.
        """
        with self._lock:
            now = self._catch_up()
            phone = self.residents.phone(number)
            phone.habit = habit
            if habit is None:
                return
            for transaction in self._ledger.still_open():
                if transaction.asked == number:
                    self._plan_habit(transaction, phone, habit, now)
                elif transaction.asked is None and transaction.request.phone_number == number:
                    self._ask(transaction, phone, now)
            self._catch_up()

    def make_account_anew(self, person_id: str) -> None:
        """Delete a person's itsme account and make a new one: no longer blocked, and new userIds.

        Raises:
            UnknownPerson: Nobody has this id.
        """
        with self._lock:
            account = self.residents.account(person_id)
            account.made += 1
            account.blocked = False

    # What only the control room does

    def finish(self, transaction_id: str, status: Status, why: str) -> Transaction:
        """End an open transaction without anybody's doing, as `failure` or `expired`.

        Raises:
            UnknownTransaction: There is none with this id.
            AlreadyOver: It has an end.
        """
        if status not in (Status.FAILURE, Status.EXPIRED):
            raise ValueError("only failure and expired come by themselves; the others take a person")
        with self._lock:
            now = self._catch_up()
            transaction = self._ledger.with_id(transaction_id)
            self._end(transaction, status, now, why)
            return transaction

    def transaction(self, transaction_id: str) -> Transaction:
        """The transaction with this public id, as it is now.

        Raises:
            UnknownTransaction: There is none.
        """
        with self._lock:
            self._catch_up()
            return self._ledger.with_id(transaction_id)

    def transactions(self) -> tuple[Transaction, ...]:
        """All transactions that are remembered, oldest first."""
        with self._lock:
            self._catch_up()
            return self._ledger.all()

    def advance(self, seconds: float) -> None:
        """Move the clock forward and let happen what is due by then.

        Raises:
            ValueError: Less than nothing.
        """
        with self._lock:
            self.clock.advance(seconds)
            self._catch_up()

    # How things come about

    def _ask(self, transaction: Transaction, phone: Phone, at: float, *, by_itself: bool = True) -> None:
        """Let the app on this phone ask its owner; somebody with a habit then acts on it."""
        transaction.asked = phone.number
        transaction.icons = tuple(self._random.sample(ICONS, 3))
        transaction.icon = self._random.choice(transaction.icons)
        transaction.note(at, f"app of {phone.owner} asked")
        if self.residents.account(phone.owner).blocked:
            self._end(transaction, Status(self.assumptions.blocked_account), at, "the account is blocked")
            return
        due = at + self.assumptions.approval_time.total_seconds()
        self._agenda.plan(due, lambda at: self._run_out(transaction, at, Status(self.assumptions.unanswered)))
        if by_itself and phone.habit is not None:
            self._plan_habit(transaction, phone, phone.habit, at)

    def _plan_habit(self, transaction: Transaction, phone: Phone, habit: Habit, at: float) -> None:
        def act(at: float) -> None:
            # A habit that was changed meanwhile has no say any more.
            if transaction.is_open and phone.habit is habit:
                self._behave(transaction, phone, habit.behaviour, at)

        self._agenda.plan(at + habit.after, act)

    def _behave(self, transaction: Transaction, phone: Phone, behaviour: Behaviour, at: float) -> None:
        match behaviour:
            case "approve":
                account = self.residents.account(phone.owner)
                transaction.person = account.person
                transaction.user_id = account.user_id(transaction.request.token)
                self._end(transaction, Status.SUCCESS, at, f"approved by {phone.owner}")
            case "refuse":
                self._end(transaction, Status.CANCELLED, at, f"refused by {phone.owner}")
            case "wrong_icon":
                end = Status(self.assumptions.wrong_icon)
                self._end(transaction, end, at, f"wrong icon tapped by {phone.owner}")
            case "ignore":
                transaction.note(at, f"left unanswered by {phone.owner}")

    def _run_out(self, transaction: Transaction, at: float, status: Status) -> None:
        if transaction.is_open:
            why = "the time for it is over" if transaction.asked is None else "nobody answered in time"
            self._end(transaction, status, at, why)

    def _end(self, transaction: Transaction, status: Status, at: float, why: str) -> None:
        transaction.end(status, at, why)
        self._agenda.plan(at + self.assumptions.retention.total_seconds(), lambda _: self._ledger.forget(transaction))

    def _catch_up(self) -> float:
        """Let everything happen that is due, in order, each at its own time; return the time it is now."""
        now = self.clock.now()
        self._agenda.catch_up(now)
        return now
