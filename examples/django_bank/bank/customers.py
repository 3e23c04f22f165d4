"""Who the bank's customers are, and what it says to those who are none."""

from django.contrib.auth.models import User

from itsme_facade import Identity
from itsme_facade.flow import Declined
from itsme_facade.flow.messages import Message
from itsme_facade.web.django.models import ItsmeAccount

CUSTOMERS = {"67034200": ("Lucas", "2580"), "67034201": ("Emma", "1379")}
"""Card, first name and PIN. A real bank has these elsewhere."""


def open_accounts() -> None:
    for card, (name, pin) in CUSTOMERS.items():
        if not User.objects.filter(username=card).exists():
            User.objects.create_user(card, password=pin, first_name=name)


def recognise(identity: Identity, _login_id: str) -> str:
    """What the flow calls for a login: finds the customer who has linked this itsme.

    Never by e-mail, which itsme does not verify. Who deletes their itsme account and makes a new one comes with a new
    userId: they log in with card and PIN once more, and link it anew.
    """
    account = ItsmeAccount.objects.filter(itsme_user_id=identity.user_id).first()
    if account is None:
        raise Declined("not_activated")
    return str(account.user.pk)


def explain(reason: str, _locale: str) -> Message | None:
    """What people are told whom the bank declines; this one speaks English only."""
    reasons = {
        "not_activated": Message(
            "You have not activated itsme here yet",
            "Log in with your card and your PIN once, and activate itsme there.",
            "Go to the first page",
        ),
        "linked_elsewhere": Message(
            "This itsme belongs to another customer", "Ask at the counter.", "Go to the first page"
        ),
    }
    return reasons.get(reason)
