"""The bars that the facade has to clear, and whether it does."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from tests.bench.rounds import Rates, Ratio

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.bench.measuring import Findings

SYNC, ALONE, CROWD, IMPORT, SECOND = 1.0, 1.0, 4.0, 1.3, 1.0


@dataclass(frozen=True)
class Bar:
    """One line of the page's first table."""

    what: str
    peers: str
    bar: str
    ours: str
    met: bool


def bars(found: Findings) -> list[Bar]:
    """Judged by the medians; "in one run" means: each against bare httpx in the same rounds."""
    alone, crowd = found.awaiting[1], found.awaiting[100]
    hidden = found.async_drops["facade"].hidden or found.sync_drops["facade"].hidden
    imports = {name: Ratio.of(times, found.starts.imports["httpx"]) for name, times in found.starts.imports.items()}
    second = {name: median(times) for name, times in found.starts.second_client.items()}
    return [
        _at_least(
            "create and status, blocking, one connection: calls a second / bare `httpx.Client`", found.sync, SYNC
        ),
        _at_least("the same with `await`, 1 in flight / bare `httpx.AsyncClient`", alone, ALONE),
        _at_least(
            "the same, 100 in flight / bare `httpx.AsyncClient`, no read sent again in secret",
            crowd,
            CROWD,
            also=not hidden,
            remarks={name: ", re-sends" for name, drop in found.async_drops.items() if drop.hidden},
        ),
        Bar(
            "`from itsme_facade import Itsme` / `import httpx`, net of Python",
            _peers({name: ratio.middle for name, ratio in imports.items()}),
            f"≤ {IMPORT}",
            str(imports["facade"]),
            imports["facade"].middle <= IMPORT,
        ),
        Bar(
            "second `Itsme()` in a process",
            f"`httpx.Client()` {second['httpx']:.1f} ms",
            f"≤ {SECOND:.0f} ms",
            f"{second['facade']:.2f} ms",
            second["facade"] <= SECOND,
        ),
    ]


def _at_least(what: str, rates: Rates, bar: float, *, also: bool = True, remarks: dict[str, str] | None = None) -> Bar:
    ratios = {name: rates.ratio(name) for name in rates.calls}
    ours = ratios["facade"]
    peers = _peers({name: ratio.middle for name, ratio in ratios.items()}, remarks or {})
    return Bar(what, peers, f"≥ {bar:.1f}", str(ours), ours.middle >= bar and also)


def _peers(ratios: dict[str, float], remarks: dict[str, str] | None = None) -> str:
    others: Iterable[str] = (
        f"{name} {ratio:.2f}{(remarks or {}).get(name, '')}"
        for name, ratio in ratios.items()
        if name not in {"httpx", "facade"}
    )
    return "; ".join(others) or "not measured"
