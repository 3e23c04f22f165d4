"""Whose itsme it is: finds the user of an identity, makes one, or links an itsme to a user. Never by e-mail.

An e-mail address that itsme tells is not verified: who may write somebody else's into their itsme account would be
signed in as that person. A userId is, and stays the same until the person deletes their itsme account. Who comes with
a new userId is therefore a new user here, until they sign in as they did before and link their new itsme ("register"
while being signed in); both userIds belong to the one user then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth import get_user_model
from django.db import IntegrityError, router, transaction

from itsme_facade.flow import Declined
from itsme_facade.web.django import conf
from itsme_facade.web.django.models import ItsmeAccount

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

    from itsme_facade.identity import Identity


def sign_in(identity: Identity, login_id: str) -> str:
    """Finds the user whose itsme it is, or makes one by ITSME["CREATE_USER"]. The default ON_IDENTITY.

    Idempotent: the same identity comes to the same user, and two at once make one.

    Returns:
        The user's primary key.

    Raises:
        Declined: `account_inactive`: the user may not sign in; `no_user_id`: itsme did not say who it is.
    """
    user_id = _user_id(identity)
    user = _known(user_id)
    if user is None:
        try:
            with transaction.atomic(using=router.db_for_write(ItsmeAccount)):
                user = cast("AbstractBaseUser", conf.read().function("CREATE_USER")(identity, login_id))
                ItsmeAccount.objects.create(itsme_user_id=user_id, user=user, login_id=login_id)
        except IntegrityError:
            # Another login of the same person was a moment faster, and the user just made is gone again.
            user = _known(user_id)
            if user is None:
                raise
    return _reference(user)


def link(identity: Identity, login_id: str, account: str) -> str:
    """Links an itsme to the user who was signed in when the login was started. The default ON_LINK.

    Args:
        identity: whose itsme it is.
        login_id: the login.
        account: the primary key of the user.

    Returns:
        The user's primary key.

    Raises:
        Declined: `linked_elsewhere`: this itsme signs another user in; `account_inactive`: the user is gone or may not
            sign in; `no_user_id`: itsme did not say who it is.
    """
    user_id = _user_id(identity)
    user = get_user_model()._default_manager.filter(pk=account).first()  # noqa: SLF001 - documented
    if user is None:
        raise Declined("account_inactive")
    reference = _reference(user)
    try:
        with transaction.atomic(using=router.db_for_write(ItsmeAccount)):
            ItsmeAccount.objects.create(itsme_user_id=user_id, user=user, login_id=login_id)
    except IntegrityError:
        known = _known(user_id)
        if known is None or known.pk != user.pk:
            raise Declined("linked_elsewhere") from None
    return reference


def create_user(identity: Identity, login_id: str) -> Any:
    """Makes a user without a password whose name is the login's id. The default CREATE_USER.

    It keeps no personal data. To keep some, write your own: it gets the identity once, and it may be called again for
    the same login_id, if the first time was cut off before its transaction was committed.
    """
    del identity
    users: Any = get_user_model()
    user = users(**{users.USERNAME_FIELD: f"itsme-{login_id}"})
    user.set_unusable_password()
    user.save()
    return user


def _user_id(identity: Identity) -> str:
    if not identity.user_id:
        raise Declined("no_user_id")
    return identity.user_id


def _known(user_id: str) -> AbstractBaseUser | None:
    account = ItsmeAccount.objects.filter(itsme_user_id=user_id).select_related("user").first()
    return None if account is None else account.user


def _reference(user: AbstractBaseUser) -> str:
    if not user.is_active:
        raise Declined("account_inactive")
    return str(user.pk)
