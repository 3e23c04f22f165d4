"""What happens when something else happens: a logout, a changed setting."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib.auth.signals import user_logged_out
from django.core.signals import setting_changed
from django.db import transaction

from itsme_facade.errors import ItsmeError, StoreNotDurable
from itsme_facade.web.django import conf, flows, sessions

if TYPE_CHECKING:
    from django.http import HttpRequest

log = logging.getLogger("itsme_facade.web.django")


def connect() -> None:
    """Connects the receivers."""
    user_logged_out.connect(end_logins, dispatch_uid="itsme.end_logins")
    setting_changed.connect(forget_changed, dispatch_uid="itsme.forget_changed")


def end_logins(*, request: HttpRequest | None = None, **_: Any) -> None:
    """After a logout, by whichever view, the logins of that session sign nobody in any more."""
    session = getattr(request, "session", None)
    if session is None:
        return
    logins = sessions.logins_of(session)
    try:
        _sign_out(logins)
    except StoreNotDurable:
        # A view of the project's, inside a transaction: as soon as the logout itself holds.
        transaction.on_commit(partial(_sign_out, logins), using=conf.read()["DATABASE"], robust=True)


def _sign_out(logins: list[str]) -> None:
    for login_id in logins:
        try:
            flows.get_flow().signed_out(login_id)
        except StoreNotDurable:
            raise
        except ItsmeError as error:
            # The logout goes on: for at most a minute this browser, and no other, could come back to its callback.
            log.warning("login %s: the logout was not kept (%s)", login_id, type(error).__name__)


def forget_changed(*, setting: str, **_: Any) -> None:
    """In tests: another ITSME or another database means another flow."""
    if setting in {"ITSME", "DATABASES"}:
        flows.forget_flow()
