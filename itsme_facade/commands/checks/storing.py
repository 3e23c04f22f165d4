"""Whether what a flow keeps stays: the store, and the spool beside it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from itsme_facade.commands.checks.finding import Finding, ok, warning, wrong
from itsme_facade.commands.checks.variables import is_set
from itsme_facade.errors import InvalidArguments, ItsmeError, StoreNotDurable

if TYPE_CHECKING:
    from collections.abc import Mapping


def check_store(environ: Mapping[str, str]) -> list[Finding]:
    """Opens the store as a flow would: it makes its tables if they are missing, and no login."""
    if not is_set(environ, "ITSME_STORE_URL"):
        return []
    url = environ["ITSME_STORE_URL"].strip()
    scheme, _, rest = url.partition(":")
    if scheme == "memory":
        advice = "Name a database, Redis or Valkey before there is more than one process, or anybody to lose."
        return [warning("Store", "in memory: it ends with its process", advice)]
    if scheme.startswith("sqlite") and (path := rest.removeprefix("///").partition("?")[0]) and not Path(path).exists():
        return [_to_be_made("Store", Path(path), "SQLite's file")]
    return [_opened(url)]


def check_spool(environ: Mapping[str, str]) -> list[Finding]:
    """Looks at the folder without making it."""
    from itsme_facade.store.spool import Spool

    if not is_set(environ, "ITSME_SPOOL_DIR"):
        if not is_set(environ, "ITSME_STORE_URL"):
            return []
        advice = "Set ITSME_SPOOL_DIR to a folder on a disk that outlives the process."
        return [warning("Spool", "none: answers that arrive while the store is down wait in memory", advice)]
    folder = Path(environ["ITSME_SPOOL_DIR"].strip())
    if not folder.exists():
        return [_to_be_made("Spool", folder, "the folder")]
    try:
        waiting = len(Spool(folder).entries())
    except InvalidArguments as error:
        return [wrong("Spool", error.problems[0].reason, "Correct ITSME_SPOOL_DIR, or the folder's owner and rights.")]
    except ItsmeError as error:
        return [wrong("Spool", error.what, error.advice)]
    if not os.access(folder, os.W_OK | os.X_OK):
        return [wrong("Spool", "this user may not write to the folder", "Give it to the user that the application is.")]
    if waiting:
        advice = "Bring them in with `itsme store sweep --app module:flow`, and look why the store was away."
        return [warning("Spool", f"{waiting} answers wait for the store", advice)]
    return [ok("Spool", "empty, and this user may write there")]


def _opened(url: str) -> Finding:
    from itsme_facade.store.opening import open_store

    try:
        with open_store(url) as store:
            found = store.stats()
    except StoreNotDurable as error:
        return wrong("Store", error.what, error.advice)
    except InvalidArguments as error:
        reasons = "; ".join(problem.reason for problem in error.problems)
        return wrong("Store", f"ITSME_STORE_URL {reasons}", "Correct it; docs/stores.md shows each kind.")
    except ItsmeError as error:
        return wrong("Store", error.what, error.advice)
    number = sum(found.by_phase.values())
    counts = f"{number} login{'' if number == 1 else 's'}, {found.overdue} overdue"
    if found.overdue:
        advice = "Sweep it regularly: `itsme store sweep --app module:flow`, or in the application."
        return warning("Store", f"opens and keeps what it is given; {counts}", advice)
    return ok("Store", f"opens and keeps what it is given; {counts}")


def _to_be_made(check: str, path: Path, what: str) -> Finding:
    near = path.absolute().parent
    while not near.exists():
        near = near.parent
    if check == "Store" and near != path.absolute().parent:
        return wrong(check, f"{what} has no folder to be made in", "Make the folder, or correct ITSME_STORE_URL.")
    if not os.access(near, os.W_OK | os.X_OK):
        advice = "Let the application's user write there, or choose another place."
        return wrong(check, f"{what} is not there, and this user may not make it", advice)
    return ok(check, f"{what} is not there yet; the application makes it at its start")
