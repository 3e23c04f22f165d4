"""What is kept in Django's database: logins on their way, sealed, and whose itsme belongs to which user."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser


class Login(models.Model):
    """One login on its way, as `DjangoStore` keeps it. Nothing in it can be read without the keys.

    What each field means is said once, at `itsme_facade.store.record.Record`. The store writes it past the ORM's
    `save`, since every write is conditional on the one before; change nothing here by hand.
    """

    login_id: models.CharField[str, str] = models.CharField(max_length=255, primary_key=True)
    phase: models.CharField[str, str] = models.CharField(max_length=16)
    version: models.IntegerField[int, int] = models.IntegerField()
    created_at: models.FloatField[float, float] = models.FloatField(db_index=True)
    expires_at: models.FloatField[float, float] = models.FloatField(db_index=True)
    due_at: models.FloatField[float | None, float | None] = models.FloatField(null=True, db_index=True)
    bound: models.BooleanField[bool, bool] = models.BooleanField()
    attempts: models.IntegerField[int, int] = models.IntegerField()
    state_digest: models.BinaryField[bytes, bytes] = models.BinaryField()
    browser_digest: models.BinaryField[bytes, bytes] = models.BinaryField()
    departure: models.BinaryField[bytes, bytes] = models.BinaryField()
    answer: models.BinaryField[bytes, bytes] = models.BinaryField()
    reference: models.BinaryField[bytes, bytes] = models.BinaryField()
    reason: models.TextField[str, str] = models.TextField(blank=True)
    delivered_at: models.FloatField[float | None, float | None] = models.FloatField(null=True)
    signed_out: models.BooleanField[bool, bool] = models.BooleanField()
    code_digest: models.BinaryField[bytes, bytes] = models.BinaryField()
    code_until: models.FloatField[float, float] = models.FloatField()
    code_tries: models.IntegerField[int, int] = models.IntegerField()

    objects: ClassVar[models.Manager[Login]] = models.Manager()

    class Meta:
        """Its own prefix: the tables of a `SqlStore` in the same database are others."""

        app_label = "itsme"
        db_table = "itsme_django_login"
        verbose_name = "login"

    def __str__(self) -> str:
        return self.login_id


class ItsmeAccount(models.Model):
    """Whose itsme this is: a userId of itsme, and the user of this site that it signs in.

    People are known by this and never by their e-mail address, which itsme does not verify. A person who deletes
    their itsme account and makes a new one comes with a new userId: a user may therefore have several of these.

    Args:
        itsme_user_id: the userId: the same for a person in every login, and for nobody else.
        user: the user of this site.
        login_id: the login that made this link.
        linked_at: when.
    """

    itsme_user_id: models.CharField[str, str] = models.CharField("itsme userId", max_length=255, unique=True)
    user: models.ForeignKey[AbstractBaseUser, AbstractBaseUser] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="itsme_accounts"
    )
    login_id: models.CharField[str, str] = models.CharField(max_length=255)
    linked_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager[ItsmeAccount]] = models.Manager()

    class Meta:
        """Its own prefix."""

        app_label = "itsme"
        db_table = "itsme_django_account"
        verbose_name = "itsme account"

    def __str__(self) -> str:
        return f"itsme account {self.pk}"
