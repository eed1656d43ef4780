"""A layout as rectangles, lines and texts, which is all that a backend has to draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from aws_lb_sim.views.card import SIGNS
from aws_lb_sim.views.picture import (
    BOX_HEIGHT,
    BOX_WIDTH,
    HEIGHT,
    LANES,
    LEFT,
    LINE_HEIGHT,
    RIGHT,
    TEXT_SIZE,
    WIDTH,
    letter_width,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lb_sim.views.card import Verdict
    from aws_lb_sim.views.changes import ChangeKind
    from aws_lb_sim.views.picture import (
        Layout,
        PlacedAnswer,
        PlacedBelief,
        PlacedBox,
        PlacedChanges,
        PlacedHop,
        Span,
    )

__all__ = ["Line", "Rectangle", "Shape", "Text", "draw"]

# The palette of Okabe and Ito (Color Universal Design, 2008), which colour-blind
# people can tell apart; the dark ones are its hues with enough contrast for
# small text on white (at least 4.5 to 1, WCAG 2.2, 1.4.3).
BLUE, GREEN, VERMILLION, ORANGE = "#0072B2", "#009E73", "#D55E00", "#E69F00"
DARK_BLUE, DARK_GREEN, DARK_VERMILLION, DARK_ORANGE = "#005C91", "#00694D", "#A34700", "#7A5200"
DARK_PURPLE = "#8A3F6C"
INK, GREY, FAINT, BAND, WHITE = "#1A1A1A", "#595959", "#B4B4B4", "#F5F6F8", "#FFFFFF"

VERDICT_COLOURS: dict[Verdict, str] = {
    "good": DARK_GREEN,
    "bad": DARK_VERMILLION,
    "caution": DARK_ORANGE,
    "neutral": GREY,
}
CHANGE_COLOURS: dict[ChangeKind, str] = {
    "sent": INK,
    "added": DARK_GREEN,
    "removed": DARK_VERMILLION,
    "rewritten": DARK_PURPLE,
}
TEXT_GAP = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Rectangle:
    """A rectangle by its top left corner; no stroke where ``stroke`` is empty."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    stroke: str = ""
    stroke_width: float = 1
    radius: float = 0
    dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A straight line; with ``arrow`` it has a head at its end."""

    start: tuple[float, float]
    end: tuple[float, float]
    stroke: str
    width: float = 1.5
    dashed: bool = False
    arrow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One line of text; ``y`` is the middle of its height."""

    x: float
    y: float
    text: str
    size: float = TEXT_SIZE
    fill: str = INK
    anchor: Literal["start", "middle", "end"] = "middle"
    bold: bool = False
    mono: bool = True


Shape = Rectangle | Line | Text


def draw(layout: Layout) -> tuple[Shape, ...]:
    """Return what to draw, from back to front.

    Parameters
    ----------
    layout
        Where everything stands.

    Returns
    -------
    tuple of Shape
        Within 1280 × 720, y downwards, without any text that needs measuring.
    """
    shapes: list[Shape] = [Rectangle(x=0, y=0, width=WIDTH, height=HEIGHT, fill=WHITE)]
    shapes += _heading(layout)
    shapes += _bands()
    for hop in layout.hops:
        shapes += _hop(hop)
    for box in layout.boxes:
        shapes += _box(box)
    for span in layout.spans:
        shapes += _span(span)
    for changes in layout.changes:
        shapes += _changes(changes)
    for belief in layout.beliefs:
        shapes += _belief(belief)
    shapes += _answer(layout.answer)
    shapes += _card(layout)
    shapes += _legend()
    return tuple(shapes)


def _heading(layout: Layout) -> Iterator[Shape]:
    yield Text(x=12, y=22, text=layout.title, size=19, anchor="start", bold=True)
    yield Text(x=12, y=47, text=layout.subtitle, size=13, fill=GREY, anchor="start")
    outcome = layout.outcome
    text = f"{SIGNS[outcome.verdict]} {outcome.text}"
    fill = VERDICT_COLOURS[outcome.verdict]
    yield Text(x=WIDTH - RIGHT, y=22, text=text, size=19, anchor="end", bold=True, fill=fill)
    client = layout.client
    text = f"{SIGNS[client.verdict]} {client.label}: {client.text}"
    fill = VERDICT_COLOURS[client.verdict]
    yield Text(x=WIDTH - RIGHT, y=47, text=text, anchor="end", fill=fill)


def _bands() -> Iterator[Shape]:
    for name, lane in LANES.items():
        if name not in ("card", "legend"):
            yield Rectangle(x=0, y=lane.top, width=WIDTH, height=lane.height, fill=BAND)
        words = lane.label.split("\n") if lane.label else []
        top = lane.top + lane.height / 2 - (len(words) - 1) * LINE_HEIGHT / 2
        for place, word in enumerate(words):
            y = top + place * LINE_HEIGHT
            yield Text(
                x=12, y=y, text=word, size=13, fill=GREY, anchor="start", bold=True, mono=False
            )


def _box(box: PlacedBox) -> Iterator[Shape]:
    stroke = DARK_VERMILLION if box.failed else INK if box.reached else FAINT
    ink = INK if box.reached else GREY
    left, top = box.x - BOX_WIDTH / 2, box.y - BOX_HEIGHT / 2
    yield Rectangle(
        x=left,
        y=top,
        width=BOX_WIDTH,
        height=BOX_HEIGHT,
        fill=WHITE,
        stroke=stroke,
        stroke_width=3 if box.failed else 1.6,
        radius=7,
        dashed=not box.reached,
    )
    name = f"{SIGNS['bad']} {box.name}" if box.failed else box.name
    fill = DARK_VERMILLION if box.failed else ink
    yield Text(x=box.x, y=box.y - 9, text=name, size=13, bold=box.reached, fill=fill, mono=False)
    yield Text(x=box.x, y=box.y + 11, text=box.address, size=11, fill=GREY)


def _hop(hop: PlacedHop) -> Iterator[Shape]:
    path, tcp, proxy, http = (LANES[name] for name in ("path", "tcp", "proxy", "http"))
    middle = path.top + path.height / 2
    yield Line(
        start=(hop.start + 2, middle), end=(hop.end - 2, middle), stroke=INK, width=2, arrow=True
    )
    yield Text(x=hop.x, y=middle - 12, text=str(hop.number), size=12, fill=GREY, bold=True)
    for lane, lines in ((tcp, hop.tcp), (http, hop.http)):
        top = lane.top + lane.height / 2 - (len(lines) - 1) * LINE_HEIGHT / 2
        for place, line in enumerate(lines):
            yield Text(x=hop.x, y=top + place * LINE_HEIGHT, text=line)
    y = proxy.top + proxy.height / 2
    if not hop.proxy:
        yield Text(x=hop.x, y=y, text="none", size=12, fill=GREY)
        return
    width = len(hop.proxy) * letter_width(TEXT_SIZE) + TEXT_GAP
    yield Rectangle(
        x=hop.x - width / 2,
        y=y - 11,
        width=width,
        height=22,
        fill="#FFF1D0",
        stroke=ORANGE,
        stroke_width=1.5,
        radius=11,
    )
    yield Text(x=hop.x, y=y, text=hop.proxy)


def _span(span: Span) -> Iterator[Shape]:
    lane = LANES["tls"]
    y, x = lane.top + 15, (span.start + span.end) / 2
    if not span.encrypted:
        yield Line(start=(span.start + 8, y), end=(span.end - 8, y), stroke=GREY, dashed=True)
        yield Text(x=x, y=y + 18, text=span.label, size=12, fill=GREY)
        return
    fill = DARK_VERMILLION if span.broken else DARK_BLUE
    yield Rectangle(
        x=span.start + 3, y=y - 10, width=span.end - span.start - 6, height=21, fill=fill, radius=4
    )
    for edge in (span.start + 3, span.end - 3):
        yield Line(start=(edge, y - 14), end=(edge, y + 14), stroke=fill, width=4)
    sign = f"{SIGNS['bad']} " if span.broken else ""
    yield Text(x=x, y=y, text=f"{sign}{span.label}", fill=WHITE, bold=True)
    yield Text(x=x, y=y + 20, text=span.detail, size=12, fill=fill)


def _changes(changes: PlacedChanges) -> Iterator[Shape]:
    lane = LANES["headers"]
    letters = max((len(line.text) for line in changes.lines), default=0)
    left = changes.x - letters * letter_width(TEXT_SIZE) / 2
    if not changes.lines:
        yield Text(x=changes.x, y=lane.top + 14, text="none", size=12, fill=GREY)
    for place, line in enumerate(changes.lines):
        fill = CHANGE_COLOURS[line.kind] if line.kind else GREY
        y = lane.top + 12 + place * LINE_HEIGHT
        yield Text(x=left, y=y, text=line.text, fill=fill, anchor="start")


def _belief(belief: PlacedBelief) -> Iterator[Shape]:
    lane = LANES["client"]
    fill = VERDICT_COLOURS[belief.verdict]
    sign = {"good": "✓ ", "bad": "✗ "}.get(belief.verdict, "")
    if belief.matters and belief.verdict == "bad":
        sign = "✗ wrong: "
    text = f"{sign}{belief.address}"
    yield Text(x=belief.x, y=lane.top + 13, text=text, fill=fill, bold=belief.matters)
    yield Text(x=belief.x, y=lane.top + 30, text=belief.note, size=12, fill=GREY)


def _answer(answer: PlacedAnswer) -> Iterator[Shape]:
    lane = LANES["answer"]
    fill = VERDICT_COLOURS[answer.verdict]
    y = lane.top + 33
    yield Line(start=(answer.start, y), end=(answer.end, y), stroke=fill, width=2.5, arrow=True)
    if answer.verdict == "bad":
        yield Text(x=answer.start + 10, y=y, text=SIGNS["bad"], size=17, fill=fill, bold=True)
    left = answer.end - BOX_WIDTH / 2
    text = f"{SIGNS[answer.verdict]} {answer.text}"
    yield Text(x=left, y=lane.top + 14, text=text, size=13, fill=fill, anchor="start", bold=True)
    yield Text(x=left, y=lane.top + 51, text=answer.reason, fill=INK, anchor="start", size=12)


def _card(layout: Layout) -> Iterator[Shape]:
    top, half = LANES["card"].top, WIDTH / 2 - 40
    yield Text(
        x=12, y=top + 14, text="What Emissary sees", size=14, anchor="start", bold=True, mono=False
    )
    for place, entry in enumerate(layout.card):
        y = top + 37 + place * 20
        fill = VERDICT_COLOURS[entry.verdict]
        text = f"{SIGNS[entry.verdict]} {entry.label:<15}"
        yield Text(x=12, y=y, text=text, fill=fill, anchor="start", bold=True)
        yield Text(x=168, y=y, text=entry.text, fill=fill, anchor="start")
    if not layout.rounds:
        return
    yield Text(
        x=half,
        y=top + 14,
        text="A client that follows redirects",
        size=14,
        anchor="start",
        bold=True,
        mono=False,
    )
    for place, line in enumerate(layout.rounds):
        yield Text(x=half, y=top + 37 + place * 20, text=line, anchor="start", size=12)


LEGEND = (
    (DARK_BLUE, "▬", "encrypted"),
    (GREY, "┄", "cleartext"),
    (DARK_ORANGE, "▭", "PROXY header"),
    (DARK_GREEN, "+", "header added"),
    (DARK_PURPLE, "~", "rewritten"),
    (DARK_VERMILLION, "−", "removed"),
    (INK, "•", "sent by the client"),
    (DARK_GREEN, "✓", "right"),
    (DARK_VERMILLION, "✗", "wrong or failed"),
    (DARK_ORANGE, "!", "take care"),
)


def _legend() -> Iterator[Shape]:
    lane = LANES["legend"]
    y = lane.top + lane.height / 2
    yield Line(start=(12, lane.top), end=(WIDTH - RIGHT, lane.top), stroke=FAINT, width=1)
    yield Text(x=12, y=y, text="Legend", size=13, fill=GREY, anchor="start", bold=True, mono=False)
    x = float(LEFT - 24)
    for colour, sign, words in LEGEND:
        yield Text(x=x, y=y, text=sign, size=14, fill=colour, anchor="start", bold=True)
        yield Text(x=x + 14, y=y, text=words, size=12, anchor="start", fill=INK)
        x += 14 + len(words) * letter_width(12) + 9
