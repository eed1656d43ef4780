"""The documentation page statement by statement, as HTML for a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.page.statement import NOT_TESTABLE, World
from aws_lb_sim.views import page_figure
from aws_lb_sim.views.html import PAGE
from aws_lb_sim.views.image import image
from aws_lb_sim.views.markup import Markup, element
from aws_lb_sim.views.page_evidence import evidence_html, maker
from aws_lb_sim.views.page_sources import linked
from aws_lb_sim.views.page_verdicts import counts, kind_of, statements_of
from aws_lb_sim.views.scene import GREY

if TYPE_CHECKING:
    from aws_lb_sim.page.statement import Statement
    from aws_lb_sim.views.page_verdicts import Kind

__all__ = ["SHOWN_IN_FULL", "overview_html", "section_html"]

SHOWN_IN_FULL = {
    "recommended-works": "1. The recommended recipe",
    "module-trusted-hops": "2. The trusted hops of a layer 7 recipe",
    "l7-trusts-one-proxy": "2. The trusted hops of a layer 7 recipe",
    "service-port-names": "3. Port names in capitals",
    "httpsproxy-tls": "4. HTTPSPROXY",
    "elb-is-the-default": "5. The Service without annotations",
}
"""Statements whose flows the notebook shows unfolded, each with the heading over them."""

_LABELS = {"holds": "Mind", NOT_TESTABLE: "Why not"}
"""What stands before a statement's remark, by verdict, where that is not what is so today."""

_CELL = "padding:3px 14px 3px 0;text-align:left;vertical-align:top"
_SMALL = f"font-size:90%;color:{GREY}"


def overview_html() -> Markup:
    """Show how many statements came to which verdict: the numbers, and a square for each.

    Examples
    --------
    >>> "does not hold" in overview_html()
    True
    """
    rows = [_count(kind, number) for kind, number in counts().items()]
    picture = image(page_figure.to_svg(), page_figure.alternative_text())
    return element("div", element("table", *rows), picture, style=PAGE)


def section_html(section: str) -> Markup:
    """Show the statements under one heading of the page.

    Parameters
    ----------
    section
        The heading, as the page prints it.

    Returns
    -------
    Markup
        One ``div``: a block for each statement, with verdict, the page's words,
        what was tried, what today's software does, the source, and folded away
        what contradicts it.

    Raises
    ------
    InputError
        If the page has no such heading.

    Examples
    --------
    >>> "held until 1.14" in section_html("Recommended configuration")
    True
    """
    return element("div", *(_block(each) for each in statements_of(section)), style=PAGE)


def _count(kind: Kind, number: int) -> Markup:
    return element(
        "tr",
        element("td", str(number), style=f"{_CELL};text-align:right;font-weight:bold"),
        element("td", _badge(kind, kind.name), style=_CELL),
        element("td", kind.meaning, style=_CELL),
    )


def _badge(kind: Kind, words: str) -> Markup:
    return element("strong", f"{kind.sign} {words}", style=f"color:{kind.colour}")


def _block(row: Statement) -> Markup:
    kind = kind_of(row.verdict)
    lines = [
        element("div", _badge(kind, row.verdict)),
        element("div", f"“{row.quote}”", style="font-style:italic"),
        _said("Tried" if row.holds else "Claim", row.claim),
    ]
    if row.today:
        lines.append(_said(_LABELS.get(row.verdict, "Today"), row.today))
    if row.source:
        lines.append(element("div", "Source: ", linked(row.source), style=_SMALL))
    lines.append(_tried(row))
    if kind.verdict in ("bad", "caution"):
        lines.append(_evidence(row))
    edge = f"border-left:4px solid {kind.colour};padding:0 0 0 12px;margin:0 0 16px"
    return element("div", *lines, style=edge)


def _said(label: str, text: str) -> Markup:
    return element("div", element("strong", f"{label}: "), text)


def _tried(row: Statement) -> Markup:
    if row.holds is None:
        return element("div", row.id, style=_SMALL)
    first, last = row.versions[0], row.versions[-1]
    worlds = [World(last, controller) for controller in row.controllers]
    makers = " and ".join(maker(row.show(last, world.controller), world) for world in worlds)
    words = f"{row.id}: Emissary {first} to {last} ({len(row.versions)} versions), {makers}"
    return element("div", words, style=_SMALL)


def _evidence(row: Statement) -> Markup:
    if heading := SHOWN_IN_FULL.get(row.id):
        return element("div", f"What shows it: above, under “{heading}”.", style=_SMALL)
    return evidence_html(row)
