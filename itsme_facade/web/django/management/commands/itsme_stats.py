"""`python manage.py itsme_stats`: what is in the store of logins, in numbers."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from itsme_facade.errors import ItsmeError
from itsme_facade.store.record import Phase
from itsme_facade.web.django import conf
from itsme_facade.web.django.store import DjangoStore


class Command(BaseCommand):
    """Numbers only."""

    help = "Tells how many logins are in each phase, how many wait for a sweep, and how old the oldest is."

    def handle(self, *_: Any, **__: Any) -> None:
        """Prints one number a line."""
        setting = conf.read()
        try:
            stats = DjangoStore(setting["DATABASE"], accept_loss=setting["ACCEPT_LOSS"]).stats()
        except ItsmeError as error:
            raise CommandError(str(error)) from None
        for phase in Phase:
            if phase in stats.by_phase:
                self.stdout.write(f"{phase.value}: {stats.by_phase[phase]}")
        self.stdout.write(f"waiting for a sweep: {stats.overdue}")
        self.stdout.write(f"over, to be erased: {stats.expired}")
        self.stdout.write(f"oldest: {stats.oldest:.0f} s")
