"""The picture of a flow drawn by matplotlib, without pyplot and its global state."""

from __future__ import annotations

from io import BytesIO, StringIO
from typing import TYPE_CHECKING

from aws_lb_sim.views.layout import arrange
from aws_lb_sim.views.picture import HEIGHT, WIDTH
from aws_lb_sim.views.scene import Line, Rectangle, Shape, Text, draw

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from aws_lb_sim.flow import Flow

__all__ = ["png", "svg", "to_figure"]

DPI = 100
POINTS = 72 / DPI
"""Points for each unit of the layout, at which a unit is one pixel."""

HASH_SALT = "aws-lb-sim"
"""Makes the ids in an SVG the same on every run."""

ALIGNMENTS = {"start": "left", "middle": "center", "end": "right"}


def to_figure(flow: Flow, *, number: int = 1) -> Figure:
    """Draw one request of a flow as a figure of 1280 × 720 pixels.

    Parameters
    ----------
    flow
        What happened.
    number
        Which request of the client, counted from 1; later ones follow redirects.

    Returns
    -------
    matplotlib.figure.Figure
        Left to right the boxes; below them, lane by lane, addresses, PROXY
        headers, TLS spans, requests, header changes, the client's address as
        each box believes it, the answer on its way back, and a legend.

    Raises
    ------
    ValueError
        If the flow has no request of that number.
    """
    from matplotlib import style
    from matplotlib.figure import Figure

    # A reader's own settings must not move what the layout has measured.
    with style.context("default"):
        figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, WIDTH)
        axes.set_ylim(HEIGHT, 0)
        axes.set_axis_off()
        for order, shape in enumerate(draw(arrange(flow, number=number))):
            _add(axes, shape, order)
    return figure


def png(figure: Figure, *, scale: float = 1) -> bytes:
    """Return a figure as PNG, the same bytes on every run; ``scale`` 2 doubles the pixels."""
    target = BytesIO()
    figure.savefig(target, format="png", dpi=DPI * scale, metadata={"Software": None})
    return target.getvalue()


def svg(figure: Figure) -> str:
    """Return a figure as SVG text, the same on every run."""
    from matplotlib import rc_context

    target = StringIO()
    with rc_context({"svg.hashsalt": HASH_SALT, "svg.fonttype": "none"}):
        figure.savefig(target, format="svg", metadata={"Date": None, "Creator": None})
    return target.getvalue()


def _add(axes: Axes, shape: Shape, order: int) -> None:
    match shape:
        case Rectangle():
            _add_rectangle(axes, shape, order)
        case Line():
            _add_line(axes, shape, order)
        case Text():
            _add_text(axes, shape, order)


def _add_rectangle(axes: Axes, shape: Rectangle, order: int) -> None:
    from matplotlib.patches import FancyBboxPatch

    rounded = f"round,pad=0,rounding_size={shape.radius}"
    axes.add_patch(
        FancyBboxPatch(
            (shape.x, shape.y),
            shape.width,
            shape.height,
            boxstyle=rounded if shape.radius else "square,pad=0",
            facecolor=shape.fill,
            edgecolor=shape.stroke or "none",
            linewidth=shape.stroke_width * POINTS,
            linestyle="--" if shape.dashed else "-",
            zorder=order,
        )
    )


def _add_line(axes: Axes, shape: Line, order: int) -> None:
    from matplotlib.patches import FancyArrowPatch

    axes.add_patch(
        FancyArrowPatch(
            shape.start,
            shape.end,
            arrowstyle="-|>" if shape.arrow else "-",
            mutation_scale=14,
            shrinkA=0,
            shrinkB=0,
            color=shape.stroke,
            linewidth=shape.width * POINTS,
            linestyle=(0, (5, 4)) if shape.dashed else "-",
            capstyle="butt",
            zorder=order,
        )
    )


def _add_text(axes: Axes, shape: Text, order: int) -> None:
    # parse_math off: a header value may hold a dollar sign.
    axes.text(
        shape.x,
        shape.y,
        shape.text,
        fontsize=shape.size * POINTS,
        color=shape.fill,
        ha=ALIGNMENTS[shape.anchor],
        va="center_baseline",
        weight="bold" if shape.bold else "normal",
        family="DejaVu Sans Mono" if shape.mono else "DejaVu Sans",
        parse_math=False,
        zorder=order,
    )
