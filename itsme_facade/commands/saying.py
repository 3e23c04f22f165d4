"""How commands speak: a table on a terminal, plain lines elsewhere, JSON for programs, two lines when it is wrong."""

from __future__ import annotations

import json
import re
import sys
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

import click

from itsme_facade.errors import InvalidArguments, ItsmeError

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

_PASSWORD = re.compile(r"(://[^/\s:@]*):[^\s]*@")
_KEY = re.compile(r"[A-Za-z0-9_-]{43}=")


class Stop(click.ClickException):
    """Ends a command with one line that says what is wrong and one that says what to do.

    Args:
        what: what is wrong. Never holds a secret.
        advice: what to do now.
    """

    exit_code = 2

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(what)
        self.advice = advice

    def show(self, file: IO[Any] | None = None) -> None:
        """Writes both lines, each on one line whatever the words are."""
        stream = file or sys.stderr
        click.echo(f"itsme: {_one_line(self.message)}", file=stream)
        if self.advice:
            click.echo(f"  {_one_line(self.advice)}", file=stream)


class Failed(Stop):
    """The same where nothing that was typed or set is wrong."""

    exit_code = 1


@contextmanager
def stopping() -> Generator[None]:
    """Turns this package's exceptions into a `Stop`: their text is made for people and holds no secret."""
    try:
        yield
    except InvalidArguments as error:
        raise Stop(error.what, "Correct what is named here; --help says what is asked for.") from None
    except ItsmeError as error:
        raise Failed(error.what, error.advice) from None


def table(title: str, rows: Mapping[str, object], *, as_json: bool) -> None:
    """Prints names and values."""
    if as_json:
        click.echo(json.dumps(rows))
        return
    shown = {_words(name): _text(value) for name, value in rows.items()}
    if sys.stdout.isatty() and _print_with_rich(title, shown):
        return
    width = max(map(len, shown), default=0)
    click.echo("\n".join([title, *(f"{name:<{width}}  {value}" for name, value in shown.items())]))


def hint(text: str) -> None:
    """Says something beside the result, to people only: a program that reads the result does not get it."""
    if sys.stderr.isatty():
        click.echo(text, err=True)


def _print_with_rich(title: str, shown: Mapping[str, str]) -> bool:
    try:
        # Not above: it takes 60 ms, and a pipe has no use for it. It honours NO_COLOR by itself.
        from rich.console import Console
        from rich.table import Table
    except ModuleNotFoundError:
        return False
    drawn = Table("", "", title=title, title_justify="left", show_header=False)
    for name, value in shown.items():
        drawn.add_row(name, value, style="" if value not in {"0", "none"} else "dim")
    Console(highlight=False).print(drawn)
    return True


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        listed = [str(each) for each in value]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        return ", ".join(listed) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _one_line(text: str) -> str:
    """On one line, and without what somebody may have typed in the wrong place: a URL's password, a key."""
    return _KEY.sub("***", _PASSWORD.sub(r"\1:***@", " ".join(text.split())))
