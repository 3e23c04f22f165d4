"""Draws the site's diagrams, from the code where there is code for it: `python -m tests.docs.diagrams`."""

from xml.sax.saxutils import escape

from itsme_facade.store import phases
from itsme_facade.store.record import Phase, Record
from tests.docs.pages import ROOT

FOLDER = ROOT / "docs" / "_static"
STYLE = """
text { font: 14px system-ui, sans-serif; fill: #1b1b1f; text-anchor: middle; dominant-baseline: central }
.small { font-size: 12px } .left { text-anchor: start } .page { fill: #fdfdfe }
.box { fill: #eef1fb; stroke: #44507a; stroke-width: 1.5 } .end { fill: #e7f4ea; stroke: #2c6e3f }
.bad { fill: #fbeceb; stroke: #9a3b34 }
.line { fill: none; stroke: #44507a; stroke-width: 1.5; marker-end: url(#tip) } .tip { fill: #44507a }
.rare { stroke-dasharray: 5 4 }
@media (prefers-color-scheme: dark) {
text { fill: #e6e6ea } .page { fill: #1b1c22 } .box { fill: #2a3050; stroke: #a3b1e8 }
.end { fill: #1f3a28; stroke: #86cf9b } .bad { fill: #43211f; stroke: #f0a29b }
.line { stroke: #a3b1e8 } .tip { fill: #a3b1e8 }
}"""

Point = tuple[int, int]


def svg(title: str, width: int, height: int, *parts: str) -> str:
    """A picture with a page of its own, readable on light and on dark sites."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="{title}">\n'
        f"<title>{title}</title>\n<style>{STYLE}\n</style>\n"
        '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path class="tip" d="M0 0L8 4L0 8z"/></marker>\n'
        f'<rect class="page" width="{width}" height="{height}" rx="8"/>\n'
    )
    return head + "\n".join(parts) + "\n</svg>\n"


def box(at: Point, size: Point, label: str, kind: str = "", small: str = "") -> str:
    (x, y), (width, height) = at, size
    middle = y + height // 2
    first = middle - 9 if small else middle
    text = f'<text x="{x + width // 2}" y="{first}">{escape(label)}</text>'
    if small:
        text += f'<text class="small" x="{x + width // 2}" y="{middle + 10}">{escape(small)}</text>'
    look = f"box {kind}".strip()
    return f'<rect class="{look}" x="{x}" y="{y}" width="{width}" height="{height}" rx="6"/>{text}'


def line(path: str, label: str = "", at: Point = (0, 0), *, rare: bool = False) -> str:
    drawn = f'<path class="line{" rare" if rare else ""}" d="{path}"/>'
    return drawn + (f'<text class="small" x="{at[0]}" y="{at[1]}">{escape(label)}</text>' if label else "")


def steps() -> set[tuple[Phase, Phase]]:
    """Every step from one phase to another that the rules of the store allow."""
    lives = phases.Lives()
    found: set[tuple[Phase, Phase]] = set()
    for phase in set(Phase) - {Phase.EXPIRED}:
        record = Record(login_id="a", phase=phase, bound=True, due_at=0.0)
        changes = (
            phases.claim(record, 0.0, bound=True),
            *(phases.release(record, to, lives=lives) for to in (Phase.STARTED, Phase.REFUSED, Phase.LOST)),
            phases.capture(record, b"answer", bound=True, lives=lives),
            phases.keep_odd(record, b"odd"),
            phases.deliver(record, 0.0),
            phases.delivered(record, b"reference", lives=lives),
            phases.declined(record, "word", lives=lives),
            phases.failed(record),
        )
        found |= {(phase, change.record.phase) for change in changes if change and change.record.phase != phase}
    return found


_PLACES: dict[Phase, tuple[Point, str]] = {
    Phase.STARTED: ((20, 70), ""),
    Phase.CLAIMED: ((190, 70), ""),
    Phase.CAPTURED: ((360, 70), ""),
    Phase.DELIVERING: ((530, 70), ""),
    Phase.DELIVERED: ((700, 70), "end"),
    Phase.LOST: ((360, 190), "bad"),
    Phase.REFUSED: ((530, 190), "bad"),
}
DRAWN = {
    (Phase.STARTED, Phase.CLAIMED): line("M140 98H186", "back", (163, 86)),
    (Phase.CLAIMED, Phase.STARTED): line("M250 70C230 26 100 26 82 66", "CM: still open", (166, 26)),
    (Phase.CLAIMED, Phase.CAPTURED): line("M310 98H356", "data", (333, 86)),
    (Phase.CAPTURED, Phase.DELIVERING): line("M480 98H526", "bound", (503, 86)),
    (Phase.DELIVERING, Phase.DELIVERED): line("M650 98H696", "taken", (673, 86)),
    (Phase.DELIVERING, Phase.CAPTURED): line("M590 70C570 26 440 26 422 66", "handler raised", (506, 26)),
    (Phase.CLAIMED, Phase.LOST): line("M280 126L356 204", "no data", (286, 172)),
    (Phase.LOST, Phase.CAPTURED): line("M420 190V130", "turned up", (456, 158), rare=True),
    (Phase.DELIVERING, Phase.REFUSED): line("M610 126V186", "declined", (642, 158)),
    (Phase.CLAIMED, Phase.REFUSED): line("M230 126V276H590V250", "CM: cancelled, failure or expired", (410, 264)),
    (Phase.REFUSED, Phase.CAPTURED): line("M540 190L466 130", "turned up", (548, 158), rare=True),
}
LATE = {
    (Phase.STARTED, Phase.CAPTURED),
    (Phase.STARTED, Phase.REFUSED),
    (Phase.STARTED, Phase.LOST),
    (Phase.CAPTURED, Phase.DELIVERED),
    (Phase.CAPTURED, Phase.REFUSED),
}
"""Steps of a worker whose lease is over: as from `claimed` and `delivering`, so they are not drawn."""


def phases_picture() -> str:
    boxes = [box(at, (120, 56), phase.value, kind) for phase, (at, kind) in _PLACES.items()]
    note = (
        '<text class="small left" x="20" y="310">From every phase: expired, when its life is over, and erased.</text>'
    )
    return svg("The phases of a login", 840, 330, *DRAWN.values(), *boxes, note)


ROOMS = (
    (box((20, 20), (700, 44), "roof", small="testing, cli, commands, demo"),),
    (box((20, 80), (460, 44), "web"), box((520, 80), (200, 228), "sandbox", small="knows the contract alone")),
    (box((20, 141), (460, 44), "flow"),),
    (box((20, 202), (220, 44), "client"), box((260, 202), (220, 106), "store")),
    (box((20, 264), (220, 44), "wire"),),
    (box((20, 325), (460, 44), "values"),),
    (box((20, 386), (460, 44), "cm_itsme_client", small="generated from the contract"),),
)


def rooms_picture() -> str:
    down = line("M500 72V424")
    return svg("The rooms of the house: imports point down", 740, 450, *(part for row in ROOMS for part in row), down)


def halves_picture() -> str:
    columns = [
        box((20, 20), (180, 48), "your server"),
        box((280, 20), (180, 48), "CM and itsme"),
        box((540, 20), (180, 48), "the browser"),
    ]
    ways = [
        line("M110 100H366", "1. state, in redirectUrl", (238, 88)),
        line("M110 150H626", "2. the cookie's secret", (238, 138), rare=True),
        line("M370 200H626", "3. state, in the address to go back to", (498, 188)),
        line("M630 250H114", "4. both: state and cookie", (238, 238)),
    ]
    columns += [f'<path class="line" style="marker-end:none;opacity:.35" d="M{x} 68V280"/>' for x in (110, 370, 630)]
    end = '<text class="small" x="370" y="300">Only the browser that began has both halves.</text>'
    return svg("Two halves that never travel together", 740, 320, *columns, *ways, end)


def once_picture() -> str:
    columns = {"CM": 110, "your server": 330, "the store": 550, "your function": 750}
    boxes = [box((x - 80, 20), (160, 48), name) for name, x in columns.items()]
    boxes += [f'<path class="line" style="marker-end:none;opacity:.35" d="M{x} 68V330"/>' for x in columns.values()]
    ways = [
        line("M330 104H546", "1. claim: this worker asks", (440, 92)),
        line("M330 154H114", "2. ask for the status", (220, 142)),
        line("M110 184H326", "the data, once", (220, 196), rare=True),
        line("M330 224H546", "3. keep the bytes, sealed", (440, 212)),
        line("M330 264H746", "4. the identity", (440, 252)),
        line("M750 294H334", "your reference", (650, 306), rare=True),
        line("M330 324H546", "5. erase, keep the reference", (440, 312)),
    ]
    end = (
        '<text class="small" x="420" y="354">What is written is on the disk before the next step begins, '
        "so whoever comes after a crash goes on from there.</text>"
    )
    return svg("An identity, from CM to your own code", 850, 376, *boxes, *ways, end)


PICTURES = {
    "once.svg": once_picture,
    "phases.svg": phases_picture,
    "rooms.svg": rooms_picture,
    "two-halves.svg": halves_picture,
}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, draw in PICTURES.items():
        (FOLDER / name).write_text(draw(), "utf-8")


if __name__ == "__main__":
    main()
