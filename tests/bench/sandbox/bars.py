"""The bars that the local sandbox has to clear, and whether it does."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from tests.bench.bars import Bar
from tests.bench.rounds import Ratio

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.bench.sandbox.measuring import SandboxFindings

RATE, FIRST_ANSWER = 0.7, 0.35
START, STOP, RESET = 30, 20, 1
MEMORY, EACH, LEFT = 45, 4.0, 0.4
"""Flat means: less left behind than a tenth of what a finished transaction may take while it is remembered."""

BASELINE = "starlette"


def sandbox_bars(found: SandboxFindings) -> list[Bar]:
    """Judged by the medians over the rounds; rates against bare Starlette in the same rounds."""
    memory = found.memory
    return [
        *(
            _rate(
                f"create and status, {connections_of(number)}, one core: calls a second / bare Starlette", under.calls
            )
            for number, under in found.under_load.items()
        ),
        _at_most("from command to first answer", found.first_answer, FIRST_ANSWER, "s", 2),
        _at_most("in a test's process: start to first answer", _times(found, "start"), START, "ms", 1),
        _at_most("in a test's process: stop", _times(found, "stop"), STOP, "ms", 1),
        _at_most("in a test's process: as new again (`reset`)", _times(found, "reset"), RESET, "ms", 2),
        _at_most("memory at start", found.memory_at_start, MEMORY, "MiB", 0),
        Bar(
            "memory for each finished transaction that is remembered",
            "not measured",
            f"≤ {EACH:.0f} KiB",
            f"{memory.kib_each:.1f} KiB",
            memory.kib_each <= EACH,
        ),
        Bar(
            "memory left behind by each transaction that is forgotten after its retention",
            "not measured",
            f"flat: ≤ {LEFT} KiB",
            f"{memory.kib_left:.2f} KiB",
            memory.kib_left <= LEFT,
        ),
    ]


def connections_of(number: int) -> str:
    """A number of connections, in words."""
    return "1 connection" if number == 1 else f"{number} connections"


def _rate(what: str, calls: Mapping[str, Sequence[float]]) -> Bar:
    ratios = {name: Ratio.of(rounds, calls[BASELINE]) for name, rounds in calls.items()}
    peers = {name: f"{ratio.middle:.2f}" for name, ratio in ratios.items() if name != BASELINE}
    ours = ratios["sandbox"]
    return Bar(what, _peers(peers), f"≥ {RATE}", str(ours), ours.middle >= RATE)


def _times(found: SandboxFindings, what: str) -> dict[str, list[float]]:
    times = {name: [getattr(each, what) for each in rounds] for name, rounds in found.in_process.items()}
    return {name: rounds for name, rounds in times.items() if None not in rounds}


def _at_most(what: str, rounds: Mapping[str, Sequence[float]], bar: float, unit: str, digits: int) -> Bar:
    middles = {name: f"{median(numbers):.{digits}f} {unit}" for name, numbers in rounds.items()}
    ours = rounds["sandbox"]
    text = f"{middles['sandbox']} ({min(ours):.{digits}f} to {max(ours):.{digits}f})"
    return Bar(what, _peers(middles), f"≤ {bar} {unit}", text, median(ours) <= bar)


def _peers(texts: Mapping[str, str]) -> str:
    return "; ".join(f"{name} {text}" for name, text in texts.items() if name != "sandbox") or "not measured"
