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
        """Connects what listens: the system checks, the end of a session, and changed settings in tests.

        And keeps states out of the access logs of the servers that write them in this process.
        """
        from itsme_facade.web.access_logs import ACCESS_LOGS, hide_states
        from itsme_facade.web.django import checks, listening

        hide_states(*ACCESS_LOGS, "django.server")
        checks.register_all()
        listening.connect()
