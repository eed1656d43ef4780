"""What shows that a statement of the page holds or not: what was made, what came, the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.findings.check import check
from aws_lb_sim.network.request import Request
from aws_lb_sim.page.statement import BOTH_CONTROLLERS, World
from aws_lb_sim.page.statements import statement
from aws_lb_sim.views.card import make_card
from aws_lb_sim.views.html import PAGE, findings_html, text_html
from aws_lb_sim.views.image import flow_image
from aws_lb_sim.views.markup import Markup, element
from aws_lb_sim.views.scene import GREY, VERDICT_COLOURS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_lb_sim.flow import Flow
    from aws_lb_sim.page.statement import Shown, Statement
    from aws_lb_sim.views.card import Entry

__all__ = [
    "cards_html",
    "evidence_html",
    "finding_html",
    "flow_html",
    "made_html",
    "maker",
    "most_telling",
    "world_where_it_fails",
]

SHOWN_BY_A_FINDING = {
    "service-port-names": "port-name-invalid",
    "recommended-any-traffic-policy": "health-check-proxy-header",
    "elb-all-annotations": "annotation-ignored",
    "ssl-ports-asterisk": "controller-error",
}
"""Statements about what no request can show, each with the code of the finding that does."""

SHOWN_BY_AN_ATTRIBUTE = frozenset({"cross-zone-not-with-nlb"})
"""Statements about what is made and not about what comes of it."""

_KINDS = {"classic": "Classic ELB", "nlb": "NLB", "alb": "ALB"}
_FIGURE = "margin:6px 0"
_BY_HAND = {"cloudformation": "a CloudFormation template", "aws": "a person"}
_CROSS_ZONE = "load_balancing.cross_zone.enabled"


def world_where_it_fails(row: Statement) -> World | None:
    """Return a world in which a statement does not hold, None where it does in all.

    The version that the page is for comes first, then the newest.
    """
    failing = [world for world, answer in row.tried().items() if not answer]
    if not failing:
        return None
    names: list[tuple[str, str]] = [*failing[::-1]]
    names.sort(key=lambda world: world[0] != World().version)
    version, name = names[0]
    return World(version, next(each for each in BOTH_CONTROLLERS if each == name))


def most_telling(flows: Sequence[Flow]) -> Flow:
    """Return the flow that went wrong the most, the first of equals."""
    wrongs = [sum(entry.verdict == "bad" for entry in make_card(flow).entries) for flow in flows]
    return flows[wrongs.index(max(wrongs))]


def flow_html(
    name: str, *, world: World | None = None, request: int | None = None, fold: str = ""
) -> Markup:
    """Show what comes of a statement's requests: in words, as a picture, and step by step.

    Parameters
    ----------
    name
        Id of the statement.
    world
        Emissary's version and the service controller; by default the page's own.
    request
        Which of its requests, counted from 1; all by default.
    fold
        What to click on to see it; by default it is not folded.
    """
    world = world or World()
    shown = statement(name).show(world.version, world.controller)
    flows = shown.flows if request is None else shown.flows[request - 1 : request]
    parts = [part for flow in flows for part in (_figure(shown, flow, world), text_html(flow))]
    return element("div", _folded(fold, parts) if fold else element("div", *parts), style=PAGE)


def cards_html(name: str, *, world: World | None = None, fold: str = "") -> Markup:
    """Say what comes of a statement's requests, in words, folded where ``fold`` names it."""
    world = world or World()
    shown = statement(name).show(world.version, world.controller)
    parts = [_rounds(flow) for flow in shown.flows]
    return element("div", _folded(fold, parts) if fold else element("div", *parts), style=PAGE)


def finding_html(name: str, code: str, *, world: World | None = None) -> Markup:
    """Show the findings of one code about a statement's manifests and requests."""
    world = world or World()
    shown = statement(name).show(world.version, world.controller)
    found = (check(shown.cluster, flow) for flow in shown.flows)
    matching = [finding for findings in found for finding in findings if finding.code == code]
    return element("div", findings_html(list(dict.fromkeys(matching))), style=PAGE)


def made_html(name: str) -> Markup:
    """Say what each service controller makes of a statement's Service."""
    lines = [
        element("li", element("strong", f"{controller}: "), _made(row_shown))
        for controller in BOTH_CONTROLLERS
        for row_shown in (statement(name).show(controller=controller),)
    ]
    return element("div", element("ul", *lines), style=PAGE)


def evidence_html(row: Statement) -> Markup:
    """Show, folded away, what contradicts a statement: a flow, a finding, or what was made."""
    world = world_where_it_fails(row)
    if world is None:
        raise ValueError(f"{row.id}: it holds in every world that was tried")
    shown = row.show(world.version, world.controller)
    if code := SHOWN_BY_A_FINDING.get(row.id):
        parts = [finding_html(row.id, code, world=world)]
    elif row.id in SHOWN_BY_AN_ATTRIBUTE:
        parts = [element("p", f"{maker(shown, world)} makes: {_made(shown)}")]
    else:
        parts = [_figure(shown, most_telling(shown.flows), world)]
    words = f"What shows it, with Emissary {world.version} and {maker(shown, world)}"
    return _folded(words, parts)


def maker(shown: Shown, world: World) -> str:
    """Say who made the load balancer, or was to make it."""
    made = shown.cluster.load_balancer
    name = made.provisioned_by if made is not None and made.listeners else world.controller
    return _BY_HAND.get(name, name)


def _folded(summary: str, parts: Sequence[Markup]) -> Markup:
    head = element("summary", summary, style="cursor:pointer")
    return element("details", head, *parts, style="margin:4px 0")


def _figure(shown: Shown, flow: Flow, world: World) -> Markup:
    words = f"Emissary {world.version}; {maker(shown, world)} makes: {_made(shown)}"
    made = element("div", words, style=f"color:{GREY};font-size:90%")
    return element("div", _rounds(flow), made, flow_image(flow), style=_FIGURE)


def _rounds(flow: Flow) -> Markup:
    card = make_card(flow)
    sent = element("strong", f"{flow.exchanges[0].url}{_forged(flow)}")
    told = [element("div", str(each), style=_ink(each)) for each in (card.outcome, card.client)]
    return element("div", sent, *told)


def _forged(flow: Flow) -> str:
    """Name the headers of a request that only a proxy should send."""
    sent = flow.hops[0].payload
    headers = sent.headers if isinstance(sent, Request) else ()
    forged = [f"{name}: {value}" for name, value in headers if name.startswith("X-Forwarded-")]
    return f", with a forged {' and '.join(forged)}" if forged else ""


def _ink(entry: Entry) -> str:
    return f"color:{VERDICT_COLOURS[entry.verdict]}"


def _made(shown: Shown) -> str:
    made = shown.cluster.load_balancer
    if made is None or not made.listeners:
        return "no load balancer"
    listeners = ", ".join(f"{each.protocol} {each.port}" for each in made.listeners)
    across = "; cross-zone load balancing on" if made.attributes.get(_CROSS_ZONE) == "true" else ""
    return f"{made.scheme} {_KINDS[made.kind]}, listeners {listeners}{across}"
