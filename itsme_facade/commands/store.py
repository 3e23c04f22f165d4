"""`itsme store`: look into the store of unfinished logins, sweep it, empty it."""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from itsme_facade.commands.progress import progress
from itsme_facade.commands.saying import Failed, Stop, stopping, table

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from itsme_facade.store.base import Store

_VARIABLE = "ITSME_STORE_URL"
_AGE = re.compile(r"([0-9]{1,9})([smhd]?)", re.ASCII)
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3_600, "d": 86_400}
_AT_ONCE = 1_000


def _age(_context: click.Context, _option: click.Parameter, value: str | None) -> float:
    if value is None:
        return 0.0
    read = _AGE.fullmatch(value.strip())
    if read is None:
        raise Stop(f"--older-than {value[:20]!r} is no age.", "Write a number and s, m, h or d: 90s, 30m, 1h, 2d.")
    return float(int(read[1]) * _SECONDS[read[2]])


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command what all of them take."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs."),
        click.option(
            "--prefix",
            default="itsme_",
            metavar="TEXT",
            show_default=True,
            help="The application's prefix in the store.",
        ),
        click.option("--url", metavar="URL", envvar=_VARIABLE, show_envvar=True, help="Where the store is."),
    ):
        command = option(command)
    return command


@click.group("store", short_help="Look into the store of unfinished logins, sweep it, empty it.")
def store_group() -> None:
    """The store of unfinished logins: a database, Redis or Valkey.

    Its URL may hold a password, which other people on this machine see on a command line: ITSME_STORE_URL is
    the better place for it.
    """


@store_group.command("stats")
@_options
def stats(url: str | None, prefix: str, *, as_json: bool) -> None:
    """Count what is in the store, by phase."""
    from itsme_facade.store.record import Phase

    with stopping(), progress(lambda: "Counting"), _opened(url, prefix) as store:
        found = store.stats()
    counts: dict[str, object] = {phase.value: found.by_phase.get(phase, 0) for phase in Phase}
    # A record is never written as expired: it is one whose life is over and that no sweep has erased yet.
    counts |= {"expired": found.expired, "overdue": found.overdue, "oldest_seconds": round(found.oldest, 1)}
    table("Unfinished logins", counts, as_json=as_json)


@store_group.command("sweep")
@_options
@click.option(
    "--app",
    metavar="MODULE:FLOW",
    help="Where the application's Flow or AsyncFlow is, such as shop.login:flow. Its own store is used.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="NUMBER",
    default=100,
    show_default=True,
    help="How many logins at most.",
)
def sweep(url: str | None, prefix: str, app: str | None, limit: int, *, as_json: bool) -> None:
    """Erase what has expired; with --app also deliver what waits.

    Only the application knows how to take an identity, so without --app nothing is delivered: what waits is named.
    """
    if app is not None:
        from itsme_facade.commands.application import sweep_with

        with stopping(), progress(lambda: "Sweeping"):
            report = sweep_with(app, limit)
        table("Swept", report, as_json=as_json)
        return
    from itsme_facade.store.phases import NOBODY_TOOK_IT
    from itsme_facade.store.record import Phase

    gone: list[Any] = []
    with stopping(), progress(lambda: "Sweeping"), _opened(url, prefix) as store:
        due, ended = store.sweep(limit)
        gone += ended
    untaken = [each.login_id for each in gone if each.phase is Phase.EXPIRED and each.reason == NOBODY_TOOK_IT]
    found: dict[str, object] = {"erased": len(gone), "erased_with_identity": untaken, "due": due}
    table("Swept", found, as_json=as_json)
    if due and not as_json:
        click.echo(f"{len(due)} of them wait for the application: name it with --app module:flow.", err=True)


@store_group.command("purge", short_help="Erase every login in the store, also what nobody has taken.")
@_options
@click.option("--older-than", "age", callback=_age, metavar="AGE", help="Only what is older: 90s, 30m, 1h, 2d.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def purge(url: str | None, prefix: str, age: float, *, yes: bool, as_json: bool) -> None:
    """Erase every login in the store, whatever its phase, also identities that nobody has taken yet."""
    from itsme_facade.store.record import Phase

    with stopping(), _there(url, prefix) as store:
        if not yes:
            with progress(lambda: "Counting"):
                found = store.stats()
            waiting = found.by_phase.get(Phase.CAPTURED, 0) + found.by_phase.get(Phase.DELIVERING, 0)
            _ask(f"Logins there: {sum(found.by_phase.values())}, with an identity nobody has taken: {waiting}.", age)
        with progress(lambda: "Erasing"):
            erased = store.purge(age)
    table("Purged", {"erased": erased}, as_json=as_json)


def _ask(what: str, age: float) -> None:
    if not sys.stdin.isatty():
        raise Stop("purge asks first, and there is nobody to ask.", "Add --yes if you are sure.")
    of = f"those older than {age:g} seconds" if age else "all of them"
    if not click.confirm(f"{what} Erase {of}, for good?", err=True):
        raise Failed("Nothing was erased.", "")


@contextmanager
def _there(url: str | None, prefix: str) -> Generator[Store]:
    """A store, opened with a word to somebody who waits for it, and silent afterwards: there is a question to come."""
    store = _opened(url, prefix)
    with progress(lambda: "Opening the store"):
        store.open()
    with store:
        yield store


def _opened(url: str | None, prefix: str) -> Store:
    """A store to look into. Whether it is durable is the application's business, not this command's."""
    if not url:
        raise Stop("No store is named.", f"Give --url or set {_VARIABLE}, such as sqlite:////var/lib/shop/itsme.db")
    scheme, _, rest = url.partition(":")
    if scheme == "memory":
        raise Stop("A memory store lives in the application's own process.", "Name a database, Redis or Valkey.")
    if scheme.startswith("sqlite") and (path := rest.removeprefix("///").partition("?")[0]) and not Path(path).exists():
        raise Stop("There is no such SQLite file.", "Correct the path; the application makes the file at its start.")
    from itsme_facade.store.opening import open_store

    return open_store(url, prefix=prefix, accept_loss=True)
