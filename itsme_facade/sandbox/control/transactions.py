"""The control API's calls about transactions: what became of them, and short cuts to their ends."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from itsme_facade.sandbox.views import view
from itsme_facade.sandbox.world import NotAsked, Refused, Status
from itsme_facade.sandbox.world.phones import Behaviour, national_to_international

from .looks import moment
from .operations import Body, NoBody, Shape, get, post
from .people import Number

if TYPE_CHECKING:
    from itsme_facade.sandbox.world import Transaction, World

    from .operations import AnyOperation, Parts


class Who(Body):
    """Who answers: a person, or whoever has a phone number; neither is whose phone it is about already."""

    person: str | None = None
    phone_number: Number | None = None


class GiveNumber(Body):
    """The phone number that is written on the login page."""

    phone_number: Number


class EventShape(Shape):
    """One moment in a transaction's life."""

    at: datetime
    what: str


class TransactionShape(Shape):
    """A transaction: not its token, nor redirectUrl, nor what is given out; `icon` is the highlighted one."""

    id: str
    service: str
    scopes: tuple[str, ...]
    locale: str | None
    status: str
    asked: str | None
    icons: tuple[str, ...]
    icon: str | None
    reads: int
    given: bool
    timeline: tuple[EventShape, ...]


class TransactionsShape(Shape):
    """All transactions that are remembered, oldest first."""

    transactions: tuple[TransactionShape, ...]


class TransactionCalls:
    """What can be done with transactions, by the id at the end of authenticationUrl."""

    def __init__(self, world: World) -> None:
        self._world = world

    def operations(self) -> list[AnyOperation]:
        """Make their rows of the table."""
        one, shape = "/transactions/{transaction}", TransactionShape
        return [
            get("/transactions", self.list_transactions, TransactionsShape),
            get(one, self.get_transaction, shape),
            post(f"{one}/number", self.give_number, GiveNumber, shape),
            post(f"{one}/approve", self.approve, Who, shape),
            post(f"{one}/refuse", self.refuse, Who, shape),
            post(f"{one}/wrong-icon", self.wrong_icon, Who, shape),
            post(f"{one}/ignore", self.ignore, Who, shape),
            post(f"{one}/fail", self.fail, NoBody, shape),
            post(f"{one}/expire", self.expire, NoBody, shape),
        ]

    def list_transactions(self, _parts: Parts, _body: NoBody) -> TransactionsShape:
        """All transactions with their timelines."""
        return TransactionsShape(transactions=tuple(map(_shape, self._world.transactions())))

    def get_transaction(self, parts: Parts, _body: NoBody) -> TransactionShape:
        """One transaction; looking uses nothing up."""
        return _shape(self._world.transaction(parts["transaction"]))

    def give_number(self, parts: Parts, body: GiveNumber) -> TransactionShape:
        """Write the number on the login page."""
        return _shape(self._world.give_number(parts["transaction"], body.phone_number))

    def approve(self, parts: Parts, body: Who) -> TransactionShape:
        """Let somebody approve it, whatever that takes."""
        return self._answer(parts, body, "approve")

    def refuse(self, parts: Parts, body: Who) -> TransactionShape:
        """Let somebody refuse it."""
        return self._answer(parts, body, "refuse")

    def wrong_icon(self, parts: Parts, body: Who) -> TransactionShape:
        """Let somebody tap the wrong icon."""
        return self._answer(parts, body, "wrong_icon")

    def ignore(self, parts: Parts, body: Who) -> TransactionShape:
        """Let somebody be asked and not answer."""
        return self._answer(parts, body, "ignore")

    def fail(self, parts: Parts, _body: NoBody) -> TransactionShape:
        """End it as a failure, without anybody's doing."""
        return _shape(self._world.finish(parts["transaction"], Status.FAILURE, "told to fail"))

    def expire(self, parts: Parts, _body: NoBody) -> TransactionShape:
        """End it as expired, without anybody's doing."""
        return _shape(self._world.finish(parts["transaction"], Status.EXPIRED, "told to expire"))

    def _answer(self, parts: Parts, who: Who, behaviour: Behaviour) -> TransactionShape:
        transaction = self._world.transaction(parts["transaction"])
        return _shape(self._world.answer(self._number(transaction, who), behaviour, transaction.id))

    def _number(self, transaction: Transaction, who: Who) -> str:
        """Whose phone is meant: the named person's, the named number, else the transaction's own."""
        if who.person is not None and who.phone_number is not None:
            raise NotAsked("person, phoneNumber: give one of them")
        if who.person is not None:
            return self._world.residents.phone_of(who.person).number
        if who.phone_number is not None:
            number = national_to_international(who.phone_number)
            if number is None:
                raise Refused("number-invalid")
            return number
        number = transaction.asked or transaction.request.phone_number
        if number is None:
            raise NotAsked('nobody was asked yet: say who answers, as {"person": "lucas"}')
        return number


def _shape(transaction: Transaction) -> TransactionShape:
    seen = view(transaction)
    return TransactionShape(
        id=seen.id,
        service=seen.service,
        scopes=seen.scopes,
        locale=seen.locale,
        status=seen.status.value,
        asked=seen.asked,
        icons=tuple(transaction.icons),
        icon=transaction.icon,
        reads=seen.reads,
        given=seen.given,
        timeline=tuple(EventShape(at=moment(event.at), what=event.what) for event in seen.timeline),
    )
