"""`python manage.py itsme_sweep`: looks after logins that nobody came back for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from itsme_facade.errors import ItsmeError
from itsme_facade.web.django.flows import get_flow

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    """Once, for cron; or with `--every` for as long as it runs."""

    help = (
        "Asks itsme for logins whose worker was cut off, delivers what was kept, brings in what lies in the spool, "
        "and erases what is over."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What may stand behind it."""
        parser.add_argument("--every", type=float, metavar="SECONDS", help="go on, and sweep again after so long")
        parser.add_argument("--limit", type=int, default=100, help="at most so many logins in one sweep (100)")

    def handle(self, *_: Any, **options: Any) -> None:
        """Sweeps."""
        every: float | None = options["every"]
        if every is not None and every <= 0:
            raise CommandError("--every is a number of seconds above 0.")
        while True:
            close_old_connections()
            try:
                self.stdout.write(self._swept(options["limit"]))
            except ItsmeError as error:
                if every is None:
                    raise CommandError(str(error)) from None
                self.stderr.write(str(error))
            if every is None:
                return
            time.sleep(every)

    def _swept(self, limit: int) -> str:
        report = get_flow().sweep(limit)
        return "\n".join(_lines(report))


def _lines(report: Any) -> list[str]:
    parts = [(name, len(getattr(report, name))) for name in _PARTS]
    told = [f"{name.replace('_', ' ')}: {count}" for name, count in parts if count]
    return [", ".join(told) or "nothing to do"]


_PARTS = ("asked", "delivered", "refused", "lost", "still_open", "failed", "brought_in", "expired")
