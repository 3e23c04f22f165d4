"""The transactions that are remembered, and how to find the one that is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .errors import NotAsked, UnknownTransaction

if TYPE_CHECKING:
    from .phones import Phone
    from .transactions import Transaction


class Ledger:
    """Transactions by id and by token, oldest first."""

    def __init__(self) -> None:
        self._by_id: Final[dict[str, Transaction]] = {}
        self._by_token: Final[dict[str, Transaction]] = {}

    def add(self, transaction: Transaction) -> None:
        """Remember a transaction."""
        self._by_id[transaction.id] = self._by_token[transaction.token] = transaction

    def forget(self, transaction: Transaction) -> None:
        """Forget a transaction, if it is remembered."""
        self._by_id.pop(transaction.id, None)
        self._by_token.pop(transaction.token, None)

    def clear(self) -> None:
        """Forget all of them."""
        self._by_id.clear()
        self._by_token.clear()

    def all(self) -> tuple[Transaction, ...]:
        """All of them, oldest first."""
        return tuple(self._by_id.values())

    def still_open(self) -> list[Transaction]:
        """The open ones, newest first."""
        return [transaction for transaction in reversed(self._by_id.values()) if transaction.is_open]

    def with_token(self, token: str) -> Transaction | None:
        """The one with this token, or None."""
        return self._by_token.get(token)

    def with_id(self, transaction_id: str) -> Transaction:
        """The one with this public id.

        Raises:
            UnknownTransaction: There is none.
        """
        try:
            return self._by_id[transaction_id]
        except KeyError:
            raise UnknownTransaction("no transaction has this id, or it was forgotten after its retention") from None

    def newest_for(self, phone: Phone) -> Transaction:
        """The newest open one that asked this phone, else that has its number, else that asked and names nobody.

        Raises:
            NotAsked: There is none.
        """
        still_open = self.still_open()
        unasked = [transaction for transaction in still_open if transaction.asked is None]
        for candidates in (
            [transaction for transaction in still_open if transaction.asked == phone.number],
            [transaction for transaction in unasked if transaction.request.phone_number == phone.number],
            [transaction for transaction in unasked if transaction.request.phone_number is None],
        ):
            if candidates:
                return candidates[0]
        raise NotAsked(f"no open transaction could ask the phone of {phone.owner}; create one first")
