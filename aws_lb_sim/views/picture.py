"""The picture of a flow as plain records: what stands where, and what is written there.

Lengths are in units of a picture of 1280 × 720, x to the right, y downwards.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lb_sim.views.card import Entry, Verdict
    from aws_lb_sim.views.changes import ChangeKind

__all__ = [
    "BOX_HEIGHT",
    "BOX_WIDTH",
    "FIGURE",
    "HEIGHT",
    "LANES",
    "LEFT",
    "LINE_HEIGHT",
    "RIGHT",
    "TEXT_SIZE",
    "WIDTH",
    "ChangeLine",
    "Frame",
    "Lane",
    "Layout",
    "PlacedAnswer",
    "PlacedBelief",
    "PlacedBox",
    "PlacedChanges",
    "PlacedHop",
    "Span",
    "letter_width",
]

WIDTH, HEIGHT = 1280, 720
LEFT, RIGHT = 112, 12
TEXT_SIZE = 13
LINE_HEIGHT = 16
BOX_WIDTH, BOX_HEIGHT = 128, 46


def letter_width(size: float) -> int:
    """Return the width of one letter of DejaVu Sans Mono, in whole pixels as a screen rounds it.

    The font's advance is 1233 of 2048 units of its size.
    """
    return math.ceil(size * 1233 / 2048)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A row of the picture: its label, its top and its height."""

    label: str
    top: int
    height: int


LANES = {
    "path": Lane(label="Path", top=64, height=72),
    "tcp": Lane(label="TCP", top=140, height=42),
    "proxy": Lane(label="PROXY\nprotocol", top=186, height=32),
    "tls": Lane(label="TLS", top=222, height=46),
    "http": Lane(label="HTTP", top=272, height=40),
    "headers": Lane(label="Headers\nchanged", top=316, height=134),
    "client": Lane(label="Client\naddress", top=454, height=42),
    "answer": Lane(label="Answer", top=500, height=62),
    "card": Lane(label="", top=568, height=110),
    "legend": Lane(label="", top=686, height=28),
}
"""The rows, top to bottom; none overlaps another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The room that a picture has: for each backend its own, arranged by the same rules.

    Parameters
    ----------
    width
        Of the whole picture.
    left, right
        Margins beside the columns; the left one holds the labels of the rows.
    box_width
        Of a box on the path.
    advance
        Width of one letter of the text in the columns.
    small_advance
        The same of the small text under it.
    cell_gap
        Room between the texts of two columns.
    change_lines
        Lines of header changes that a column holds.
    lanes
        The rows, by name.
    """

    width: float
    left: float
    right: float
    box_width: float
    advance: float
    small_advance: float
    cell_gap: float
    change_lines: int
    lanes: Mapping[str, Lane]


FIGURE = Frame(
    width=WIDTH,
    left=LEFT,
    right=RIGHT,
    box_width=BOX_WIDTH,
    advance=letter_width(TEXT_SIZE),
    small_advance=letter_width(TEXT_SIZE),
    cell_gap=16,
    change_lines=8,
    lanes=LANES,
)
"""The room of the figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedBox:
    """A box of the path, by its middle; one that was not reached is drawn faint."""

    name: str
    x: float
    y: float
    address: str
    reached: bool
    failed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedHop:
    """An arrow from box to box, and the texts that stand under it."""

    number: int
    source: str
    target: str
    start: float
    end: float
    x: float
    tcp: tuple[str, ...]
    proxy: str
    http: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of the path under one TLS session, or one hop in cleartext."""

    start: float
    end: float
    encrypted: bool
    broken: bool
    label: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """One line of the header changes; a long header takes two."""

    kind: ChangeKind | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedChanges:
    """What a box did to the headers."""

    box: str
    x: float
    lines: tuple[ChangeLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedBelief:
    """The address that a box takes for the client's; it matters where it is acted on."""

    box: str
    x: float
    address: str
    note: str
    verdict: Verdict
    matters: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedAnswer:
    """The answer on its way back, from the box that gave it to the client."""

    start: float
    end: float
    text: str
    reason: str
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One request of a flow as a picture; ``pitch`` is the room of a column."""

    title: str
    subtitle: str
    outcome: Entry
    client: Entry
    pitch: float
    boxes: tuple[PlacedBox, ...]
    hops: tuple[PlacedHop, ...]
    spans: tuple[Span, ...]
    changes: tuple[PlacedChanges, ...]
    beliefs: tuple[PlacedBelief, ...]
    answer: PlacedAnswer
    card: tuple[Entry, ...]
    rounds: tuple[str, ...]
