"""Pictures embedded as images, for notebooks that are read without being run."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from aws_lb_sim.views.layout import arrange
from aws_lb_sim.views.markup import Markup, element
from aws_lb_sim.views.svg import alternative_text, to_svg

if TYPE_CHECKING:
    from aws_lb_sim.decide.decision import Decision
    from aws_lb_sim.flow import Flow

__all__ = ["flow_image", "image", "matrix_image"]

_STYLE = "width:100%;max-width:1100px;height:auto;border:1px solid #B4B4B4"
_UNQUOTED = " /:=;,.()-_+!*"
"""What may stand in a data URI as it is, and is not escaped in an attribute either."""


def image(svg: str, words: str) -> Markup:
    """Embed an SVG as an image, which Jupyter shows in notebooks it does not trust, too.

    Parameters
    ----------
    svg
        The ``svg`` element.
    words
        What it shows, for those who cannot see it.
    """
    address = f"data:image/svg+xml,{quote(svg, safe=_UNQUOTED)}"
    return element("img", src=address, alt=words, style=_STYLE)


def flow_image(flow: Flow, *, number: int = 1) -> Markup:
    """Embed the picture of one request of a flow.

    Parameters
    ----------
    flow
        What happened.
    number
        Which request of the client, counted from 1; later ones follow redirects.
    """
    words = alternative_text(arrange(flow, number=number))
    return image(to_svg(flow, number=number), words)


def matrix_image(decision: Decision) -> Markup:
    """Embed the picture of a decision: kinds of design against what was asked of them."""
    from aws_lb_sim.views.decision_figure import alternative_text as words_of
    from aws_lb_sim.views.figure import svg

    return image(svg(decision.matrix()), words_of(decision))
