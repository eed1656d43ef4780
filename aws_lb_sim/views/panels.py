"""Panels of widgets as HTML: messages to the person at the controls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.views.card import SIGNS
from aws_lb_sim.views.markup import Markup, element
from aws_lb_sim.views.scene import VERDICT_COLOURS

if TYPE_CHECKING:
    from aws_lb_sim.views.card import Verdict

__all__ = ["message_html"]


def message_html(verdict: Verdict, first: str, *others: str) -> Markup:
    """Show a message to the person at the controls, and to a screen reader."""
    lines = [element("div", line) for line in (f"{SIGNS[verdict]} {first}", *others)]
    colour = VERDICT_COLOURS[verdict]
    style = f"color:{colour};border-left:4px solid {colour};padding:4px 8px;background:#fff"
    return element("div", *lines, role="alert" if verdict == "bad" else "status", style=style)
