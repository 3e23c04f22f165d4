"""The life of transactions: created, opened in a browser, asked about in an app, ended once, read once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .answers import Answer, user_information
from .asking import Asking
from .chance import letters
from .errors import AlreadyOver, NotAsked, OtherBrowser, Refused
from .ledger import Ledger
from .phones import national_to_international
from .transactions import Status, Transaction

if TYPE_CHECKING:
    from .actions import Actions
    from .basis import Basis
    from .phones import Behaviour, Habit
    from .residents import Residents
    from .transactions import TransactionRequest


class TransactionLife:
    """Everything that happens to transactions."""

    def __init__(self, basis: Basis, residents: Residents, actions: Actions) -> None:
        self.basis: Final = basis
        self.residents: Final = residents
        self._ledger: Final = Ledger()
        self._asking: Final = Asking(basis, residents, actions, self._ledger)

    def _begin(self) -> None:
        self._ledger.clear()
        self._asking.parties.clear()

    # What a relying party does

    def create(self, request: TransactionRequest) -> Transaction:
        """Open a transaction; if it names the phone of somebody with a habit, they set about it at once."""
        with self.basis.lock:
            now = self.basis.catch_up()
            transaction = Transaction(
                id=letters(self.basis.random, 22),
                token=letters(self.basis.random, 64),
                request=request,
                expires_at=now + self.basis.assumptions.lifetime.total_seconds(),
            )
            self._ledger.add(transaction)
            self._asking.note(transaction, now, "created")
            self.basis.agenda.plan(
                transaction.expires_at, lambda at: self._asking.run_out(transaction, at, Status.EXPIRED)
            )
            phone = self.residents.find_phone(request.phone_number)
            if phone is not None and self._asking.acts_by_itself(phone):
                self._asking.ask(transaction, phone, now)
                self.basis.catch_up()
            return transaction

    def read(self, token: str) -> Answer | None:
        """Answer a status request: the user information goes out with the first that finds a success.

        Returns:
            The answer's fields, or None if no transaction has this token.
        """
        with self.basis.lock:
            now = self.basis.catch_up()
            transaction = self._ledger.with_token(token)
            if transaction is None:
                return None
            transaction.reads += 1
            self.basis.tell("transaction", transaction.id)
            answer: Answer = {"status": transaction.status.value}
            if transaction.status is not Status.SUCCESS or transaction.person is None:
                return answer
            if transaction.given:
                return answer if self.basis.assumptions.second_read == "status-only" else None
            transaction.given = True
            if self._too_late(transaction, now):
                self._asking.note(transaction, now, "user information withheld: asked for too late")
                return answer
            self._asking.note(transaction, now, "user information handed out")
            scopes = transaction.request.scopes
            if scopes or self.basis.assumptions.user_id_without_scopes:
                answer["userId"] = transaction.user_id
            return answer | user_information(transaction.person, scopes)

    def transaction_with(self, token: str) -> Transaction | None:
        """The transaction with this token, or None. Looking at it reads nothing and uses nothing up."""
        with self.basis.lock:
            return self._ledger.with_token(token)

    def name_party(self, api_token: str, name: str) -> None:
        """Say who owns an API token, as the app is to name them."""
        with self.basis.lock:
            self._asking.parties[api_token.lower()] = name

    def party(self, transaction: Transaction) -> str:
        """Who asks: the name given for the API token, else the host of redirectUrl."""
        return self._asking.party(transaction)

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
        with self.basis.lock:
            now = self.basis.catch_up()
            transaction = self._ledger.with_id(transaction_id)
            if only_look:
                return transaction
            if transaction.browser is None:
                transaction.browser = letters(self.basis.random, 43)
                self._asking.note(transaction, now, "login page opened")
            elif transaction.browser != browser:
                raise OtherBrowser(transaction.request.locale)
            return transaction

    def give_number(self, transaction_id: str, written: str) -> Transaction:
        """Take the phone number that a person wrote on the login page, and ask that phone.

        If a phone was asked already, nothing changes.

        Raises:
            UnknownTransaction: There is none with this id.
            Refused: `number-unknown`, `no-account`, `account-elsewhere`.
        """
        with self.basis.lock:
            now = self.basis.catch_up()
            transaction = self._ledger.with_id(transaction_id)
            phone = self.residents.find_phone(national_to_international(written))
            if phone is None:
                raise Refused("number-unknown")
            self.residents.usable_account(phone)
            if transaction.is_open and transaction.asked is None:
                self._asking.ask(transaction, phone, now)
                self.basis.catch_up()
            return transaction

    def send_back(self, transaction_id: str) -> None:
        """Note that the browser is being sent to redirectUrl."""
        with self.basis.lock:
            transaction = self._ledger.with_id(transaction_id)
            if transaction.returned_at is None:
                transaction.returned_at = self.basis.catch_up()
                self._asking.note(transaction, transaction.returned_at, "browser sent to redirectUrl")

    # What people do with their phones, in short

    def answer(self, number: str, behaviour: Behaviour, transaction_id: str | None = None) -> Transaction:
        """Let the owner of a phone do something about a transaction, having given the number if it had to be.

        No itsme code is needed: this is a short cut for tests. `apps.approve` is the whole of it.

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
            Refused: `no-account`, `account-elsewhere`: no account works on this phone.
        """
        with self.basis.lock:
            now = self.basis.catch_up()
            phone = self.residents.phone(number)
            transaction = (
                self._ledger.newest_for(phone) if transaction_id is None else self._ledger.with_id(transaction_id)
            )
            if not transaction.is_open:
                raise AlreadyOver(f"transaction {transaction.id} is over: {transaction.status}")
            account = self.residents.usable_account(phone)
            if transaction.asked is None:
                self._asking.ask(transaction, phone, now, by_itself=False)
            elif transaction.asked_person != account.person.id:
                raise NotAsked(f"transaction {transaction.id} asked another person's phone")
            if transaction.is_open:
                self._asking.behave(transaction, behaviour, now)
            return transaction

    def set_habit(self, number: str, habit: Habit | None) -> None:
        """Set what the owner of a phone does as soon as it asks, for what it asks now too; None: nothing.

        Raises:
            UnknownPerson: Nobody has this number.
        """
        with self.basis.lock:
            now = self.basis.catch_up()
            phone = self.residents.phone(number)
            phone.habit = habit
            self.basis.tell("phone", phone.id)
            if habit is None:
                return
            usable = self.residents.is_usable(phone)
            for transaction in self._ledger.still_open():
                if transaction.asked == number:
                    self._asking.plan_habit(transaction, phone, habit, now)
                elif transaction.asked is None and transaction.request.phone_number == number and usable:
                    self._asking.ask(transaction, phone, now)
            self.basis.catch_up()

    # What only the control room does

    def finish(self, transaction_id: str, status: Status, why: str) -> Transaction:
        """End an open transaction without anybody's doing, as `failure` or `expired`.

        Raises:
            UnknownTransaction: There is none with this id.
            AlreadyOver: It has an end.
        """
        if status not in (Status.FAILURE, Status.EXPIRED):
            raise ValueError("only failure and expired come by themselves; the others take a person")
        with self.basis.lock:
            now = self.basis.catch_up()
            transaction = self._ledger.with_id(transaction_id)
            self._asking.end(transaction, status, now, why)
            return transaction

    def transaction(self, transaction_id: str) -> Transaction:
        """The transaction with this public id, as it is now.

        Raises:
            UnknownTransaction: There is none.
        """
        with self.basis.lock:
            self.basis.catch_up()
            return self._ledger.with_id(transaction_id)

    def transactions(self) -> tuple[Transaction, ...]:
        """All transactions that are remembered, oldest first."""
        with self.basis.lock:
            self.basis.catch_up()
            return self._ledger.all()

    def _too_late(self, transaction: Transaction, now: float) -> bool:
        within, since = self.basis.assumptions.read_within, transaction.returned_at or transaction.ended_at
        return within is not None and since is not None and now > since + within.total_seconds()
