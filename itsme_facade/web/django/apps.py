"""The Django app: add "itsme_facade.web.django" to INSTALLED_APPS."""

from __future__ import annotations

from django.apps import AppConfig


class ItsmeConfig(AppConfig):
    """Login with itsme. Its label is `itsme`, so `python manage.py migrate itsme` makes its tables."""

    name = "itsme_facade.web.django"
    label = "itsme"
    verbose_name = "itsme"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connects what listens: the system checks, the end of a session, and changed settings in tests."""
        from itsme_facade.web.django import checks, listening

        checks.register_all()
        listening.connect()
