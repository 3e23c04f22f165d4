"""`itsme keys`: keys to seal unfinished logins with, and their rotation."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from itsme_facade.commands.saying import Stop, document, hint, stopping

if TYPE_CHECKING:
    from typing import TextIO

_VARIABLE = "ITSME_KEYS"


@click.group("keys", short_help="Make and rotate the keys that unfinished logins are sealed with.")
def keys_group() -> None:
    """Keys that unfinished logins are sealed with (ITSME_KEYS).

    A key is printed once and kept nowhere: put it where your other secrets are.
    """


@keys_group.command("new")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def new(*, as_json: bool) -> None:
    """Print a new key."""
    _print([_new_key()], as_json=as_json)
    hint(f"Give it to the application as {_VARIABLE}. Who has it can read what unfinished logins keep.")


@keys_group.command("rotate")
@click.argument("file", type=click.File("r", encoding="utf-8"), required=False)
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    metavar="NUMBER",
    help="How many of the old keys to keep, the newest of them first. All of them unless given.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def rotate(file: TextIO | None, keep: int | None, *, as_json: bool) -> None:
    """Print the keys with a new one in front.

    Reads the present keys from FILE ("-" is standard input), or from ITSME_KEYS if no file is named. New records are
    sealed with the first key; the others still open what they sealed. Drop an old one (--keep) when everything that
    it sealed has expired: three days later, unless you chose otherwise.
    """
    from itsme_facade.store.sealing import Seal

    present = _read(file).replace(",", " ").split()
    if not present:
        raise Stop("There is no key to rotate.", f"Set {_VARIABLE} or name a file; `itsme keys new` makes a first key.")
    with stopping():
        Seal(present)
    _print([_new_key(), *present[:keep]], as_json=as_json)
    hint(f"Give all of it to every process of the application as {_VARIABLE}, the new key first.")


def _print(keys: list[str], *, as_json: bool) -> None:
    """Prints keys, the first to seal with: as the variable wants them, or as a list."""
    if as_json:
        document({"keys": keys})
    else:
        click.echo(",".join(keys))


def _new_key() -> str:
    from itsme_facade.store.sealing import new_key

    with stopping():
        return new_key()


def _read(file: TextIO | None) -> str:
    if file is None:
        return os.environ.get(_VARIABLE, "")
    if file.isatty():
        hint("Type or paste the keys, then end with Ctrl-D.")
    try:
        return file.read()
    except UnicodeDecodeError:
        raise Stop("The file with the keys is no text.", "Name the file that holds what ITSME_KEYS holds.") from None
