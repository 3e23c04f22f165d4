"""People, as the catalogue has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from attrs import field, frozen

if TYPE_CHECKING:
    from .phones import Behaviour

AccountState = Literal["active", "blocked", "none"]
Document = Literal["eid", "foreign"]


@frozen(kw_only=True)
class Address:
    """A legal address, in the API's own form; what is not known is None and is left out of an answer."""

    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    country_code: str | None = None


@frozen(kw_only=True)
class Person:
    """Somebody who could log in; what is not known is None and is left out of an answer.

    Attributes:
        id: The name a test calls them by: lower case letters, digits and hyphens.
        about: Why they are worth having, in one sentence.
        phone_number: As the API hands it out: E.164, maybe with a space after the country code.
        email_address: Never verified, as with itsme.
        given_name: First names.
        family_name: Last names.
        full_name: Given and family name together, if it is not simply the one after the other.
        gender: Usually `male` or `female`.
        birthdate: ISO 8601, maybe partial: `1974`, `1974-00-00`.
        locale: The person's own language: not the one of the screens, which is the request's.
        address: Their legal address.
        document: What they identify themselves with: a Belgian `eid`, or a `foreign` document without a chip here.
        pin: The PIN of their eID card, 4 digits.
        pin_known: Whether they know it by heart.
        letter_kept: Whether they still have the letter in which it came by post.
        banks: The banks that they have a card of: `belfius`, `bnp-paribas-fortis`, `ing`, `kbc`.
        bank_pin: The PIN of those cards, 4 digits.
        app: Whether the app is on their phone at first.
        touch_id: Whether their phone has Touch ID.
        account: Whether their itsme account works at first, is blocked, or is still to be made.
        itsme_code: The code of that account, 5 digits.
        behaviour: What they do by themselves as soon as their phone asks; None waits to be told.
    """

    id: str
    about: str = ""
    phone_number: str
    email_address: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    full_name: str | None = None
    gender: str | None = None
    birthdate: str | None = None
    locale: str | None = None
    address: Address | None = None
    document: Document = "eid"
    pin: str = field(default="1234", repr=False)
    pin_known: bool = True
    letter_kept: bool = True
    banks: tuple[str, ...] = ()
    bank_pin: str = field(default="4321", repr=False)
    app: bool = True
    touch_id: bool = False
    account: AccountState = "active"
    itsme_code: str = field(default="12345", repr=False)
    behaviour: Behaviour | None = None

    @property
    def name(self) -> str:
        """The full name as it is handed out: given, or else made of the first and the last name."""
        return self.full_name or " ".join(part for part in (self.given_name, self.family_name) if part)


People = dict[str, Person]
