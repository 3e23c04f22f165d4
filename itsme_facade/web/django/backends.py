"""The authentication backend: signs a user in whom a login has just named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.http import HttpRequest


class ItsmeBackend(ModelBackend):
    """Finds the user that a finished login's reference names: the primary key of a user, as text.

    Only the views of this app call `authenticate(request, itsme_reference=…)`; a form that passes a user name and a
    password gets nothing from it.
    """

    def authenticate(  # type: ignore[override]
        self,
        request: HttpRequest | None,
        itsme_reference: str | None = None,
        **_: Any,
    ) -> AbstractBaseUser | None:
        """The user, or None if there is none who may sign in."""
        del request
        if itsme_reference is None:
            return None
        user = self.user_of(itsme_reference)
        return user if user is not None and self.user_can_authenticate(user) else None

    def user_of(self, reference: str) -> AbstractBaseUser | None:
        """The user of a reference, as ON_IDENTITY gave it back."""
        users = get_user_model()
        try:
            return users._default_manager.filter(pk=reference).first()  # noqa: SLF001 - documented
        except (ValueError, TypeError):  # not of the kind that this project's primary keys are
            return None
