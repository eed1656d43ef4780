"""A decision as a picture: kinds of design against what was asked of them."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lb_sim.decide.names import details, name
from aws_lb_sim.views.decision import behind, sign
from aws_lb_sim.views.figure import DPI, POINTS
from aws_lb_sim.views.scene import BAND, GREY, INK, VERDICT_COLOURS
from aws_lb_sim.views.words import elide

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from aws_lb_sim.decide.decision import Decision
    from aws_lb_sim.decide.rank import Option

__all__ = ["MOST_ROWS", "alternative_text", "to_figure"]

MOST_ROWS = 10
"""More kinds than these are counted in the last line, not drawn."""

_WIDTH, _HEIGHT = 1280, 720
_MARGIN, _TOP, _BOTTOM = 16, 150, 34
_NAMES = 430
_WIDEST, _NARROWEST = 56, 38
_ROOM_FOR_REASONS = 340
_TINTS = {True: "#D9ECE3", False: "#FADFCB"}
# Widths of a letter of DejaVu Sans on the average, in parts of its size.
_LETTER, _BOLD = 0.52, 0.575


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """Where columns and rows are, in pixels; y downwards."""

    columns: int
    column: float
    row: float

    @property
    def reasons(self) -> float:
        """The left edge of the reasons, which may leave too little room for any."""
        return _MARGIN + _NAMES + self.columns * self.column + 14

    @property
    def room(self) -> float:
        """The width that is left for reasons."""
        return _WIDTH - _MARGIN - self.reasons


def to_figure(decision: Decision) -> Figure:
    """Draw the best of each kind of design against what was asked, 1280 × 720 pixels.

    Parameters
    ----------
    decision
        What was decided.

    Returns
    -------
    matplotlib.figure.Figure
        A row for each kind, best first; a column for each requirement, with ✓ on
        green or ✗ on orange; to the right why not. The recommended one has a star
        and a frame.

    Examples
    --------
    >>> from aws_lb_sim.decide.decision import decide
    >>> to_figure(decide({"waf": "must"}, load_balancer="alb")).get_size_inches().tolist()
    [12.8, 7.2]
    """
    from matplotlib import style
    from matplotlib.figure import Figure

    options = decision.families[:MOST_ROWS]
    grid = _grid(len(decision.wishes), len(options))
    with style.context("default"):
        figure = Figure(figsize=(_WIDTH / DPI, _HEIGHT / DPI), dpi=DPI)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, _WIDTH)
        axes.set_ylim(_HEIGHT, 0)
        axes.set_axis_off()
        _title(axes, decision)
        _heads(axes, decision, grid)
        for number, option in enumerate(options):
            _row(axes, decision, option, grid, number)
        _legend(axes, decision, len(options))
    return figure


def alternative_text(decision: Decision) -> str:
    """Say in one line what the picture shows.

    Examples
    --------
    >>> from aws_lb_sim.decide.decision import decide
    >>> made = decide({"waf": "must"}, load_balancer="alb", tls_termination="both")
    >>> alternative_text(made)
    'Kinds of design, best first. ALB, TLS at both, X-Forwarded-For: meets all.'
    """
    told = [f"{name(each.design)}: {_failed(each)}." for each in decision.families[:MOST_ROWS]]
    return " ".join(["Kinds of design, best first.", *told])


def _failed(option: Option) -> str:
    failed = [each.label for each in (*option.failed_musts, *option.failed_wants)]
    return f"fails {', '.join(failed)}" if failed else "meets all"


def _grid(columns: int, rows: int) -> _Grid:
    room = _WIDTH - 2 * _MARGIN - _NAMES
    column = min(_WIDEST, max(_NARROWEST, (room - _ROOM_FOR_REASONS) / max(columns, 1)))
    if columns * column > room:
        column = room / columns
    return _Grid(columns=columns, column=column, row=(_HEIGHT - _TOP - _BOTTOM) / max(rows, 10))


def _title(axes: Axes, decision: Decision) -> None:
    best = decision.best
    if best is None:
        head = f"None of {decision.considered} designs does all that it must"
        below = "The nearest of each kind, and what each fails"
    else:
        head = f"Recommended: {name(best.design)}"
        below = details(best.design)
    _text(axes, _MARGIN, 26, head, size=22, bold=True)
    _text(axes, _MARGIN, 50, elide(below, 130), size=15, colour=GREY)


def _heads(axes: Axes, decision: Decision, grid: _Grid) -> None:
    foot = _TOP - 8
    _text(axes, _MARGIN, foot - 8, "Best of each kind, best first", size=14, colour=GREY)
    for number, (requirement, wish) in enumerate(decision.wishes):
        x = _MARGIN + _NAMES + (number + 0.5) * grid.column
        words = requirement.label if wish == "must" else f"{requirement.label} (want)"
        _text(axes, x - 4, foot, words, size=14, bold=wish == "must", angle=42)
    if grid.room >= _ROOM_FOR_REASONS / 2:
        _text(axes, grid.reasons, foot - 8, "Why not", size=14, colour=GREY)


def _row(axes: Axes, decision: Decision, option: Option, grid: _Grid, number: int) -> None:
    top = _TOP + number * grid.row
    middle = top + grid.row / 2
    is_best = option is decision.best
    if number % 2 == 0:
        _box(axes, _MARGIN - 6, top, _WIDTH - 2 * _MARGIN + 12, grid.row, fill=BAND)
    star = "★ " if is_best else ""
    _text(
        axes,
        _MARGIN,
        middle - 9,
        _cut(f"{star}{name(option.design)}", 15 * _BOLD),
        size=15,
        bold=True,
    )
    _text(
        axes,
        _MARGIN,
        middle + 11,
        _cut(details(option.design), 12.5 * _LETTER),
        size=12.5,
        colour=GREY,
    )
    for column, (requirement, _) in enumerate(decision.wishes):
        verdict = option.verdicts[requirement.id]
        left = _MARGIN + _NAMES + column * grid.column
        _box(axes, left + 2, top + 3, grid.column - 4, grid.row - 6, fill=_TINTS[verdict.holds])
        colour = VERDICT_COLOURS["good" if verdict.holds else "bad"]
        _text(
            axes,
            left + grid.column / 2,
            middle,
            sign(verdict),
            size=20,
            bold=True,
            colour=colour,
            align="center",
        )
    _reason(axes, decision, option, grid, middle)
    if is_best:
        _box(axes, _MARGIN - 6, top + 1, _WIDTH - 2 * _MARGIN + 12, grid.row - 2, edge=INK)


def _cut(words: str, letter: float) -> str:
    """Shorten words to the column of names, at their end."""
    most = int((_NAMES - 8) / letter)
    return words if len(words) <= most else f"{words[: most - 2]} …"


def _reason(axes: Axes, decision: Decision, option: Option, grid: _Grid, middle: float) -> None:
    if grid.room < _ROOM_FOR_REASONS / 2:
        return
    reasons = option.reasons
    words = reasons[0] if reasons else behind(decision, option)
    if len(reasons) > 1:
        words += f" (and {len(reasons) - 1} more)"
    letters = int(grid.room / (12.5 * _LETTER))
    lines = textwrap.wrap(words, letters, max_lines=3, placeholder=" …")
    for place, line in enumerate(lines):
        y = middle + (place - (len(lines) - 1) / 2) * 15
        _text(axes, grid.reasons, y, line, size=12.5)


def _legend(axes: Axes, decision: Decision, shown: int) -> None:
    left_out = len(decision.families) - shown
    words = (
        f"✓ meets it   ✗ does not   ★ recommended   bold: must   ·   {decision.considered} designs "
        f"simulated, Emissary {decision.emissary_version}"
    )
    if left_out:
        words += f"   ·   {left_out} more kinds, which do worse, are not drawn"
    _text(axes, _MARGIN, _HEIGHT - 15, words, size=13, colour=GREY)


def _text(  # noqa: PLR0913  (what a text needs)
    axes: Axes,
    x: float,
    y: float,
    words: str,
    *,
    size: float,
    colour: str = INK,
    bold: bool = False,
    align: str = "left",
    angle: float = 0,
) -> None:
    # parse_math off: a reason may hold a dollar sign.
    axes.text(
        x,
        y,
        words,
        fontsize=size * POINTS,
        color=colour,
        weight="bold" if bold else "normal",
        family="DejaVu Sans",
        ha=align,
        va="bottom" if angle else "center_baseline",
        rotation=angle,
        rotation_mode="anchor",
        parse_math=False,
    )


def _box(  # noqa: PLR0913  (the parts of a rectangle)
    axes: Axes,
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    fill: str = "none",
    edge: str = "none",
) -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(
        Rectangle((x, y), width, height, facecolor=fill, edgecolor=edge, linewidth=1.4, zorder=0.5)
    )
