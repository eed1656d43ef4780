"""Draw the picture of the README; ``python -m tools.pictures`` writes it, a test keeps it fresh."""

from __future__ import annotations

from pathlib import Path

import aws_lb_sim
from aws_lb_sim.views.svg import to_svg

__all__ = ["PICTURE", "draw"]

PICTURE = Path(__file__).parent.parent / "docs" / "flow.svg"


def draw() -> str:
    """Return the SVG: the page's recommended recipe, as printed, and why TLS fails with it."""
    cluster = aws_lb_sim.read_manifests(aws_lb_sim.preset("recommended-nlb-as-printed").manifests())
    return f"{to_svg(aws_lb_sim.simulate(cluster, 'https://shop.example.com/'))}\n"


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
