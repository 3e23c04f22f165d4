"""How commands speak: a table on a terminal, plain lines elsewhere, JSON for programs, two lines when it is wrong.

What was asked for goes to standard output, and nothing else does; all that is said beside it goes to standard error.
"""

from __future__ import annotations

import json
import re
import sys
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

import click

from itsme_facade.errors import (
    InvalidArguments,
    ItsmeError,
    NotConnected,
    RequestRefused,
    ServerFailed,
    TimedOut,
    UnreadableAnswer,
)

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

_PASSWORD = re.compile(r"(://[^/\s:@]*):[^\s]*@")
_KEY = re.compile(r"[A-Za-z0-9_-]{43}=")
_GUID = re.compile(r"\b(?!0{8}-)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.ASCII | re.IGNORECASE)
_TRANSACTION_TOKEN = re.compile(r"\b[A-Za-z0-9]{40,}\b", re.ASCII)
_STYLES = {"ok": "green", "warning": "yellow", "wrong": "bold red", "0": "dim", "none": "dim"}


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
        click.echo(f"itsme: {one_line(self.message)}", file=stream)
        if self.advice:
            click.echo(f"  {one_line(self.advice)}", file=stream)


class Failed(Stop):
    """The same where nothing that was typed or set is wrong."""

    exit_code = 1


class NotSignedIn(Stop):
    """The same where everything worked, and the person did not approve: refused, too late, or not yet."""

    exit_code = 3


class Interrupted(Stop):
    """The same where somebody pressed Ctrl-C."""

    exit_code = 130


@contextmanager
def stopping() -> Generator[None]:
    """Turns this package's exceptions into a `Stop`: their text is made for people and holds no secret."""
    try:
        yield
    except InvalidArguments as error:
        raise Stop(error.what, "Correct what is named here; --help says what is asked for.") from None
    except ItsmeError as error:
        raise Failed(error.what, advice_here(error)) from None


def advice_here(error: ItsmeError) -> str:
    """What to do at a terminal. The error's own advice may be for whoever writes an application: pages, attributes."""
    if error.advice != error.default_advice:
        return error.advice
    match error:
        case NotConnected() | TimedOut():
            return "Look at the network, the address and any proxy: `itsme doctor` looks at each. Then try again."
        case RequestRefused():
            return "Check the token and the environment, then what was given."
        case ServerFailed():
            quoted = f" {error.request_id}" if error.request_id else ""
            return f"Try again a little later; if it goes on, give CM's support the request id{quoted}."
        case UnreadableAnswer():
            return "If a file is named above, keep it: it may be the only copy of the person's data."
        case _:
            return error.advice


def table(title: str, rows: Mapping[str, object], *, as_json: bool) -> None:
    """Prints names and values."""
    if as_json:
        document(rows)
        return
    shown = [(_words(name), _text(value)) for name, value in rows.items()]
    if sys.stdout.isatty() and _print_with_rich(title, ("", ""), shown):
        return
    click.echo("\n".join([title, *_aligned(shown)]))


def listing(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Prints a table with a heading above each column."""
    shown = [tuple(_text(value) for value in row) for row in rows]
    if sys.stdout.isatty() and _print_with_rich(title, columns, shown):
        return
    click.echo("\n".join([title, *_aligned([tuple(columns), *shown])]))


def document(content: object) -> None:
    """Prints JSON, for programs."""
    click.echo(json.dumps(content))


def note(text: str) -> None:
    """Says something beside the result: it goes to standard error."""
    click.echo(text, err=True)


def hint(text: str) -> None:
    """Says something beside the result, to people only: a program that reads the result does not get it."""
    if sys.stderr.isatty():
        note(text)


def one_line(text: str) -> str:
    """On one line, and without what somebody may have typed in the wrong place: a password in a URL, a key, a token.

    >>> one_line("no such option: 5a0db0c5-0000-4000-8000-000000000001")
    'no such option: ***'
    """
    hidden = _KEY.sub("***", _PASSWORD.sub(r"\1:***@", " ".join(printable(text).split())))
    return _TRANSACTION_TOKEN.sub("***", _GUID.sub("***", hidden))


def printable(text: str) -> str:
    r"""The text without what would command a terminal: it may come from anywhere.

    >>> printable("Lucas\x1b[2J Maes")
    'Lucas�[2J Maes'
    """
    return "".join(
        letter if letter.isprintable() or letter in "\n\t" else "\N{REPLACEMENT CHARACTER}" for letter in text
    )


def _print_with_rich(title: str, columns: Sequence[str], shown: Sequence[Sequence[str]]) -> bool:
    try:
        # Not above: it takes 60 ms, and a pipe has no use for it. It honours NO_COLOR by itself.
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text
    except ModuleNotFoundError:
        return False
    drawn = Table(*columns, title=title, title_justify="left", show_header=any(columns))
    for row in shown:
        # Text, because a name may hold what rich would take for its markup.
        drawn.add_row(*(Text(value, style=_STYLES.get(value, "")) for value in row))
    Console(highlight=False).print(drawn)
    return True


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(f"{value:<{width}}" for value, width in zip(row, widths, strict=True)) for row in rows)
    return [line.rstrip() for line in lines]


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        listed = [str(each) for each in value]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        return printable(", ".join(listed)) or "none"
    return f"{value:g}" if isinstance(value, float) else printable(str(value)).replace("\n", ", ")
