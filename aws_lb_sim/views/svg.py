"""The picture of a flow as SVG, written by hand from the same scene as the figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.views.layout import arrange
from aws_lb_sim.views.markup import Markup, element
from aws_lb_sim.views.picture import HEIGHT, TEXT_SIZE, WIDTH
from aws_lb_sim.views.scene import Line, Rectangle, Shape, Text, draw

if TYPE_CHECKING:
    from aws_lb_sim.flow import Flow
    from aws_lb_sim.views.picture import Layout

__all__ = ["to_svg"]

MONO = "DejaVu Sans Mono, Menlo, Consolas, Liberation Mono, monospace"
SANS = "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif"
ARROW = 9
"""Length of an arrow's head."""


def to_svg(flow: Flow, *, number: int = 1) -> Markup:
    """Draw one request of a flow as SVG that needs nothing else.

    Parameters
    ----------
    flow
        What happened.
    number
        Which request of the client, counted from 1; later ones follow redirects.

    Returns
    -------
    Markup
        One ``svg`` element as wide as its parent, without scripts, links or ids,
        with a title that says the same in one line for those who cannot see it.

    Raises
    ------
    ValueError
        If the flow has no request of that number.
    """
    layout = arrange(flow, number=number)
    return element(
        "svg",
        element("title", alternative_text(layout)),
        *(_shape(shape) for shape in draw(layout)),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        # What most texts have is said once: they inherit it.
        font_family=MONO,
        font_size=TEXT_SIZE,
        text_anchor="middle",
        style="width:100%;max-width:1600px;height:auto;background:#fff;white-space:pre",
    )


def alternative_text(layout: Layout) -> str:
    """Say in one line what the picture shows."""
    path = " → ".join(box.name for box in layout.boxes if box.reached)
    spans = ", ".join(span.label for span in layout.spans if span.encrypted) or "no TLS"
    client = f"{layout.client.label}: {layout.client.text}"
    return f"{layout.title}: {path}; {spans}; {layout.answer.text}; {client}"


def _shape(shape: Shape) -> Markup:
    match shape:
        case Rectangle():
            return _rectangle(shape)
        case Line():
            return _line(shape)
        case Text():
            return _text(shape)


def _rectangle(shape: Rectangle) -> Markup:
    more: dict[str, str | float] = {"rx": shape.radius} if shape.radius else {}
    if shape.stroke:
        more |= {"stroke": shape.stroke, "stroke_width": shape.stroke_width}
    if shape.dashed:
        more["stroke_dasharray"] = "5 4"
    return element(
        "rect",
        x=shape.x,
        y=shape.y,
        width=shape.width,
        height=shape.height,
        fill=shape.fill,
        **more,
    )


def _line(shape: Line) -> Markup:
    (x1, y1), (x2, y2) = shape.start, shape.end
    more = {"stroke_dasharray": "5 4"} if shape.dashed else {}
    way = 1 if x2 > x1 else -1
    shaft = x2 - way * ARROW if shape.arrow else x2
    line = element(
        "line",
        x1=x1,
        y1=y1,
        x2=shaft,
        y2=y2,
        stroke=shape.stroke,
        stroke_width=shape.width,
        **more,
    )
    if not shape.arrow:
        return line
    # Arrows of this picture are level, so a head needs no turning.
    points = f"{x2:.1f},{y2:.1f} {shaft:.1f},{y2 - 5:.1f} {shaft:.1f},{y2 + 5:.1f}"
    return element("g", line, element("polygon", points=points, fill=shape.stroke))


def _text(shape: Text) -> Markup:
    more: dict[str, str | float] = {} if shape.anchor == "middle" else {"text_anchor": shape.anchor}
    if shape.size != TEXT_SIZE:
        more["font_size"] = shape.size
    if not shape.mono:
        more["font_family"] = SANS
    if shape.bold:
        more["font_weight"] = "bold"
    # About a third of the size below its middle is where a line of text has its foot.
    y = shape.y + shape.size * 0.36
    return element("text", shape.text, x=shape.x, y=y, fill=shape.fill, **more)
