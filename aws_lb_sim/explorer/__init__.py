"""The explorer: toggle a choice, watch the flow change, decide, take the manifests away."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws_lb_sim.explorer.ask import Ask as Ask
    from aws_lb_sim.explorer.comparison import Comparison as Comparison
    from aws_lb_sim.explorer.comparison import compare as compare
    from aws_lb_sim.explorer.widget import Explorer as Explorer

__all__ = ["Ask", "Comparison", "Explorer", "compare"]

# The widget is imported when it is asked for: codes and outcomes do without it.
_HOMES = {
    "Ask": "ask",
    "Comparison": "comparison",
    "Explorer": "widget",
    "compare": "comparison",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
