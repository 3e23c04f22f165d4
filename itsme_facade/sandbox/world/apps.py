"""The app on a phone: what waits there, and what its owner does about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .basis import in_turn
from .errors import Refused

if TYPE_CHECKING:
    from .accounts import Account
    from .actions import Action, Actions
    from .basis import Basis
    from .residents import Residents


class Apps:
    """What waits for a decision in the app, by the phone's id."""

    def __init__(self, basis: Basis, residents: Residents, actions: Actions) -> None:
        self.basis = basis
        self._residents: Final = residents
        self._actions: Final = actions

    @in_turn
    def account(self, phone_id: str) -> Account:
        """The account that works on this phone, blocked or not.

        Raises:
            UnknownPhone: There is none.
            Refused: `app-missing`, `no-account`, `account-elsewhere`.
        """
        return self._account(phone_id)

    @in_turn
    def pending(self, phone_id: str) -> tuple[Action, ...]:
        """What waits in the app, newest first; nothing where no account works.

        Raises:
            UnknownPhone: There is none.
        """
        phone = self._residents.phone_with_id(phone_id)
        if not self._residents.is_usable(phone):
            return ()
        return tuple(self._actions.of(self._residents.usable_account(phone).person.id))

    @in_turn
    def approve(
        self, phone_id: str, action_id: str, icon: str, *, code: str | None = None, fingerprint: bool = False
    ) -> None:
        """Tap an icon, then confirm with the itsme code or with a fingerprint.

        The wrong icon ends it, as the login page's assumptions say. A wrong code can be entered again until too many
        of them block the account, which ends all that waits.

        Raises:
            UnknownPhone: There is none.
            Refused: `code-wrong`, `code-blocks`, `fingerprint-off`, `account-blocked`, `action-over`, `app-missing`,
                `no-account`, `account-elsewhere`.
        """
        account, action = self._waiting(phone_id, action_id)
        if icon != action.icons.highlighted:
            action.decide("wrong_icon", self.basis.now)
            return
        if fingerprint:
            if not account.touch_id:
                raise Refused("fingerprint-off")
        else:
            self._enter(account, code or "")
        account.wrong_codes = 0
        action.decide("approved", self.basis.now)

    @in_turn
    def refuse(self, phone_id: str, action_id: str) -> None:
        """Refuse.

        Raises:
            UnknownPhone: There is none.
            Refused: `action-over`, `account-blocked`, `app-missing`, `no-account`, `account-elsewhere`.
        """
        self._waiting(phone_id, action_id)[1].decide("refused", self.basis.now)

    def _enter(self, account: Account, code: str) -> None:
        if code == account.code:
            return
        account.wrong_codes += 1
        left = self.basis.assumptions.code_tries - account.wrong_codes
        if left > 0:
            raise Refused("code-wrong", left=left)
        account.block()
        self.basis.tell("account", account.person.id)
        self._actions.end_all(account.person.id, self.basis.now)
        raise Refused("code-blocks")

    def _waiting(self, phone_id: str, action_id: str) -> tuple[Account, Action]:
        account = self._account(phone_id)
        if account.blocked:
            raise Refused("account-blocked")
        action = self._actions.find(action_id)
        if action is None or action.person_id != account.person.id:
            raise Refused("action-over")
        return account, action

    def _account(self, phone_id: str) -> Account:
        phone = self._residents.phone_with_id(phone_id)
        if not phone.app:
            raise Refused("app-missing")
        return self._residents.usable_account(phone)
