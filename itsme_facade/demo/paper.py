"""Where a demo writes: in colour on a terminal that has it, in plain aligned text elsewhere."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

_STEP = "  {what:<68}{milliseconds:>7.1f} ms"


class Paper(Protocol):
    """Titles, notes, timed steps, and tables of labels and values."""

    def title(self, text: str) -> None:
        """Begins a part."""
        ...

    def note(self, text: str) -> None:
        """Writes a line or several."""
        ...

    def step(self, what: str, seconds: float) -> None:
        """Writes what was done and how long it took, in seconds."""
        ...

    def table(self, rows: Sequence[tuple[str, str]]) -> None:
        """Writes labels and values, one pair a line."""
        ...


def paper_for(stream: TextIO) -> Paper:
    """Colour if the stream is a terminal, `NO_COLOR` is unset and rich is installed; else plain text."""
    if stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb":
        try:
            from rich.console import Console
        except ModuleNotFoundError:
            return PlainPaper(stream)
        return ColourPaper(Console(file=stream, highlight=False, soft_wrap=True))
    return PlainPaper(stream)


class PlainPaper:
    """Text without any control codes."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def title(self, text: str) -> None:
        """Begins a part with an empty line and an underlined title."""
        self._write(f"\n{text}\n{'-' * len(text)}")

    def note(self, text: str) -> None:
        """Writes the text as it is."""
        self._write(text)

    def step(self, what: str, seconds: float) -> None:
        """Writes the step, and its time in a column."""
        self._write(_STEP.format(what=what, milliseconds=seconds * 1000))

    def table(self, rows: Sequence[tuple[str, str]]) -> None:
        """Writes the values in a column."""
        width = max(len(label) for label, _ in rows)
        self._write("\n" + "\n".join(f"  {label:<{width}}  {value}" for label, value in rows))

    def _write(self, text: str) -> None:
        print(text, file=self._stream)


class ColourPaper:
    """The same in colour. Only literal text reaches rich, so nothing in a name is taken for markup."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def title(self, text: str) -> None:
        """Begins a part."""
        self._write(f"\n{text}", "bold cyan")

    def note(self, text: str) -> None:
        """Writes the text."""
        self._write(text, "dim")

    def step(self, what: str, seconds: float) -> None:
        """Writes the step, and its time in a column."""
        self._write(_STEP.format(what=what, milliseconds=seconds * 1000), "green")

    def table(self, rows: Sequence[tuple[str, str]]) -> None:
        """Writes the values in a column."""
        from rich.text import Text

        width = max(len(label) for label, _ in rows)
        self._console.print()
        for label, value in rows:
            self._console.print(Text.assemble((f"  {label:<{width}}  ", "dim"), (value, "bold")))

    def _write(self, text: str, style: str) -> None:
        from rich.text import Text

        self._console.print(Text(text, style=style))
