"""The admin: to look at how logins stand. Nothing can be changed, and no sealed text or userId is shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.contrib import admin

from itsme_facade.web.django.models import ItsmeAccount, Login

if TYPE_CHECKING:
    from django.http import HttpRequest

    _Base = admin.ModelAdmin[Any]
else:
    _Base = admin.ModelAdmin  # cannot be subscripted when the program runs


class _LookOnly(_Base):
    """Looks and changes nothing."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        """Nobody adds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        """Nobody changes."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        """Nobody deletes: a login is erased by `itsme_sweep`, an account with its user."""
        return False


@admin.register(Login)
class LoginAdmin(_LookOnly):
    """Logins on their way."""

    fields = ("login_id", "phase", "reason", "started", "ends", "bound", "attempts", "signed_out")
    readonly_fields = fields
    list_display = ("login_id", "phase", "reason", "started", "ends", "attempts")
    list_filter = ("phase",)
    search_fields = ("login_id",)
    ordering = ("-created_at",)

    @admin.display(ordering="created_at")
    def started(self, login: Login) -> datetime:
        """When it was started."""
        return datetime.fromtimestamp(login.created_at, UTC)

    @admin.display(ordering="expires_at")
    def ends(self, login: Login) -> datetime:
        """When its life is over."""
        return datetime.fromtimestamp(login.expires_at, UTC)


@admin.register(ItsmeAccount)
class ItsmeAccountAdmin(_LookOnly):
    """Whose itsme is known here."""

    fields = ("user", "login_id", "linked_at")
    readonly_fields = fields
    list_display = ("id", "user", "login_id", "linked_at")
    list_select_related = ("user",)
    search_fields = ("login_id",)
    ordering = ("-linked_at",)
