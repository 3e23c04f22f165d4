"""Cards with a chip and a PIN: the eID card, and the cards of banks with their readers."""

from __future__ import annotations

from typing import Final

from attrs import define, field

from .chance import lasting_digits
from .errors import Refused

# By plain name, as the enrolment page lists them.
BANKS: Final[dict[str, str]] = {
    "belfius": "Belfius",
    "bnp-paribas-fortis": "BNP Paribas Fortis",
    "ing": "ING",
    "kbc": "KBC",
}


@define(eq=False, kw_only=True)
class Card:
    """A card that does something for whoever knows its PIN.

    Attributes:
        owner: The id of the person it belongs to.
        pin: Its PIN, 4 digits.
        wrong_pins: How many wrong ones were entered since the last right one.
        tries: How many wrong ones block it.
    """

    owner: str
    pin: str = field(repr=False)
    tries: int
    wrong_pins: int = 0

    @property
    def blocked(self) -> bool:
        """Whether too many wrong PINs were entered."""
        return self.wrong_pins >= self.tries

    @property
    def tries_left(self) -> int:
        """How many wrong PINs it still takes to block it."""
        return max(0, self.tries - self.wrong_pins)


@define(eq=False, kw_only=True)
class EidCard(Card):
    """A Belgian identity card.

    Attributes:
        pin_known: Whether its owner knows the PIN by heart.
        letter_kept: Whether its owner still has the letter in which the PIN came by post.
    """

    pin_known: bool = True
    letter_kept: bool = True

    def enter(self, pin: str) -> None:
        """Enter the PIN.

        Raises:
            Refused: `pin-wrong`, `pin-blocks` (that was the last try), `pin-blocked` (it was blocked before).
        """
        if self.blocked:
            raise Refused("pin-blocked")
        if pin == self.pin:
            self.wrong_pins = 0
            return
        self.wrong_pins += 1
        raise Refused("pin-blocks") if self.blocked else Refused("pin-wrong", left=self.tries_left)

    def renew_pin(self, pin: str) -> None:
        """Take a new PIN, which comes in a new letter."""
        self.pin, self.wrong_pins = pin, 0
        self.pin_known = self.letter_kept = True


@define(eq=False, kw_only=True)
class BankCard(Card):
    """A card of a bank, used in its card reader.

    Attributes:
        bank: The bank's id, a key of `BANKS`.
        number: The card's number: made up, 16 digits beginning with 0, as no real one does.
        name: Whose it is, as printed on it.
    """

    bank: str
    number: str
    name: str

    def respond(self, pin: str, challenge: str) -> str:
        """What the card reader shows when the card is in it and a PIN and a challenge are typed: 8 digits.

        Raises:
            Refused: `card-pin-wrong`, `card-blocks` (that was the last try), `card-blocked`.
        """
        bank = BANKS[self.bank]
        if self.blocked:
            raise Refused("card-blocked", bank=bank)
        if pin != self.pin:
            self.wrong_pins += 1
            if self.blocked:
                raise Refused("card-blocks", bank=bank)
            raise Refused("card-pin-wrong", left=self.tries_left)
        self.wrong_pins = 0
        return self.right_response(challenge)

    def right_response(self, challenge: str) -> str:
        """What the bank expects for a challenge: only a card that was given its PIN shows it."""
        return lasting_digits(8, self.bank, self.number, challenge)


def card_number(person_id: str, bank: str) -> str:
    """Make up the number of somebody's card: the same in every run."""
    return "0" + lasting_digits(15, person_id, bank)
