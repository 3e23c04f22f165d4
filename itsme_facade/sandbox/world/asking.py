"""How a transaction comes to its end: an app asks somebody, who decides, or the time runs out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from .actions import Action, Icons, draw_icons
from .transactions import Status

if TYPE_CHECKING:
    from .actions import Actions, Decision
    from .basis import Basis
    from .ledger import Ledger
    from .phones import Behaviour, Habit, Phone
    from .residents import Residents
    from .transactions import Transaction


class Asking:
    """Lets apps ask people about transactions. Whoever calls has taken the lock.

    Attributes:
        parties: Names of relying parties, by API token in small letters.
    """

    def __init__(self, basis: Basis, residents: Residents, actions: Actions, ledger: Ledger) -> None:
        self._basis: Final = basis
        self._residents: Final = residents
        self._actions: Final = actions
        self._ledger: Final = ledger
        self.parties: Final[dict[str, str]] = {}

    def party(self, transaction: Transaction) -> str:
        """Who asks: the name given for the API token, else the host of redirectUrl."""
        request = transaction.request
        return self.parties.get(request.token.lower()) or urlsplit(request.redirect_url).hostname or "?"

    def acts_by_itself(self, phone: Phone) -> bool:
        """Whether whoever has this phone needs nobody to tell them."""
        return (phone.habit is not None or self._residents.magic(phone) is not None) and self._residents.is_usable(
            phone
        )

    def ask(self, transaction: Transaction, phone: Phone, at: float, *, by_itself: bool = True) -> None:
        """Let the app on this phone ask its owner; somebody with a habit then acts on it."""
        account, assumptions = self._residents.usable_account(phone), self._basis.assumptions
        icons = draw_icons(self._basis.random)
        transaction.asked, transaction.asked_person = phone.number, account.person.id
        transaction.icons, transaction.icon = icons.shown, icons.highlighted
        transaction.ask_until = min(at + assumptions.approval_time.total_seconds(), transaction.expires_at)
        self.note(transaction, at, f"app of {account.person.id} asked")
        if account.blocked:
            self.end(transaction, Status(assumptions.blocked_account), at, "the account is blocked")
            return
        magic = self._residents.magic(phone)
        if magic is not None:
            transaction.status_delay, transaction.return_by = magic.status_delay, magic.return_by
            if magic.does in ("fail", "expire"):
                end = Status.FAILURE if magic.does == "fail" else Status.EXPIRED
                self.end(transaction, end, at, "the magic number says so")
                return
        self._wait(transaction, phone, icons, at)
        due = at + assumptions.approval_time.total_seconds()
        self._basis.agenda.plan(due, lambda at: self.run_out(transaction, at, Status(assumptions.unanswered)))
        if by_itself and phone.habit is not None:
            self.plan_habit(transaction, phone, phone.habit, at)

    def _wait(self, transaction: Transaction, phone: Phone, icons: Icons, at: float) -> None:
        self._actions.add(
            Action(
                id=transaction.id,
                kind=transaction.request.service,
                party=self.party(transaction),
                scopes=transaction.request.scopes,
                person_id=transaction.asked_person or "",
                phone_id=phone.id,
                icons=icons,
                since=at,
                until=transaction.ask_until or transaction.expires_at,
                decide=lambda decision, at: self._decide(transaction, decision, at),
            )
        )
        self._basis.tell("phone", phone.id, at)

    def plan_habit(self, transaction: Transaction, phone: Phone, habit: Habit, at: float) -> None:
        """Let somebody act on what their phone was asked, when their habit says."""

        def act(at: float) -> None:
            # A habit that was changed meanwhile has no say any more, nor has a phone that lost its account.
            if transaction.is_open and phone.habit is habit and self._residents.is_usable(phone):
                self.behave(transaction, habit.behaviour, at)

        self._basis.agenda.plan(at + habit.after, act)

    def behave(self, transaction: Transaction, behaviour: Behaviour, at: float) -> None:
        """Let somebody who was asked do something about it."""
        match behaviour:
            case "approve":
                self._decide(transaction, "approved", at)
            case "refuse":
                self._decide(transaction, "refused", at)
            case "wrong_icon":
                self._decide(transaction, "wrong_icon", at)
            case "ignore":
                self.note(transaction, at, f"left unanswered by {transaction.asked_person}")

    def _decide(self, transaction: Transaction, decision: Decision, at: float) -> None:
        who = transaction.asked_person or ""
        assumptions = self._basis.assumptions
        match decision:
            case "approved":
                account = self._residents.account(who)
                transaction.person = account.person
                transaction.user_id = account.user_id(transaction.request.token)
                self.end(transaction, Status.SUCCESS, at, f"approved by {who}")
            case "refused":
                self.end(transaction, Status.CANCELLED, at, f"refused by {who}")
            case "wrong_icon":
                self.end(transaction, Status(assumptions.wrong_icon), at, f"wrong icon tapped by {who}")
            case "blocked":
                self.end(transaction, Status(assumptions.blocked_account), at, "the account is blocked")

    def run_out(self, transaction: Transaction, at: float, status: Status) -> None:
        """End a transaction for which the time is over, if it is open."""
        if transaction.is_open:
            why = "the time for it is over" if transaction.asked is None else "nobody answered in time"
            self.end(transaction, status, at, why)

    def end(self, transaction: Transaction, status: Status, at: float, why: str) -> None:
        """End a transaction, once; it is forgotten when its retention is over.

        Raises:
            AlreadyOver: It has an end already.
        """
        transaction.end(status, at, why)
        action = self._actions.drop(transaction.id)
        retention = self._basis.assumptions.retention.total_seconds()
        self._basis.agenda.plan(at + retention, lambda _: self._ledger.forget(transaction))
        self._basis.tell("transaction", transaction.id, at)
        if action is not None:
            self._basis.tell("phone", action.phone_id, at)

    def note(self, transaction: Transaction, at: float, what: str) -> None:
        """Add a moment to a transaction's timeline."""
        transaction.note(at, what)
        self._basis.tell("transaction", transaction.id, at)
