"""The bank's customers: who has activated itsme is let in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.cache import cache

from itsme_facade.demo.bank.books import books
from itsme_facade.demo.declining import NOT_ACTIVATED
from itsme_facade.demo.received import Received
from itsme_facade.flow import Declined
from itsme_facade.web.django.accounts import sign_in

if TYPE_CHECKING:
    from itsme_facade import Identity

BANK: Final = "kbc"
"""Which of the sandbox's banks this one is."""
CALLED: Final = "KBC"


def welcome(identity: Identity, login_id: str) -> str:
    """The flow calls this with what itsme said, ITSME["ON_IDENTITY"]: finds the Django user, or makes one.

    Returns:
        The user's primary key.

    Raises:
        Declined: the person has not activated itsme at this bank.
    """
    if identity.user_id and not books.say_active(identity.user_id):
        raise Declined(NOT_ACTIVATED)
    reference = sign_in(identity, login_id)
    # In memory only, for the page that shows it. A bank knows its customers already and keeps none of it.
    cache.set(_key(reference), Received.of(identity, "login", tuple(settings.ITSME["SCOPES"])), timeout=None)
    return reference


def received(reference: str | None) -> Received | None:
    """What came when this customer logged in last."""
    if reference is None:
        return None
    found: Received | None = cache.get(_key(reference))
    return found


def _key(reference: str) -> str:
    return f"received-{reference}"
