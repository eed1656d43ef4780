"""All statements of the documentation page in one picture: a square for each, by section."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.views.markup import Markup, element
from aws_lb_sim.views.page_verdicts import KINDS, counts, kind_of, sections, statements_of
from aws_lb_sim.views.scene import BAND, GREY, INK, WHITE
from aws_lb_sim.views.svg import SANS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lb_sim.views.page_verdicts import Kind

__all__ = ["alternative_text", "to_svg"]

_WIDTH = 1000
_ROW, _SQUARE, _STEP = 28, 22, 26
_TOP = 70
_NAMES, _BASELINE = 392, 16
_IN_A_ROW = 3


def to_svg() -> Markup:
    """Draw a square for each statement of the page, in its order, and what the squares mean.

    Returns
    -------
    Markup
        One ``svg`` element without scripts, links or ids. Each square has a sign
        beside its colour, and the numbers stand in the legend.

    Examples
    --------
    >>> to_svg().count("✗") > 20
    True
    """
    rows = [_row(place, name) for place, name in enumerate(sections())]
    height = _TOP + len(rows) * _ROW + 8
    return element(
        "svg",
        element("title", alternative_text()),
        element("rect", x=0, y=0, width=_WIDTH, height=height, fill=WHITE),
        *_legend(),
        *rows,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_WIDTH} {height}",
        width=_WIDTH,
        height=height,
        role="img",
        font_family=SANS,
        font_size=14,
    )


def alternative_text() -> str:
    """Say in one line what the picture shows."""
    numbers = ", ".join(f"{kind.name}: {number}" for kind, number in counts().items())
    return f"{sum(counts().values())} statements: {numbers}"


def _legend() -> Iterator[Markup]:
    numbers = counts()
    for place, kind in enumerate(KINDS):
        row, column = divmod(place, _IN_A_ROW)
        x, y = 8 + column * 250, 4 + row * 28
        yield _square(x, y, kind)
        words = f"{numbers[kind]}  {kind.name}"
        yield element("text", words, x=x + 30, y=y + _BASELINE, fill=INK, font_weight="bold")


def _row(place: int, name: str) -> Markup:
    top = _TOP + place * _ROW
    statements = statements_of(name)
    squares = [
        _square(_NAMES + column * _STEP, top + 3, kind_of(each.verdict))
        for column, each in enumerate(statements)
    ]
    band = element("rect", x=0, y=top, width=_WIDTH, height=_ROW - 2, fill=BAND)
    label = element("text", name, x=8, y=top + 18, fill=INK)
    number = element(
        "text", str(len(statements)), x=_NAMES - 12, y=top + 18, fill=GREY, text_anchor="end"
    )
    return element("g", band, label, number, *squares)


def _square(x: float, y: float, kind: Kind) -> Markup:
    fill, ink = (kind.colour, WHITE) if kind.solid else (WHITE, kind.colour)
    box = element(
        "rect",
        x=x + 1,
        y=y + 1,
        width=_SQUARE - 2,
        height=_SQUARE - 2,
        rx=4,
        fill=fill,
        stroke=kind.colour,
        stroke_width=2,
    )
    sign = element(
        "text",
        kind.sign,
        x=x + _SQUARE / 2,
        y=y + _BASELINE,
        fill=ink,
        font_weight="bold",
        text_anchor="middle",
    )
    return element("g", box, sign)
