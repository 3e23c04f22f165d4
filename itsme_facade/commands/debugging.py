"""`--debug`: where in the code it went wrong, without anything that was in its hands."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

import click

from itsme_facade.commands.saying import one_line
from itsme_facade.errors import ItsmeError

if TYPE_CHECKING:
    from collections.abc import Iterator


def give_debug(command: click.Command) -> None:
    """Gives a command and all below it the option `--debug`."""
    command.params.append(
        click.Option(
            ["--debug"],
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=_remember,
            help="Show where in the code it went wrong.",
        )
    )
    if isinstance(command, click.Group):
        for below in command.commands.values():
            give_debug(below)


class Debug:
    """Whether it was asked for; made before the arguments are read."""

    def __init__(self) -> None:
        self.wanted = False


def trace(error: BaseException) -> str:
    """Where an exception came from, and what it came from in turn: files, lines and kinds.

    The text of an exception is shown if it is ours, because ours hold no secret. That of others may quote whatever
    they were given, so they are named by their kind alone. Values of variables are never shown.
    """
    lines = ["Traceback (without the texts of foreign errors, which may quote secrets):"]
    for each in _chain(error):
        lines += (line.rstrip() for line in traceback.format_tb(each.__traceback__))
        said = f": {one_line(each.what)}" if isinstance(each, ItsmeError) else ""
        lines.append(f"{type(each).__module__}.{type(each).__qualname__}{said}")
    return "\n".join(lines)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception after those that led to it, also the ones that `from None` hides from people."""
    before = error.__cause__ or error.__context__
    if before is not None:
        yield from _chain(before)
    yield error


def _remember(context: click.Context, _option: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - as click calls it
    kept = context.find_object(Debug)
    if wanted and kept is not None:
        kept.wanted = True
