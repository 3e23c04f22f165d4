"""Whether the keys can seal, and whether it is time to drop some."""

from __future__ import annotations

from typing import TYPE_CHECKING

from itsme_facade.commands.checks.finding import Finding, ok, warning, wrong
from itsme_facade.commands.checks.variables import is_set
from itsme_facade.errors import InvalidArguments, MissingExtra

if TYPE_CHECKING:
    from collections.abc import Mapping


def check_keys(environ: Mapping[str, str]) -> list[Finding]:
    """Counts the keys; a key does not tell how old it is."""
    if not is_set(environ, "ITSME_KEYS"):
        return []
    from itsme_facade.store.phases import Lives
    from itsme_facade.store.sealing import Seal

    listed = environ["ITSME_KEYS"].replace(",", " ").split()
    try:
        Seal(listed)
    except InvalidArguments as error:
        reasons = "; ".join(problem.reason for problem in error.problems)
        return [wrong("Keys", reasons, "Correct ITSME_KEYS; `itsme keys new` makes a key.")]
    except MissingExtra as error:
        return [wrong("Keys", error.what, error.advice)]
    if len({*listed}) < len(listed):
        return [warning("Keys", f"{len(listed)}, and one of them stands there twice", "Take the second one away.")]
    if len(listed) == 1:
        return [ok("Keys", "1, which seals and opens; `itsme keys rotate` puts a new one in front")]
    days = Lives().undelivered / 86_400
    advice = f"Drop the old ones {days:g} days after the rotation, when what they sealed has expired."
    few = len(listed) == 2
    return [ok("Keys", f"2: the first seals, both open. {advice}") if few else warning("Keys", _many(listed), advice)]


def _many(listed: list[str]) -> str:
    return f"{len(listed)}: the first seals, all open"
