"""Draws the page's pictures as SVG that follows the reader's light or dark mode, the same from the same figures."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, cast
from xml.sax.saxutils import escape, quoteattr

from matplotlib import style
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.bench.plots import Panel, Plot

LIGHT = {
    "page": "#fdfdfe",
    "ink": "#1b1b1f",
    "grid": "#dcdde4",
    "ours": "#2c6e3f",
    "missed": "#9a3b34",
    "base": "#44507a",
    "peer": "#a9b1cf",
}
_DARK = {
    "page": "#1b1c22",
    "ink": "#e6e6ea",
    "grid": "#3a3c47",
    "ours": "#86cf9b",
    "missed": "#f0a29b",
    "base": "#a3b1e8",
    "peer": "#5d6690",
}
_VARIABLES = [" ".join(f"--{name}: {colour};" for name, colour in colours.items()) for colours in (LIGHT, _DARK)]
_STYLE = f"""<style>
:root {{ {_VARIABLES[0]} }}
@media (prefers-color-scheme: dark) {{ :root {{ {_VARIABLES[1]} }} }}
text {{ font-family: system-ui, sans-serif !important }}
</style>"""
_SETTINGS: dict[str, Any] = {
    "svg.fonttype": "none",  # text stays text: it can be found, and read out
    "svg.hashsalt": "benchmarks",  # or every drawing would have other ids
    "font.family": "DejaVu Sans",  # comes with matplotlib
    "font.size": 12,
}
_WIDTH, _LEFT, _RIGHT, _ROW, _TITLE, _HEAD, _FOOT = 740, 190, 190, 24, 44, 32, 34  # pixels


def write_plots(folder: Path, plots: Iterable[Plot]) -> None:
    """Writes each picture to `folder`, and nothing else stays there that was one."""
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.svg"):
        old.unlink()
    for plot in plots:
        (folder / f"{plot.name}.svg").write_text(svg(plot), "utf-8")


def svg(plot: Plot) -> str:
    """The picture. Its colours are variables, so that the reader's mode can choose them."""
    heights = [_HEAD + _ROW * len(panel.rows) + _FOOT for panel in plot.panels]
    total = _TITLE + sum(heights)
    most = max(row.farthest for panel in plot.panels for row in panel.rows) if plot.one_scale else None
    with cast("Any", style).context(["default", _SETTINGS]), io.StringIO() as file:
        # A picture's pixel is one point, of which there are 72 to matplotlib's inch.
        figure = cast("Any", Figure)(figsize=(_WIDTH / 72, total / 72), facecolor=LIGHT["page"])
        figure.text(20 / _WIDTH, 1 - 24 / total, plot.title, fontsize=14, fontweight="bold", color=LIGHT["ink"])
        bottom = total - _TITLE
        for panel, height in zip(plot.panels, heights, strict=True):
            bottom -= height
            inner = (_LEFT, bottom + _FOOT, _WIDTH - _LEFT - _RIGHT, _ROW * len(panel.rows))
            axes = figure.add_axes([inner[0] / _WIDTH, inner[1] / total, inner[2] / _WIDTH, inner[3] / total])
            figure.text(20 / _WIDTH, (inner[1] + inner[3] + 12) / total, panel.title, color=LIGHT["ink"])
            _draw(axes, panel, 1.02 * (most or max(row.farthest for row in panel.rows)))
        figure.savefig(file, format="svg", metadata=dict.fromkeys(["Creator", "Date", "Format", "Type"]))
        drawn = file.getvalue()
    for name, colour in LIGHT.items():
        drawn = drawn.replace(colour, f"var(--{name})")
    attributes, _, parts = drawn.partition("<svg ")[2].partition(">")
    told = f'role="img" aria-label={quoteattr(plot.words)}'
    return f"<svg {told} {attributes}>\n<title>{escape(plot.title)}</title>\n{_STYLE}{parts}"


def _draw(axes: Any, panel: Panel, end: float) -> None:
    for place, row in enumerate(panel.rows):
        axes.barh(place, row.middle, height=0.62, color=LIGHT["missed" if row.missed else row.kind], zorder=2)
        if row.low < row.high:
            axes.plot([row.low, row.high], [place, place], color=LIGHT["ink"], linewidth=1, zorder=3)
        if row.line is not None:
            axes.plot([row.line, row.line], [place - 0.5, place + 0.5], color=LIGHT["ink"], linewidth=2, zorder=4)
        axes.text(
            1.02,
            place,
            f"{row.text}, misses {row.judged.bar}" if row.judged and row.missed else row.text,
            transform=axes.get_yaxis_transform(),  # all figures in one column, where no bar and no line comes
            va="center_baseline",
            color=LIGHT["ink"],
            fontweight="bold" if row.kind == "ours" else "normal",
        )
    if panel.line is not None:
        axes.axvline(panel.line, color=LIGHT["ink"], linewidth=2, zorder=4)
    axes.set(xlim=(0, end), ylim=(len(panel.rows) - 0.5, -0.5), facecolor=LIGHT["page"])
    axes.set_yticks(range(len(panel.rows)), [row.label for row in panel.rows])
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(cast("Any", StrMethodFormatter)("{x:,g}"))
    axes.grid(axis="x", color=LIGHT["grid"], linewidth=1, zorder=0)
    axes.tick_params(length=0, colors=LIGHT["ink"])
    axes.spines[:].set_visible(False)
