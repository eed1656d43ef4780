"""A flow as self-contained HTML: picture, card, findings, and the same as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.views.card import SIGNS, make_card
from aws_lb_sim.views.markup import Markup, element
from aws_lb_sim.views.scene import VERDICT_COLOURS
from aws_lb_sim.views.svg import to_svg
from aws_lb_sim.views.text import describe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_lb_sim.findings.finding import Finding
    from aws_lb_sim.flow import Flow
    from aws_lb_sim.views.card import Entry, Verdict

__all__ = ["card_html", "findings_html", "text_html", "to_html"]

SEVERITY_VERDICTS: dict[str, Verdict] = {"error": "bad", "warning": "caution", "info": "neutral"}
PAGE = "font-family:system-ui,sans-serif;color:#1a1a1a;background:#fff;padding:4px"
MONO = "font-family:ui-monospace,Menlo,Consolas,monospace"


def to_html(flow: Flow) -> Markup:
    """Show a flow as HTML without scripts and without anything to load.

    Parameters
    ----------
    flow
        What happened.

    Returns
    -------
    Markup
        One ``div``: the picture of the first request, the findings, and the
        whole as text to unfold. Every text of the flow is escaped.
    """
    return element(
        "div",
        to_svg(flow),
        findings_html(flow.findings),
        text_html(flow),
        style=PAGE,
    )


def text_html(flow: Flow) -> Markup:
    """Show the whole flow as text, folded away until it is asked for."""
    return element(
        "details",
        element(
            "summary", "The same as text, with every step and its rule", style="cursor:pointer"
        ),
        element("pre", describe(flow), style=f"{MONO};font-size:12px;overflow-x:auto"),
    )


def card_html(flow: Flow) -> Markup:
    """Show the card "What Emissary sees", and the rounds of a client that follows redirects."""
    card = make_card(flow)
    rows = [_row(entry) for entry in card.entries]
    parts = [
        element("strong", "What Emissary sees"),
        element("table", *rows, style="border-collapse:collapse;margin:4px 0"),
    ]
    if len(card.rounds) > 1 or card.loop:
        rounds = [*card.rounds, "and so on: a redirect loop, it never arrives"]
        shown = rounds if card.loop else rounds[:-1]
        parts += [
            element("strong", "A client that follows redirects"),
            *(element("div", line) for line in shown),
        ]
    return element("div", *parts, style=PAGE)


def _row(entry: Entry) -> Markup:
    colour = f"color:{VERDICT_COLOURS[entry.verdict]};padding:2px 10px 2px 0;text-align:left"
    head = f"{SIGNS[entry.verdict]} {entry.label}"
    return element(
        "tr",
        element("th", head, scope="row", style=colour),
        element("td", entry.text, style=colour),
    )


def findings_html(findings: Sequence[Finding]) -> Markup:
    """Show findings as a list: what, where, how to mend it, and the source."""
    if not findings:
        return element("p", "No findings.", style="margin:6px 0")
    items = [_finding(finding) for finding in findings]
    return element(
        "div",
        element("strong", "Findings"),
        element("ul", *items, style="margin:4px 0;padding-left:20px"),
    )


def _finding(finding: Finding) -> Markup:
    verdict = SEVERITY_VERDICTS[finding.severity]
    sign = f"{SIGNS[verdict]} {finding.severity} {finding.code}"
    head = element("strong", sign, style=f"color:{VERDICT_COLOURS[verdict]}")
    details = (("Where", finding.where), ("To mend it", finding.fix), ("Source", finding.source))
    lines = [
        element("div", f"{label}: {text}", style="font-size:90%;white-space:pre-wrap")
        for label, text in details
        if text
    ]
    return element("li", head, f": {finding.message}", *lines, style="margin-bottom:4px")
