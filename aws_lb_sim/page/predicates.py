"""What is asked of flows, more than once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.network.request import Request

if TYPE_CHECKING:
    from aws_lb_sim.network.request import Headers
    from aws_lb_sim.page.statement import Shown

__all__ = [
    "CLIENT",
    "FORGED",
    "MOVED",
    "NODE",
    "NOT_FOUND",
    "OK",
    "SWITCHING",
    "answers",
    "appends",
    "at_emissary",
    "cross_zone",
    "protocols",
    "redirects_once",
    "scheme_at_emissary",
    "speaks_h2",
    "through_a_node",
    "true_client",
    "unmodified",
]

SWITCHING, OK, MOVED, NOT_FOUND = 101, 200, 301, 404
CLIENT, NODE, FORGED = "203.0.113.7", "10.0.2.20", "198.51.100.66"


def at_emissary(shown: Shown) -> Request | None:
    """Return the first request that reached Emissary, None where none did."""
    for exchange in shown.flow.exchanges:
        for hop in exchange.hops:
            if hop.target == "emissary" and isinstance(hop.payload, Request):
                return hop.payload
    return None


def answers(shown: Shown) -> bool:
    """Whether every request was answered 200 in the end."""
    return all(flow.final_status == OK for flow in shown.flows)


def true_client(shown: Shown) -> bool:
    """Whether every request was answered 200, and the true client taken for the client."""
    return answers(shown) and all(flow.client_address == "right" for flow in shown.flows)


def redirects_once(shown: Shown) -> bool:
    """Whether the first request was redirected, and then answered."""
    return shown.flow.status == MOVED and shown.flow.final_status == OK


def protocols(shown: Shown) -> set[str]:
    """Return the protocols of the load balancer's listeners."""
    made = shown.cluster.load_balancer
    return {each.protocol for each in made.listeners} if made is not None else set()


def cross_zone(shown: Shown) -> bool:
    """Whether the load balancer's attribute for cross-zone load balancing is on."""
    made = shown.cluster.load_balancer
    return made is not None and made.attributes.get("load_balancing.cross_zone.enabled") == "true"


def _headers_sent(shown: Shown) -> Headers:
    sent = shown.flow.hops[0].payload
    return sent.headers if isinstance(sent, Request) else ()


def unmodified(shown: Shown) -> bool:
    """Whether the headers that reach Emissary are those that the client sent."""
    arrived = at_emissary(shown)
    return arrived is not None and arrived.headers == _headers_sent(shown)


def appends(shown: Shown) -> bool:
    """Whether the client's address stands behind the one that it forged."""
    arrived = at_emissary(shown)
    return arrived is not None and arrived.header("x-forwarded-for") == f"{FORGED}, {CLIENT}"


def scheme_at_emissary(shown: Shown) -> str | None:
    """Return the X-Forwarded-Proto that reaches Emissary."""
    arrived = at_emissary(shown)
    return arrived.header("x-forwarded-proto") if arrived is not None else None


def speaks_h2(shown: Shown) -> bool:
    """Whether HTTP/2 was spoken with the client, to the end."""
    arrived = at_emissary(shown)
    return shown.flow.status == OK and arrived is not None and arrived.http == "2"


def through_a_node(shown: Shown) -> bool:
    """Whether the way to Emissary leads through a node."""
    return shown.flow.exchanges[0].boxes[:3] == ("client", "load-balancer", "node")
