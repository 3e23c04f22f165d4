"""What a test holds of the sandbox in Python: people, their phones and their accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .shortcuts import activate_at_bank
from .views import TransactionView, view
from .world import Habit

if TYPE_CHECKING:
    from .world import Account, BankCard, EidCard, Person, Phone, World
    from .world.phones import Behaviour

TOKEN: Final = "5a0db0c5-0000-4000-8000-000000000001"  # noqa: S105 - opens nothing but this sandbox


class SandboxPerson:
    """Somebody in the sandbox.

    Attributes:
        id: The name they are called by here.
    """

    def __init__(self, world: World, person_id: str) -> None:
        world.accounts.of(person_id)
        self._world = world
        self.id: Final = person_id

    def __repr__(self) -> str:
        return f"SandboxPerson({self.id!r})"

    @property
    def details(self) -> Person:
        """Everything known about them."""
        return self._world.accounts.of(self.id).person

    @property
    def phone(self) -> SandboxPhone:
        """The phone that their account works on, else their newest one."""
        return SandboxPhone(self._world, self._world.residents.phone_of(self.id).id)

    @property
    def phones(self) -> tuple[SandboxPhone, ...]:
        """All their phones, oldest first."""
        return tuple(SandboxPhone(self._world, phone.id) for phone in self._world.devices.of(self.id))

    def new_phone(self, number: str | None = None, *, touch_id: bool = False) -> SandboxPhone:
        """Get them one more phone, without the app.

        Args:
            number: The number of a new SIM card in it, E.164; None leaves it empty.
            touch_id: Whether it has Touch ID.

        Raises:
            ValueError: It is no number, or somebody has it.
        """
        return SandboxPhone(self._world, self._world.devices.new_phone(self.id, number, touch_id=touch_id).id)

    @property
    def card(self) -> EidCard:
        """Their eID card as it now is, with `.pin` and `.tries_left`.

        Raises:
            Refused: `no-eid`: they have a foreign document.
        """
        return self._world.desk.card(self.id)

    @property
    def bank_card(self) -> BankCard | None:
        """Their first bank card as it now is, with `.bank`, `.number`, `.pin` and `.tries_left`; or None."""
        return next(iter(self.bank_cards), None)

    @property
    def bank_cards(self) -> tuple[BankCard, ...]:
        """All their bank cards."""
        return self._world.banks.cards(self.id)

    @property
    def account(self) -> SandboxAccount:
        """Their itsme account, made or not."""
        return SandboxAccount(self._world, self.id)

    def enrol(self, code: str | None = None) -> SandboxAccount:
        """Take every step of an enrolment at once, on their newest phone with a SIM card; the app comes with it.

        Step by step it is in `Sandbox.world`, at the `desk`, in the app (`activation`) or at the `banks`.

        Args:
            code: The itsme code, 5 figures; by default the one in the catalogue.

        Raises:
            Refused: `sim-elsewhere`: they have no phone with a SIM card; `phone-in-use`.
        """
        self._world.accounts.enrol_now(self.id, code)
        return self.account

    def activate_at(self, bank: str) -> None:
        """Make their itsme active at a bank, with card and card reader.

        Args:
            bank: `belfius`, `bnp-paribas-fortis`, `ing` or `kbc`.

        Raises:
            UnknownBank: There is no such bank.
            Refused: They have no card of it, or no itsme account that works, or it is active there.
        """
        activate_at_bank(self._world, self.id, bank)

    def always(self, behaviour: Behaviour | None, *, after: float = 0.0) -> None:
        """Let them act by themselves as soon as their phone asks: `phone.always`."""
        self.phone.always(behaviour, after=after)

    def make_account_anew(self) -> None:
        """Delete their itsme account and make a new one: `account.make_anew`."""
        self.account.make_anew()

    def user_id(self, api_token: str = TOKEN) -> str:
        """The userId that the owner of an API token knows them by: `account.user_id`."""
        return self.account.user_id(api_token)


class SandboxAccount:
    """Somebody's itsme account."""

    def __init__(self, world: World, person_id: str) -> None:
        self._world = world
        self._person_id = person_id

    def __repr__(self) -> str:
        return f"SandboxAccount({self._person_id!r}, {self.state!r})"

    @property
    def state(self) -> str:
        """`none` before it is made and after it is deleted; else `active` or `blocked`."""
        return self._account.state

    @property
    def phone(self) -> SandboxPhone | None:
        """The one phone that it works on, or None."""
        phone_id = self._account.phone_id
        return None if phone_id is None else SandboxPhone(self._world, phone_id)

    @property
    def banks(self) -> frozenset[str]:
        """The banks that it is active at."""
        return frozenset(self._account.banks)

    @property
    def code(self) -> str:
        """The itsme code, 5 figures; empty without an account."""
        return self._account.code

    def user_id(self, api_token: str = TOKEN) -> str:
        """What the owner of an API token knows the person by: 40 letters and digits."""
        return self._account.user_id(api_token)

    def block(self) -> None:
        """Let its owner block it; enrolling again makes it work again.

        Raises:
            Refused: `no-account`.
        """
        self._world.accounts.block(self._person_id)

    def delete(self) -> None:
        """Delete it; the next one has new userIds."""
        self._world.accounts.delete(self._person_id)

    def make_anew(self) -> None:
        """Delete it and make another one: not blocked, and with new userIds."""
        self._world.accounts.make_anew(self._person_id)

    @property
    def _account(self) -> Account:
        return self._world.accounts.of(self._person_id)


class SandboxPhone:
    """Somebody's phone. Four of its methods act on one open transaction.

    `of` is its authenticationUrl or its id. Without it, it is the newest open one that asked this phone, else
    the newest that was created with its number, else the newest that has no number and asked nobody.

    Attributes:
        id: Its owner's id, with `-2` for the second.
    """

    def __init__(self, world: World, phone_id: str) -> None:
        self._world = world
        self.id: Final = phone_id

    def __repr__(self) -> str:
        return f"SandboxPhone({self.id!r})"

    @property
    def number(self) -> str:
        """The number of the SIM card in it, E.164 without spaces; empty if there is none."""
        return self._phone.number

    @property
    def messages(self) -> tuple[str, ...]:
        """The text messages that reached it, oldest first, in English."""
        return tuple(sms.text.format(code=sms.code) for sms in tuple(self._phone.inbox))

    def install_app(self) -> None:
        """Download the app. Harmless if it is there."""
        self._world.devices.install_app(self.id)

    def always(self, behaviour: Behaviour | None, *, after: float = 0.0) -> None:
        """Let its owner act by themselves as soon as it asks, now and from now on.

        They are asked when the login page gets their phone number, or at once if the request had it: then
        they see to the login page too.

        Args:
            behaviour: "approve", "refuse", "wrong_icon", "ignore" (never answers), or None: wait to be told.
            after: Seconds from being asked to acting, on the sandbox's clock.
        """
        self._world.set_habit(self.number, None if behaviour is None else Habit(behaviour, after))

    def approve(self, of: str | None = None) -> TransactionView:
        """Give the number if the page still waits for it, tap the highlighted icon and confirm: success.

        Raises:
            NotAsked: There is no such open transaction, or it asked another phone.
            AlreadyOver: It has an end.
            UnknownTransaction: There is none.
            Refused: `no-account`, `account-elsewhere`: no account works on this phone.
        """
        return self._do("approve", of)

    def refuse(self, of: str | None = None) -> TransactionView:
        """Refuse: cancelled. Raises what `approve` does."""
        return self._do("refuse", of)

    def wrong_icon(self, of: str | None = None) -> TransactionView:
        """Tap an icon that is not highlighted: cancelled (assumed). Raises what `approve` does."""
        return self._do("wrong_icon", of)

    def ignore(self, of: str | None = None) -> TransactionView:
        """Be asked and not answer, so that the time runs out. Raises what `approve` does."""
        return self._do("ignore", of)

    def _do(self, behaviour: Behaviour, of: str | None) -> TransactionView:
        return view(self._world.answer(self.number, behaviour, None if of is None else transaction_id(of)))

    @property
    def _phone(self) -> Phone:
        return self._world.devices.phone(self.id)


def transaction_id(of: str) -> str:
    """Take the id out of an authenticationUrl."""
    return of.rpartition("/")[2]
