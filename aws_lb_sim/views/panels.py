"""The explorer's panels as HTML: messages, reasons, manifests and the download."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from aws_lb_sim.views.card import SIGNS
from aws_lb_sim.views.controls import label
from aws_lb_sim.views.markup import Markup, element, highlighted
from aws_lb_sim.views.scene import VERDICT_COLOURS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_lb_sim.design.space import Choice
    from aws_lb_sim.manifests.bundle import Bundle
    from aws_lb_sim.views.card import Verdict

__all__ = ["download_html", "manifests_html", "message_html", "reasons_html"]

LANGUAGES = {"yaml": "yaml", "sh": "bash", "md": "markdown"}


def message_html(verdict: Verdict, first: str, *others: str) -> Markup:
    """Show a message to the person at the controls, and to a screen reader."""
    lines = [element("div", line) for line in (f"{SIGNS[verdict]} {first}", *others)]
    colour = VERDICT_COLOURS[verdict]
    style = f"color:{colour};border-left:4px solid {colour};padding:4px 8px;background:#fff"
    return element("div", *lines, role="alert" if verdict == "bad" else "status", style=style)


def reasons_html(offered: Mapping[str, Sequence[Choice]]) -> Markup:
    """List the values that are impossible with the other choices, each with the reason."""
    items = [
        element("li", element("strong", f"{label(field)} {each.value}"), f": {each.reason}")
        for field, values in offered.items()
        for each in values
        if not each.allowed
    ]
    if not items:
        return element("p", "Every choice is possible as it stands.")
    return element("ul", *items, style="line-height:1.4")


def manifests_html(bundle: Bundle) -> Markup:
    """Show every file of a bundle, one under the other."""
    parts: list[Markup] = []
    for name, text in bundle.files.items():
        language = LANGUAGES.get(name.rpartition(".")[2], "text")
        parts += [element("strong", name), highlighted(text, language)]
    style = "max-height:460px;overflow:auto;background:#fff;color:#1a1a1a;padding:4px 8px"
    return element("div", *parts, style=style, tabindex="0", role="region", aria_label="Manifests")


def download_html(bundle: Bundle) -> Markup:
    """Offer the whole bundle as a ZIP file, held in the link itself."""
    data = base64.b64encode(bundle.zip()).decode()
    return element(
        "a",
        "Download the bundle (zip)",
        download="load-balancer-manifests.zip",
        style=f"color:{VERDICT_COLOURS['good']};text-decoration:underline;padding-left:8px",
        href=f"data:application/zip;base64,{data}",
    )
