"""What the page's pictures show, in figures and in words. `drawing.py` draws them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING, Literal

from tests.bench.bars import ALONE, CROWD, SYNC, Bar, bars
from tests.bench.logins import bars as login_bar
from tests.bench.logins.bars import beside, loaded, login_bars
from tests.bench.logins.places import ENGINES
from tests.bench.rounds import BASELINE, Rates, Ratio
from tests.bench.sandbox import bars as sandbox_bar
from tests.bench.sandbox.bars import connections_of, sandbox_bars

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.bench.drops import Drop
    from tests.bench.logins.measuring import LoginFindings
    from tests.bench.measuring import Findings
    from tests.bench.sandbox.measuring import SandboxFindings

Kind = Literal["ours", "base", "peer"]
"""Ours, what the bar to clear is made of, or somebody else's."""

FOLDER = "benchmarks"
"""Where the pictures are, beside the page."""

_NAMES = {
    "httpx": "bare httpx",
    "facade": "the facade",
    "httpx-100": "httpx, keeps 100 idle",
    "generated": "the generated client",
    "starlette": "bare Starlette",
    "sandbox": "the local sandbox",
    "starlette-c": "Starlette, parser in C",
}


@dataclass(frozen=True)
class Row:
    """One horizontal bar: its middle, from the lowest to the highest of the rounds, and what is written at its end.

    Attributes:
        judged: The bar to clear, if it is for this row.
        line: Where that bar is, if not at the same place for the whole panel.
    """

    label: str
    text: str
    middle: float
    low: float
    high: float
    kind: Kind
    judged: Bar | None = None
    line: float | None = None

    @property
    def missed(self) -> bool:
        """Whether there is a bar to clear, and it is not met."""
        return self.judged is not None and not self.judged.met

    @property
    def farthest(self) -> float:
        """How far to the right anything of it is."""
        return max(self.middle, self.high, self.line or 0)

    @property
    def words(self) -> str:
        """The row, read out."""
        verdict = f", {'misses' if self.missed else 'clears'} the bar of {self.judged.bar}" if self.judged else ""
        return f"{self.label} {self.text}{verdict}"


@dataclass(frozen=True)
class Panel:
    """Rows on one scale, and the line to clear if all are measured by one."""

    title: str
    rows: Sequence[Row]
    line: float | None = None


@dataclass(frozen=True)
class Plot:
    """One picture. Panels with one scale can be compared with each other."""

    name: str
    title: str
    panels: Sequence[Panel]
    one_scale: bool = False

    @property
    def words(self) -> str:
        """The picture for those who do not see it."""
        panels = (f"{panel.title}: {'; '.join(row.words for row in panel.rows)}." for panel in self.panels)
        return f"{self.title}. {' '.join(panels)}"

    @property
    def markdown(self) -> str:
        """What the page has for it."""
        return f"![{self.words}]({FOLDER}/{self.name}.svg)"


def plots(found: Findings, of_sandbox: SandboxFindings, of_logins: LoginFindings) -> list[Plot]:
    """All pictures, in the page's order."""
    return [*facade_plots(found), sandbox_plot(of_sandbox), *login_plots(of_logins)]


def facade_plots(found: Findings) -> list[Plot]:
    """The facade beside its peers."""
    judged = bars(found)
    alone, crowd = (_panel(f"{n} in flight", found.awaiting[n], found.async_drops) for n in (1, 100))
    return [
        Plot(
            "blocking",
            "Blocking calls a second, as a multiple of bare httpx",
            [_judged(_panel("One connection", found.sync, found.sync_drops), judged[0], SYNC)],
        ),
        Plot(
            "awaiting",
            "Asynchronous calls a second, as a multiple of bare httpx",
            [_judged(alone, judged[1], ALONE), _judged(crowd, judged[2], CROWD)],
        ),
    ]


def sandbox_plot(found: SandboxFindings) -> Plot:
    """The local sandbox beside its peers."""
    panels: list[Panel] = []
    for (number, under), judged in zip(found.under_load.items(), sandbox_bars(found), strict=False):
        ratios = {name: Ratio.of(calls, under.calls[sandbox_bar.BASELINE]) for name, calls in under.calls.items()}
        rows = [_ratio_row(name, ratio) for name, ratio in ratios.items()]
        panels.append(_judged(Panel(connections_of(number), rows), judged, sandbox_bar.RATE))
    return Plot("sandbox", "Servers' calls a second on one core, as a multiple of bare Starlette", panels)


def login_plots(found: LoginFindings) -> list[Plot]:
    """Whole logins beside what they are made of, and how long a crowd waits."""
    judged = login_bars(found)
    rest = iter(judged)
    panels: list[Panel] = []
    for workers, raced in found.at_once.items():
        rows = [_rate_row("bare httpx, two calls", raced.rates["httpx"])]
        for engine, called in ENGINES.items():
            if (name := f"login {engine}") in raced.rates:
                bare = f"bare {engine}"
                rows.append(_rate_row(f"bare {called}", raced.rates[bare]))
                rows.append(_rate_row("both by turns", raced.rates[f"turns {engine}"], kind="peer"))
                ratio = beside(raced, "login", engine)
                rows.append(_rate_row(f"whole logins, {called}", raced.rates[name], ratio, next(rest)))
        panels.append(Panel(loaded(workers), rows))
    return [
        Plot(
            "logins",
            "Whole logins a second, beside the two that each is made of; bar: half of the slower",
            panels,
            one_scale=True,
        ),
        _crowd(found, judged[-2]),
    ]


def _crowd(found: LoginFindings, judged: Bar) -> Plot:
    waits = found.waits
    middle, last = median(waits.middle), median(waits.ninety_ninth)
    ratio = Ratio.of(waits.ninety_ninth, waits.middle).middle
    rows = [
        Row("median", f"{middle:.0f} ms", middle, min(waits.middle), max(waits.middle), "base"),
        Row(
            "99th percentile",
            f"{last:.0f} ms: {ratio:.2f}",
            last,
            min(waits.ninety_ninth),
            max(waits.ninety_ninth),
            "ours",
            judged,
            last * login_bar.CROWD / ratio,
        ),
    ]
    crowd = Panel(f"{found.crowd.browsers} at once, one process, PostgreSQL", rows)
    return Plot("crowd", "Milliseconds from callback to redirect; bar: at most five times the median", [crowd])


def _panel(title: str, rates: Rates, drops: dict[str, Drop]) -> Panel:
    remarks = {name: " (re-sends)" for name, drop in drops.items() if drop.hidden}
    return Panel(title, [_ratio_row(name, rates.ratio(name), remarks.get(name, "")) for name in rates.calls])


def _judged(panel: Panel, judged: Bar, line: float) -> Panel:
    rows = [replace(row, judged=judged) if row.kind == "ours" else row for row in panel.rows]
    return Panel(f"{panel.title} (bar: {judged.bar})", rows, line)


def _ratio_row(name: str, ratio: Ratio, remark: str = "") -> Row:
    base = name in {BASELINE, sandbox_bar.BASELINE}
    kind: Kind = "ours" if name in {"facade", "sandbox"} else "base" if base else "peer"
    text = "1" if base else f"{ratio.middle:.2f}"
    return Row(_NAMES.get(name, name) + remark, text, ratio.middle, ratio.low, ratio.high, kind)


def _rate_row(
    label: str,
    rates: Sequence[float],
    ratio: Ratio | None = None,
    judged: Bar | None = None,
    kind: Kind = "base",
) -> Row:
    middle, low, high = median(rates), min(rates), max(rates)
    if ratio is None:
        return Row(label, f"{middle:,.0f}", middle, low, high, kind)
    # The rounds' ratios are what is judged, so the line is where their median would have been the bar.
    line = middle * login_bar.LOGINS / ratio.middle
    return Row(label, f"{middle:,.0f}: {ratio.middle:.2f}", middle, low, high, "ours", judged, line)
