"""Tables in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.bench.bars import Bar


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A Markdown table and an empty line."""
    lines = [head, ["---"] * len(head), *rows]
    return [*(f"| {' | '.join(cells)} |" for cells in lines), ""]


def bars_rows(bars: Iterable[Bar]) -> list[list[str]]:
    """The rows that say which bars are met."""
    return [[bar.what, bar.peers, bar.bar, bar.ours, "yes" if bar.met else "**no**"] for bar in bars]
